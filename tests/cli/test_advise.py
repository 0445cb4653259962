import json
import os
import sys

import pytest
from jsonschema import Draft202012Validator

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.report.json_v1 import advice_schema

KEYS = [
    "schema",
    "ruleset",
    "verdict",
    "ranking",
    "path",
    "plan",
    "preparations",
    "ask_next",
    "flips",
    "article_differs",
]


@pytest.fixture
def advice(cli, example):
    """The JSON result for the example and these options."""

    def run(*arguments, stdin=None):
        source = [example] if stdin is None else ["-"]
        outcome = cli("advise", *source, "-f", "json", *arguments, stdin=stdin or b"")
        assert (outcome.code, outcome.err) == (ExitCode.DONE, "")
        return json.loads(outcome.out)

    return run


def test_the_result_has_every_key_of_version_1(advice):
    result = advice()
    assert result["schema"] == "llm-adapt/advice/v1"
    assert set(KEYS) <= set(result)
    assert [place["rank"] for place in result["ranking"]] == list(
        range(1, len(result["ranking"]) + 1)
    )


def test_the_result_fits_the_schema(advice):
    validator = Draft202012Validator(advice_schema())
    for result in (advice(), advice("--rules", "article")):
        assert not list(validator.iter_errors(result))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda result: result.pop("ranking"),
        lambda result: result.update(schema="llm-adapt/advice/v2"),
        lambda result: result.update(verdict="certain"),
        lambda result: result["ranking"][0].pop("can_win"),
        lambda result: result["ranking"][0].update(status="best"),
        lambda result: result["ranking"][0].update(score_range=[1]),
        lambda result: result["path"][0].update(result="maybe"),
        lambda result: result.update(article_differs="rag"),
    ],
)
def test_the_schema_refuses_what_is_no_result(advice, spoil):
    result = advice()
    spoil(result)
    assert not Draft202012Validator(advice_schema()).is_valid(result)


def test_the_schema_names_every_key_that_the_result_has(advice):
    strict = advice_schema()
    for record in (strict, *strict["$defs"].values()):
        if "properties" in record:
            record["additionalProperties"] = False
    for result in (
        advice(),
        advice("--set", "labeled_examples=", "--set", "base_model_available=no"),
    ):
        assert not list(Draft202012Validator(strict).iter_errors(result))


def test_the_same_input_gives_the_same_bytes(cli, example):
    first, second = (cli("advise", example, "-f", "json").out for _ in range(2))
    assert first == second


def test_the_order_of_answers_and_the_way_they_are_written_change_nothing(cli, tiny):
    arguments = ("advise", "-", "-f", "json", "--rules", tiny())
    one = cli(*arguments, stdin=b"facts: some\nlabels: 5000\nsize: 7\n")
    other = cli(*arguments, stdin=b"# x\nsize: 7.0\nlabels: 5e3\nfacts: 'some'\n")
    assert one.code == ExitCode.DONE
    assert one.out == other.out


def test_a_cold_and_a_warm_cache_give_the_same_bytes(cli, example, tmp_path, monkeypatch):
    outputs = []
    for folder in ("", str(tmp_path / "cache"), str(tmp_path / "cache"), "/dev/null/nowhere"):
        monkeypatch.setenv("LLM_ADAPT_CACHE", folder)
        outputs.append(cli("advise", example, "-f", "json").out)
    assert outputs[0]
    assert set(outputs) == {outputs[0]}
    assert list((tmp_path / "cache").glob("*.rules"))


def test_an_option_wins_over_the_file_and_says_so(advice):
    answers = advice("--set", "labeled_examples=77")["answers"]
    assert answers["labeled_examples"] == {"value": 77, "origin": "option"}
    assert answers["task_type"]["origin"] == "file"


def test_an_option_can_take_an_answer_back(advice):
    assert "labeled_examples" not in advice("--set", "labeled_examples=")["answers"]


def test_options_alone_are_answers_enough(cli, tiny):
    outcome = cli("advise", "--set", "facts=all", "-f", "json", "--rules", tiny())
    assert outcome.code == ExitCode.DONE
    assert json.loads(outcome.out)["answers"] == {"facts": {"value": "all", "origin": "option"}}


