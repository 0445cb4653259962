"""The interview on a real pseudo-terminal, and over a pipe."""

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

PROMPT = r"\r\n> $"
FIRST = "change training_allowed yes"
# As it is where the extra for arrow keys is not installed: numbered lines on every terminal.
WITHOUT_EXTRA = "import sys; sys.modules['prompt_toolkit'] = None\n"
MAIN = WITHOUT_EXTRA + "from llm_adapt.__main__ import main; sys.exit(main())"
COMMAND = [sys.executable, "-c", MAIN, "advise"]
Start = Callable[..., "pexpect.spawn[str]"]


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"CI", "COLUMNS", "NO_COLOR"}}
    return {**kept, "TERM": "xterm", "XDG_CACHE_HOME": str(tmp_path / "cache"), **more}


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def begin(*options: str, **more: str) -> "pexpect.spawn[str]":
        child = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], *options],
            cwd=str(tmp_path),
            env=environment(tmp_path, **more),
            encoding="utf-8",
            timeout=30,
            dimensions=(40, 80),
        )
        child.expect(PROMPT)
        return child

    return begin


def say(child: "pexpect.spawn[str]", text: str) -> str:
    """Type a line; everything shown until the next prompt, without colour."""
    child.sendline(text)
    child.expect(PROMPT)
    return bare(child.before)


def bare(text: object) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", str(text)).replace("\r\n", "\n")


def ended(child: "pexpect.spawn[str]") -> tuple[int | None, str]:
    child.expect(pexpect.EOF)
    shown = bare(child.before)
    child.close()
    return child.exitstatus, shown


def saved(tmp_path: Path, name: str = "llm-adapt-answers.yaml") -> str:
    return (tmp_path / name).read_text(encoding="utf-8")


def test_forward_to_the_result(start: Start) -> None:
    child = start("--prove")
    assert "[1 asked" in say(child, "change training_allowed no")
    say(child, "change knowledge_need core")
    say(child, "change base_checkpoint chat")
    shown = re.sub(r"\s+", " ", say(child, "change retrieval_status misuses_context"))
    assert "questions not asked can change first place, whatever the answers" in shown
    assert "retrieval_status: It finds them, the answers are still wrong [you]" in shown
    child.sendline("")
    child.expect(["What now", pexpect.EOF])
    assert "Retrieval" in bare(child.before) or "retrieval" in bare(child.before)


EXPLORE = """
from pathlib import Path
from llm_adapt.usecases.advise import program_for
from llm_adapt.cli.interview.session import Ways, explore
from llm_adapt.cli.interview.terminal import interactive
from llm_adapt.files.answers import read_answers

program = program_for("current")
answers = read_answers(Path("answers.yaml"), program.rules.questions)
print("somebody is there:", interactive())
explore(program, answers, Ways())
print("left")
"""


def test_after_the_result_one_can_ask_what_if_and_why(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("training_allowed: no\ncitations: required\n")
    child: pexpect.spawn[str] = pexpect.spawn(
        sys.executable,
        ["-c", WITHOUT_EXTRA + EXPLORE],
        cwd=str(tmp_path),
        env=environment(tmp_path),
        encoding="utf-8",
        timeout=30,
    )
    child.expect(PROMPT)
    assert "somebody is there: True" in bare(child.before)
    assert "First place" in say(child, "what if citations no")
    assert "Kept" in say(child, "keep")
    assert "Retrieval" in say(child, "why rag")
    assert "there is nothing called rgg" in say(child, "why rgg")
    say(child, "result")
    assert "## " in say(child, "result markdown")
    assert "result with one of" in say(child, "result pdf")
    assert "Saved in kept.yaml" in say(child, "save kept.yaml")
    assert "citations: 'no'" in saved(tmp_path, "kept.yaml")
    assert "error" in say(child, "save no/such/folder.yaml")
    child.sendline("quit")
    assert "left" in ended(child)[1]


def test_back_and_change(start: Start, tmp_path: Path) -> None:
    child = start()
    say(child, FIRST)
    assert "So far" in say(child, "back")
    say(child, "no")
    assert "training_allowed: 'no'" in saved(tmp_path)
    assert "5,000 examples" in say(child, "change labeled_examples 5k")
    assert "labeled_examples: 5000" in saved(tmp_path)
    child.sendline("quit")
    assert ended(child)[0] == 130


def test_the_file_is_private_and_written_after_each_answer(start: Start, tmp_path: Path) -> None:
    child = start()
    assert not (tmp_path / "llm-adapt-answers.yaml").exists()
    say(child, FIRST)
    path = tmp_path / "llm-adapt-answers.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    say(child, "?")
    assert "null" in saved(tmp_path)
    child.close(force=True)
    assert "training_allowed: 'yes'" in saved(tmp_path)


@pytest.mark.parametrize("how", ["ctrl-c", "ctrl-d", "SIGTERM", "SIGHUP"])
def test_interrupted_it_says_how_to_go_on(start: Start, tmp_path: Path, how: str) -> None:
    child = start()
    say(child, FIRST)
    match how:
        case "ctrl-c":
            child.sendintr()
        case "ctrl-d":
            child.sendeof()
        case _:
            child.kill(getattr(signal, how))
    status, shown = ended(child)
    assert status == 130
    assert "llm-adapt advise --resume llm-adapt-answers.yaml" in shown
    assert "Traceback" not in shown
    assert "training_allowed: 'yes'" in saved(tmp_path)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".llm")] == []


def test_nothing_answered_leaves_nothing(start: Start, tmp_path: Path) -> None:
    child = start()
    child.sendintr()
    status, shown = ended(child)
    assert status == 130
    assert "nothing saved" in shown
    assert not list(tmp_path.glob("*.yaml"))


