"""`llm-adapt estimate`: text, JSON, JSON lines, verdicts as exit codes."""

import json

import pytest
from typer.testing import CliRunner

from llm_adapt.cli.commands.estimate import app
from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.requests import Traffic
from llm_adapt.estimate.run import Run
from llm_adapt.estimate.setting import settings_of

RUN = CliRunner()
ASKED = [
    "memory --params-b 13B --method full --gpu 4090",
    "memory --model Llama-2-13B --gpu 24GB",
    "memory --model Llama-2-70B --method inference --gpu H100",
    "memory --params-b 900 --method full --gpu 1GB --seq-len 9e5",
    "memory --model Llama-3.1-8B --measured 31.2GB --gpu A100 --no-checkpointing",
    "memory --params-b 8 --purpose grpo --generations 8 --attention eager --accumulation 4",
    "fit --params-b 13 --gpu 4090",
    "fit --model Llama-3.1-8B --method lora --gpu 4090,L40S",
    "memory --params-b 8 --method inference --quant bf16 --gpu L40S",
    "hours --params-b 7 --tokens 24B --purpose cpt",
    "hours --model Llama-3.1-8B --tokens 5M --method qlora --gpu L40S",
    "requests --per-month 100k --hosted gpt-4o-mini --own-model Llama-3.1-8B --training-usd 9",
]


def run(*args, stdin=None):
    return RUN.invoke(app, list(args), input=stdin)


@pytest.mark.parametrize("asked", ASKED)
def test_text_fits_80_columns_and_json_says_what_it_says(asked):
    text = run(*asked.split())
    assert text.exit_code == 0
    assert all(len(line) <= 80 for line in text.stdout.splitlines() if "https://" not in line)
    data = run(*asked.split(), "--format", "json")
    assert isinstance(json.loads(data.stdout, parse_constant=pytest.fail), dict)


@pytest.mark.parametrize("asked", ASKED[:-1])
def test_what_was_assumed_can_be_stated_as_it_is_told(asked):
    first = json.loads(run(*asked.split(), "--format", "json").stdout)
    told = first.get("estimate", first)
    options = " ".join(told["assumed_options"])
    assert all(option in run(*asked.split()).stdout for option in told["assumed_options"][:1])
    again = json.loads(run(*asked.split(), *options.split(), "--format", "json").stdout)
    assert again.get("estimate", again)["assumed_options"] == []


@pytest.mark.parametrize(
    ("gpu", "needed", "code"),
    [("B200", "fits", 0), ("4090", "fits", 1), ("4090", "may-fit", 0), ("1GB", "may-fit", 1)],
)
def test_the_exit_code_can_be_the_verdict(gpu, needed, code):
    asked = ("memory", "--params-b", "13", "--gpu", gpu)
    assert run(*asked, "--fail-unless", needed).exit_code == code
    assert run(*asked).exit_code == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("memory --model Llama-3.1-8B --params-b 8", "--model and --params-b"),
        ("memory --params-b 8 --batch 1.5", "--batch is a whole number"),
        ("memory --params-b 8 --gpus 1.5", "--gpus is a whole number"),
        ("memory --params-b 8 --batch lots", "--batch: 'lots' is not a number"),
        ("memory --params-b 8 --gpu 40900", "unknown GPU"),
        ("hours --params-b 8 --tokens 5X", "--tokens: 'X' is no scale"),
        ("requests", "--per-month"),
        ("requests --per-month 1k --own-price 2", "--own-price says nothing without --own-model"),
        ("memory", "--model or --params-b"),
        ("hours --params-b 8", "--tokens"),
        ("memory --params-b 8 --gpu 4090,L40S", "not one card"),
    ],
)
def test_faults_name_the_option(args, said):
    result = run(*args.split())
    assert isinstance(result.exception, LlmAdaptError)
    assert said in "\n".join(result.exception.lines())


@pytest.mark.parametrize(("name", "record"), [("memory", Run), ("requests", Traffic)])
def test_the_command_line_states_every_setting(name, record):
    told = run(name, "--help", "--help").stdout
    elsewhere = {"tokens", "usd_per_hour", "peak_tflops"} if record is Run else set()
    for field, setting in settings_of(record).items():
        assert (setting.option[:20] in told) != (field in elsewhere), field


@pytest.mark.parametrize("name", ["memory", "fit", "hours", "requests"])
def test_json_lines_take_what_options_take(name):
    rows = {
        "memory": {"params_b": "13B", "gpu": "4090", "method": "qlora", "loss": "fused"},
        "fit": {"params_b": 13, "gpu": "4090"},
        "hours": {"params_b": 7, "tokens": "24B", "gpu": "A100"},
        "requests": {"per_month": "100k", "hosted": "gpt-5.5"},
    }
    result = run(name, "--json", stdin=json.dumps(rows[name]) + "\n\n")
    assert isinstance(json.loads(result.stdout), dict)


def test_rows_of_measurements_are_answered_with_their_verdict():
    rows = '{"model":"Llama-2-7B","method":"lora","odd":1,"gpu":"RTX4090"}\n\n{"params_b":3,"method":"full"}\n'
    first, second = map(json.loads, run("memory", "--json", stdin=rows).stdout.splitlines())
    assert {"gib", "gb", "low", "high", "verdict", "assumed", "notes"} <= set(first)
    assert first["low"] <= first["gib"] <= first["high"]
    assert first["verdict"] in ("fits", "depends on", "does not fit")
    assert "verdict" not in second


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("foo", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"method":"lora","params_b":-3}', "above zero"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(line, said):
    good = '{"params_b":7,"method":"lora"}'
    result = run("memory", "--json", stdin=f"{good}\n{line}\n{good}\n")
    answers = [json.loads(answer) for answer in result.stdout.splitlines()]
    assert [answer.get("line") for answer in answers] == [None, 2, None]
    assert isinstance(result.exception, LlmAdaptError)
    assert said in result.exception.message
    assert str(result.exception.where) == "stdin:2:1"
    both = run("memory", "--json", stdin='{"params_b":7,"method":"lora","rank":"x","gpus":1.5}')
    assert "rank" in both.stdout
    assert "gpus" in both.stdout
    assert "no line" in str(run("memory", "--json", stdin="").exception)
