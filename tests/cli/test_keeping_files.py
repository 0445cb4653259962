"""A file is written over only if this tool wrote it; nothing that was said is lost."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from llm_adapt.files.answers import preset_files, read_preset
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.rules import load_rules
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.situation import Origin


def interview(folder: Path, text: str, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "llm_adapt", "advise", "--plain", *options],
        input=text,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.yaml", "task_type: qa\n"),
        ("README.md", "# Readme about llm-adapt check\n"),
        ("a.txt", "x"),
        (
            "notes.md",
            "# Notes\n\nRun llm-adapt rules docs, see https://github.com/llm-adapt/llm-adapt\n",
        ),
        (
            "log.txt",
            "what does title=C501 mean? 2 projects checked as of 2026-01-01: red\nask Bob\n",
        ),
        ("p.yaml", "# Checked by: llm-adapt check\nproject: p\nanswers: {task_type: qa}\n"),
        ("said.txt", "Written by llm-adapt.\nAnd corrected by me for a day.\n"),
    ],
)
@pytest.mark.parametrize("flag", ["--save", "-o"])
def test_what_others_wrote_is_not_written_over(
    tmp_path: Path, name: str, content: str, flag: str
) -> None:
    (tmp_path / name).write_text(content)
    refused = interview(tmp_path, "1\nenough\n", flag, name)
    assert refused.returncode == 3
    assert "was not written by llm-adapt" in refused.stderr
    assert "--force" in refused.stderr
    assert (tmp_path / name).read_text() == content
    forced = interview(tmp_path, "1\nenough\n", flag, name, "--force")
    assert forced.returncode == 0
    assert (tmp_path / name).read_text() != content


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_what_we_wrote_may_be_written_again(tmp_path: Path, form: str) -> None:
    target = tmp_path / f"advice.{form}"
    for _ in range(2):
        done = interview(tmp_path, "1\nenough\n", "-f", form, "-o", str(target), "--save", "s.yaml")
        assert done.returncode == 0, done.stderr
    assert "llm-adapt" in target.read_text()


def test_answers_to_other_rules_stay_in_the_file_and_come_back(tmp_path: Path) -> None:
    file = tmp_path / "o.yaml"
    file.write_text("my_own_question: yes\ntask_type: qa\n")
    told = interview(tmp_path, "change labeled_examples 5\nquit\n", "--resume", "o.yaml").stderr
    assert "It stays in the file." in told
    kept = file.read_text()
    assert "#~ my_own_question: 'yes'" in kept or "#~ my_own_question: yes" in kept
    assert "labeled_examples: 5" in kept
    # It is an answers file all the same, and the next sitting still knows of it.
    read = [sys.executable, "-m", "llm_adapt", "advise", "o.yaml", "-f", "json"]
    assert subprocess.run(read, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    interview(tmp_path, "change labeled_examples 6\nquit\n", "--resume", "o.yaml")
    assert "my_own_question" in file.read_text()


def test_what_a_person_noted_in_an_answers_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("# asked Ann\ntask_type: qa  # she is sure\n")
    for number in (5, 6):
        interview(tmp_path, f"change labeled_examples {number}\nquit\n", "--resume", "mine.yaml")
        kept = file.read_text()
        assert kept.count("# asked Ann\n") == kept.count("# she is sure\n") == 1
        assert f"labeled_examples: {number}\n" in kept


def test_a_project_file_that_is_resumed_stays_one(tmp_path: Path) -> None:
    project = tmp_path / "llm-adapt.yaml"
    project.write_text(
        "project: p\n# why\ndecision: {strategy: icl}\nanswers:\n  task_type: qa # sure\n\n"
        "# and this\nreview_by: 2027-01-01\n"
    )
    interview(tmp_path, "change labeled_examples 5\nquit\n", "--resume", "llm-adapt.yaml")
    kept = project.read_text()
    for line in ("# why", "decision: {strategy: icl}", "# and this", "review_by: 2027-01-01"):
        assert line in kept
    assert "  labeled_examples: 5" in kept
    assert "  task_type: qa" in kept


def test_two_interviews_at_once_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "llm_adapt", "advise", "--plain"]
    both = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
            text=True, cwd=tmp_path,
        )
        for _ in range(2)
    ]  # fmt: skip
    for number, one in enumerate(both, 1):
        assert one.stdin is not None
        one.stdin.write(f"{number}\n")
        one.stdin.flush()
    time.sleep(2)
    for one in both:
        one.communicate("quit\n", timeout=60)
    said = [path.read_text() for path in sorted(tmp_path.glob("llm-adapt-answers*.yaml"))]
    assert len(said) == 2
    assert {"classification" in text for text in said} == {True, False}


def test_one_file_is_not_written_by_two_and_a_killed_one_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "llm_adapt", "advise", "--plain", "--save", "mine.yaml"]
    first = subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
        text=True, cwd=tmp_path,
    )  # fmt: skip
    assert first.stdin is not None
    assert first.stderr is not None
    first.stdin.write("1\n")
    first.stdin.flush()
    while "classification" not in first.stderr.readline():
        pass
    time.sleep(0.5)
    second = interview(tmp_path, "2\nquit\n", "--save", "mine.yaml")
    assert second.returncode == 3
    assert "another run of llm-adapt is writing to this file" in second.stderr
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    first.stdin.close()
    first.stderr.close()
    assert "classification" in (tmp_path / "mine.yaml").read_text()
    (tmp_path / ".llm-adapt-half-written").write_text("ha")
    os.utime(tmp_path / ".llm-adapt-half-written", (0, 0))
    assert interview(tmp_path, "quit\n", "--resume", "mine.yaml").returncode == 130
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".llm")] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["advise", "--set", "task_type=qa", "-o", "out.txt"],
        ["audit", "rows.jsonl", "--write", "kept.jsonl", "--drop", "empty-output"],
        ["init", "--set", "task_type=qa"],
        ["rules", "docs", "rag", "-o", "out.md"],
    ],
    ids=" ".join,
)
def test_whoever_writes_sweeps_what_a_killed_run_left(
    cli, tmp_path, monkeypatch, arguments
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    for name in (".llm-adapt-x1y2", ".llm-adapt-llm-adapt.lock.lock", ".llm-adapt-mine"):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (0, 0))
    with (tmp_path / ".llm-adapt-mine").open() as used:
        fcntl.flock(used, fcntl.LOCK_EX)
        assert cli(*arguments).code == 0
    assert [path.name for path in tmp_path.glob(".llm-adapt-*")] == [".llm-adapt-mine"]


LOCKS = """
import sys, time
from pathlib import Path
from typing import Any
from llm_adapt.files.claim import held
from llm_adapt.files.text_file import write_text
path = Path(sys.argv[1])
for _ in range(25):
    with held(path):
        number = int(path.read_text())
        write_text(path, str(number + 1))
