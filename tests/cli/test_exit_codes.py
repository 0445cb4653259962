"""The published exit codes: each one, from the cause that the table names."""

import tempfile
from pathlib import Path

import pytest

from llm_adapt.cli.exit_code import ExitCode


def done(cli, example, tiny, monkeypatch):
    return cli("advise", example, "-f", "json")


def findings(cli, example, tiny, monkeypatch):
    folder = Path(tempfile.mkdtemp())
    file = folder / "llm-adapt.yaml"
    file.write_text(
        "answers: {knowledge_need: core, weights_access: api_only}\n"
        "decision: {strategy: peft, since: 2026-01-15, by: us}\n"
    )
    return cli("check", str(file), "--as-of", "2026-02-01")


def usage(cli, example, tiny, monkeypatch):
    return cli("advise", example, "--set", "task_type=nonsense")


def invalid_input(cli, example, tiny, monkeypatch):
    return cli("advise", "-", stdin=b"task_type: nonsense\n")


def undetermined(cli, example, tiny, monkeypatch):
    return cli("advise", "-", "-f", "json", "--strict", "--rules", tiny(), stdin=b"labels: 5\n")


def bug(cli, example, tiny, monkeypatch):
    def fail(*_args):
        raise RuntimeError("a gear broke")

    monkeypatch.setattr("llm_adapt.usecases.schema.schema_text", fail)
    return cli("schema", "answers")


def interrupted(cli, example, tiny, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("llm_adapt.usecases.schema.schema_text", interrupt)
    return cli("schema", "answers")


CAUSES = {
    ExitCode.DONE: done,
    ExitCode.FINDINGS: findings,
    ExitCode.USAGE: usage,
    ExitCode.INVALID_INPUT: invalid_input,
    ExitCode.UNDETERMINED: undetermined,
    ExitCode.BUG: bug,
    ExitCode.INTERRUPTED: interrupted,
}


@pytest.mark.parametrize(
    "code", list(ExitCode), ids=lambda code: f"{code.name.lower()}-{code.value}"
)
def test_every_exit_code_comes_from_its_cause(code, cli, example, tiny, monkeypatch):
    assert CAUSES[code](cli, example, tiny, monkeypatch).code == code


def test_the_numbers_are_those_that_scripts_rely_on():
    assert {code.name: code.value for code in ExitCode} == {
        "DONE": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "INVALID_INPUT": 3,
        "UNDETERMINED": 4,
        "BUG": 70,
        "INTERRUPTED": 130,
    }


def test_a_bug_is_called_one_and_says_where_to_report_it(cli, example, tiny, monkeypatch):
    told = bug(cli, example, tiny, monkeypatch).err
    assert "RuntimeError: a gear broke" in told
    assert "error: this is a bug in llm-adapt." in told
    assert "https://" in told.splitlines()[-1]


def test_the_end_of_input_in_the_middle_of_a_question_is_an_interruption(cli, monkeypatch):
    def end(*_args):
        raise EOFError

    monkeypatch.setattr("llm_adapt.usecases.schema.schema_text", end)
    outcome = cli("schema", "answers")
    assert (outcome.code, outcome.err.strip()) == (ExitCode.INTERRUPTED, "interrupted")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("advise", "--nonsense"),
        ("advise", "a", "b"),
        ("advise", "-f", "xml"),
        ("schema",),
        ("schema", "x"),
        ("compare", "-", "-"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error_on_stderr(cli, arguments):
    outcome = cli(*arguments)
    assert outcome.code == ExitCode.USAGE
    assert outcome.out == ""
    assert outcome.err
    assert "Traceback" not in outcome.err