def test_resume_goes_on_where_it_stopped(start: Start, tmp_path: Path) -> None:
    child = start("--save", "mine.yaml")
    say(child, FIRST)
    asked = say(child, "?")
    child.sendintr()
    assert ended(child)[0] == 130
    again = start("--resume", "mine.yaml")
    shown = bare(again.before)
    assert "Resumed 1 answers from mine.yaml" in shown
    assert shown.rsplit("]  ", 1)[1].split()[0] == asked.rsplit("]  ", 1)[1].split()[0]
    say(again, "change labeled_examples 70")
    assert "labeled_examples: 70" in saved(tmp_path, "mine.yaml")
    again.sendintr()
    assert ended(again)[0] == 130


def test_a_file_of_older_rules_resumes_with_what_still_fits(start: Start, tmp_path: Path) -> None:
    old = "# rules: current 0.1.0 abc\ntraining_allowed: 'yes'\ngone: 3\ntask_type: poetry\n"
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    child = start("--resume", "old.yaml")
    shown = re.sub(r"\s+", " ", bare(child.before))
    assert "The rules have changed since: answered under current 0.1.0" in shown
    assert "gone: 3 no longer fits: there is no such question" in shown
    assert "task_type: poetry no longer fits: task_type cannot be 'poetry'" in shown
    assert "Resumed 1 answers" in shown
    child.sendintr()
    assert ended(child)[0] == 130


def test_resize_breaks_lines_anew(start: Start) -> None:
    child = start()
    child.setwinsize(40, 40)
    shown = say(child, "h labeled_examples")
    assert max(len(line) for line in shown.splitlines()[1:]) <= 40


def test_bad_input_is_asked_again(start: Start, tmp_path: Path) -> None:
    child = start()
    for bad in ("banana", "99", "", "\x01\x02", "模型", "go nowhere", "change", "?" * 500):
        assert "Traceback" not in say(child, bad)
    assert not list(tmp_path.glob("*.yaml"))
    child.sendintr()
    assert ended(child)[0] == 130


def test_no_colour_and_dumb_terminals_get_plain_lines(start: Start) -> None:
    for more in ({"TERM": "dumb"}, {"NO_COLOR": "1", "TERM": "dumb"}, {"ACCESSIBLE": "1"}):
        child = start(**more)
        assert "\x1b" not in str(child.before)
        child.sendintr()
        assert ended(child)[0] == 130


def test_two_interviews_do_not_share_a_file(start: Start, tmp_path: Path) -> None:
    for _ in range(2):
        child = start()
        say(child, FIRST)
        child.sendintr()
        ended(child)
    names = sorted(p.name for p in tmp_path.glob("*.yaml"))
    assert names == ["llm-adapt-answers-2.yaml", "llm-adapt-answers.yaml"]


def piped(tmp_path: Path, text: str, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, "--plain", *options],
        input=text,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(tmp_path),
        check=False,
    )


def test_the_result_is_as_sure_as_the_interview_was_at_its_end(tmp_path: Path) -> None:
    found = piped(tmp_path, "qa\n1\n1\n" + "?\n" * 12)
    asked = re.search(r"stays\s+first\s+in\s+(\d+)\s+of\s+100", found.stderr)
    told = re.search(r"stays\s+in\s+(\d+)\s+of\s+100", found.stdout)
    assert asked, found.stderr
    assert told, found.stdout
    assert asked[1] == told[1]


def test_answers_over_a_pipe_give_the_result_alone_on_stdout(tmp_path: Path) -> None:
    settled = (
        "training_allowed no",
        "knowledge_need core",
        "knowledge_change daily",
        "base_checkpoint 2",
    )
    said = "".join(f"change {answer}\n" for answer in settled)
    found = piped(tmp_path, said, "-f", "json", "--prove")
    assert found.returncode == 0
    assert found.stdout.startswith("{")
    assert "\x1b" not in found.stderr
    assert "> " in found.stderr


def test_a_pipe_that_ends_too_soon_is_an_interruption(tmp_path: Path) -> None:
    found = piped(tmp_path, f"{FIRST}\n")
    assert found.returncode == 130
    assert not found.stdout
    assert "--resume llm-adapt-answers.yaml --plain" in found.stderr


def test_a_named_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    found = piped(tmp_path, f"{FIRST}\n", "--save", "no/such/folder.yaml")
    assert found.returncode == 3
    assert "cannot be written" in found.stderr
    assert "Traceback" not in found.stderr


def test_where_nothing_can_be_saved_the_answers_are_printed(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    tmp_path.chmod(0o500)
    found = piped(tmp_path, f"{FIRST}\n")
    tmp_path.chmod(0o700)
    assert found.returncode == 130
    assert "Answers are not being saved" in found.stderr
    assert "training_allowed: 'yes'" in found.stderr


def test_the_rules_in_use_are_part_of_the_resume_command(tmp_path: Path) -> None:
    found = piped(tmp_path, f"{FIRST}\n", "--rules", "article", "--quick")
    assert "--plain --quick --rules article" in found.stderr


def test_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    found = subprocess.run(
        [*COMMAND, "--plain"],
        input=b"\xff\xfe\nchange training_allowed yes\n",
        capture_output=True,
        cwd=tmp_path,
        env=environment(tmp_path),
        check=False,
    )
    assert found.returncode == 130
    assert b"Traceback" not in found.stderr


def test_saving_after_the_result_keeps_answers_where_they_stood(start, tmp_path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"task_type": "qa"}')
    child = start("--resume", str(file))
    say(child, "enough")
    say(child, "save")
    child.sendline("quit")
    child.expect(pexpect.EOF)
    assert "task_type: qa" in file.read_text()
    assert "ranking" not in file.read_text()
