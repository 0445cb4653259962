"""`llm-adapt estimate`: text, JSON and JSON lines."""

import json

import pytest
from typer.testing import CliRunner

from llm_adapt.cli.commands.estimate import app
from llm_adapt.errors import LlmAdaptError

RUN = CliRunner()


def run(*args, stdin=None):
    return RUN.invoke(app, list(args), input=stdin)


@pytest.mark.parametrize(
    "args",
    [
        ("memory", "--params-b", "13", "--method", "full", "--gpu", "4090"),
        ("memory", "--model", "Llama-2-13B", "--gpu", "24 GB"),
        ("memory", "--model", "Llama-2-70B", "--method", "inference", "--gpu", "H100"),
        ("memory", "--model", "DeepSeek-V3(MoE,MLA)", "--method", "full", "--gpu", "4090"),
        ("memory", "--params-b", "900", "--method", "full", "--gpu", "1 GB", "--seq-len", "9e5"),
        ("hours", "--params-b", "7", "--tokens", "24e9", "--purpose", "cpt"),
        (
            "hours",
            "--model",
            "Llama-3.1-8B",
            "--tokens",
            "5e6",
            "--method",
            "qlora",
            "--gpu",
            "L40S",
        ),
        ("requests", "--per-month", "100000", "--own-model", "Llama-3.1-8B", "--training-usd", "9"),
    ],
)
def test_text_fits_80_columns_and_json_is_an_object(args):
    text = run(*args)
    assert text.exit_code == 0
    assert all(len(line) <= 80 for line in text.stdout.splitlines() if "https://" not in line)
    data = run(*args, "--format", "json")
    assert isinstance(json.loads(data.stdout), dict)


def test_text_says_gib_and_gb():
    out = run("memory", "--params-b", "7").stdout
    assert " GiB" in out
    assert " GB" in out


def test_json_lines_answer_each_row():
    rows = '{"model":"Llama-2-7B","method":"lora","odd":1,"gpu":"RTX4090"}\n\n{"params_b":3,"method":"full"}\n'
    first, second = map(json.loads, run("memory", "--json", stdin=rows).stdout.splitlines())
    assert {"gib", "low", "high", "verdict"} <= set(first)
    assert first["low"] <= first["gib"] <= first["high"]
    assert "verdict" not in second


def test_json_lines_answer_hours():
    row = '{"total_params_b":7,"tokens_b":1,"gpu":"A100-80GB","kind":"sft","method":"lora"}\n'
    answer = json.loads(run("hours", "--json", stdin=row).stdout)
    assert answer["low"] <= answer["hours"] <= answer["high"]


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


def test_an_empty_stdin_is_an_error():
    assert "no line" in str(run("memory", "--json", stdin="").exception)


def test_a_config_decides_over_everything(tmp_path):
    config = {
        "hidden_size": 2048,
        "num_attention_heads": 16,
        "num_hidden_layers": 16,
        "vocab_size": 32000,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    path = str(tmp_path / "config.json")
    assert run("memory", "--config", path).exit_code == 0
    assert run("hours", "--config", path, "--tokens", "1e9").exit_code == 0