"""


def test_processes_that_change_a_file_at_once_lose_nothing_and_leave_nothing(tmp_path) -> None:
    place, files = tmp_path / "temporary", [tmp_path / "one", tmp_path / "two"]
    place.mkdir()
    for file in files:
        file.write_text("0")
    env = {**os.environ, "TMPDIR": str(place)}
    call = [sys.executable, "-c", LOCKS]
    runs = [subprocess.Popen([*call, str(files[n % 2])], env=env) for n in range(8)]
    # One that was killed with the lock in its hand hinders nobody.
    killed = subprocess.Popen([*call, str(files[0])], env=env)
    time.sleep(0.3)
    killed.kill()
    killed.wait()
    assert [run.wait(timeout=120) for run in runs] == [0] * 8
    assert [int(file.read_text()) >= 100 for file in files] == [True, True]
    subprocess.run([*call, str(files[0])], env=env, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "temporary", "two"]
    assert list(place.iterdir()) == []


def test_what_cannot_be_asked_for_together_is_refused(cli, tmp_path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("task_type: qa\n")
    for options, told in (
        (["--quick", "--all"], "--quick and --all cannot both be had"),
        (["--quick", "--prove", "--plain"], "--quick and --prove cannot both be had"),
        ([str(file), "--resume", str(file)], "not from both"),
    ):
        outcome = cli("advise", *options)
        assert outcome.code == 2
        assert told in outcome.err


def test_a_wrong_name_gets_the_nearest_and_never_itself(cli) -> None:
    outcome = cli("advise", "--set", "labelled_examples=5")
    assert "did you mean labeled_examples?" in outcome.err
    outcome = cli("advise", "--set", "nope=5")
    assert "llm-adapt questions" in outcome.err
    outcome = cli("advise", "--preset", "support-chatbt")
    assert outcome.code == 2
    assert "did you mean support-chatbot?" in outcome.err


@pytest.mark.parametrize("name", preset_files())
def test_a_preset_is_assumed_until_confirmed_and_says_who_says_so(cli, name) -> None:
    rules = load_rules("current")
    schema = json.loads((builtin_rules() / "schema" / "preset.schema.json").read_text())
    preset: Any = read_file(preset_files()[name]).data
    assert not [*Draft202012Validator(schema).iter_errors(preset)]
    told = " ".join(cli("explain", name).out.split())
    for source, said in preset["sources"].items():
        assert {*said["for"]} <= {*preset["answers"]}, source
        # A source of its own says everything; any other is the rule set's.
        assert ("title" in said) != (source in rules.sources), source
        assert source in told, source
        assert said.get("says", "") in told, source
    _, answers = read_preset(name, rules.questions)
    assert len(answers) >= 5
    assert {answer.origin for answer in answers.values()} == {Origin.ASSUMED}
    assert told.count("(by us)") == sum(answer.by == "by us" for answer in answers.values())
    assert any(answer.by.startswith("after ") for answer in answers.values())
    outcome = cli("advise", "--preset", name, "--set", "labeled_examples=5k", "-f", "json")
    assert outcome.code == 0
    assert '"origin": "assumed"' in outcome.out


def test_questions_are_listed_in_every_form_and_the_template_is_an_answers_file(
    cli, tmp_path
) -> None:
    names = load_rules("current").questions
    for form in ("text", "json", "markdown", "yaml"):
        out = cli("questions", "-f", form).out
        assert all(name in out for name in names), form
    template = tmp_path / "answers.yaml"
    assert cli("questions", "-f", "yaml", "-o", template).code == 0
    filled = template.read_text().replace("\ntask_type:\n", "\ntask_type: qa\n")
    template.write_text(filled)
    assert cli("advise", template, "-f", "json").code == 0


def test_help_shows_examples_one_to_a_line(cli) -> None:
    for command in (["advise"], ["questions"], ["rules", "list"], ["estimate", "memory"]):
        lines = cli(*command, "--help").out.splitlines()
        examples = lines[lines.index("  Examples:") + 1 :]
        shown = examples[: examples.index("")]
        assert shown
        assert all("llm-adapt" in line for line in shown), command


def test_amounts_are_told_as_understood_wherever_they_come_from(cli, tmp_path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("corpus_tokens: 500 pages\nlatency_p95_ms: 1.5s\n")
    outcome = cli("advise", file, "--set", "gpu_memory_gb=24GB", "-f", "json")
    assert outcome.code == 0
    assert "corpus_tokens: 500 pages = 225,000 tokens (175,000 to 450,000)" in outcome.err
    assert "gpu_memory_gb: 24GB = 24 GB" in outcome.err
    assert '"value": 225000' in outcome.out
    assert '"value": 1500' in outcome.out


def test_an_amount_keeps_its_range_where_a_threshold_lies_in_it(cli, tmp_path) -> None:
    file, found = tmp_path / "a.yaml", dict[str, bool]()
    for written in ("500 pages", "175000", "450000"):
        file.write_text(f"task_type: qa\ncorpus_tokens: {written}\n")
        result = json.loads(cli("advise", file, "-f", "json").out)
        found[written] = "corpus_tokens" in {ask["field"] for ask in result["ask_next"]}
    assert found == {"500 pages": True, "175000": False, "450000": False}
    file.write_text("task_type: qa\ncorpus_tokens: 500 pages\n")
    cli("init", file, "-o", tmp_path / "p.yaml")
    assert "corpus_tokens: 500 pages" in (tmp_path / "p.yaml").read_text()
    for form in ("text", "markdown", "html"):
        said = cli("advise", file, "-v", "-f", form).out
        assert "175,000 to 450,000" in said, form
        assert "225,000" not in said, form