def test_a_dash_is_standard_input_and_standard_output(cli, example):
    from_file = cli("advise", example, "-f", "json")
    piped = cli("advise", "-", "-f", "json", "-o", "-", stdin=example.read_bytes())
    assert piped.out == from_file.out


def test_a_result_in_a_file_is_the_result_on_the_screen(cli, example, tmp_path):
    on_screen = cli("advise", example, "-f", "json").out
    outcome = cli("advise", example, "-f", "json", "-o", tmp_path / "a.json")
    assert (outcome.code, outcome.out) == (ExitCode.DONE, "")
    assert (tmp_path / "a.json").read_text() == on_screen


def test_saved_answers_give_the_same_advice(cli, example, tmp_path):
    first = cli("advise", example, "-f", "json", "--save", tmp_path / "a.yaml")
    assert cli("advise", tmp_path / "a.yaml", "-f", "json").out == first.out


def test_strict_makes_an_open_race_an_error_and_still_prints_it(cli, tiny):
    arguments = ("advise", "-", "-f", "json", "--rules", tiny())
    loose, strict = (
        cli(*arguments, stdin=b"labels: 5\n"),
        cli(*arguments, "--strict", stdin=b"labels: 5\n"),
    )
    assert json.loads(loose.out)["verdict"] == "undetermined"
    assert (loose.code, strict.code) == (ExitCode.DONE, ExitCode.UNDETERMINED)
    assert strict.out == loose.out


def test_strict_lets_a_settled_race_pass(cli, tiny):
    outcome = cli("advise", "-", "-f", "json", "--strict", "--rules", tiny(), stdin=b"facts: all\n")
    result = json.loads(outcome.out)
    assert (outcome.code, result["ask_next"]) == (ExitCode.DONE, [])
    assert result["ranking"][0]["strategy"] == "rag"


def test_a_rule_set_of_ones_own_is_used(cli, tiny):
    result = json.loads(
        cli("advise", "-", "-f", "json", "--rules", tiny(), stdin=b"facts: no\n").out
    )
    assert result["ruleset"]["name"] == "tiny"
    assert result["ranking"][0]["strategy"] == "icl"
    assert result["article_differs"] is None


def test_no_answers_and_no_terminal_say_the_way_out(cli):
    outcome = cli("advise")
    assert outcome.code == ExitCode.USAGE
    assert outcome.err.startswith(
        "error: there are no answers and no terminal to ask in\n  hint: name an answers file"
    )


def test_nothing_goes_to_stderr_and_nothing_else_to_stdout(cli, example):
    for form in ("text", "markdown", "json"):
        outcome = cli("advise", example, "-f", form)
        assert (outcome.code, outcome.err) == (ExitCode.DONE, "")
        assert outcome.out.endswith("\n")
        assert "\x1b" not in outcome.out


def test_the_whole_report_goes_through_the_pager_of_a_terminal(example, tmp_path):
    pexpect = pytest.importorskip("pexpect")
    environment = {
        **os.environ,
        "TERM": "xterm",
        "PAGER": "sed -e s/^/paged:/",
        "LLM_ADAPT_CACHE": str(tmp_path),
    }
    shown = {}
    for flag in ("-v", "--strict"):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "llm_adapt", "advise", str(example), flag],
            env=environment,
            dimensions=(30, 80),
            encoding="utf-8",
            timeout=60,
        )
        child.expect(pexpect.EOF)
        shown[flag] = str(child.before)
        child.close()
    assert "paged:" in shown["-v"]
    assert "paged:" not in shown["--strict"]


def test_what_a_preset_assumes_is_as_sure_as_if_it_was_said_and_still_open(cli, tmp_path):
    assumed = json.loads(cli("advise", "--preset", "document-search", "-f", "json").out)
    said = {name: answer["value"] for name, answer in assumed["answers"].items()}
    file = tmp_path / "answers.yaml"
    file.write_text(json.dumps(said))
    stated = json.loads(cli("advise", str(file), "-f", "json").out)
    assert assumed["stability"]["share"] == stated["stability"]["share"]
    asked = {question["field"] for question in assumed["ask_next"]}
    assert asked & said.keys()
