"""The interview by arrow keys, on a real pseudo-terminal, as where the `tui` extra is installed."""

import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

UP, DOWN, LEFT, ENTER = "\x1b[A", "\x1b[B", "\x1b[D", "\r"
Start = Callable[..., "pexpect.spawn[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def begin(*options: str, **more: str) -> "pexpect.spawn[str]":
        kept = {k: v for k, v in os.environ.items() if k not in {"CI", "COLUMNS", "NO_COLOR"}}
        environment = {**kept, "TERM": "xterm", "XDG_CACHE_HOME": str(tmp_path / "cache"), **more}
        return pexpect.spawn(
            sys.executable,
            ["-m", "llm_adapt", "advise", *options],
            cwd=str(tmp_path),
            env=environment,
            encoding="utf-8",
            timeout=15,
            dimensions=(40, 80),
        )

    return begin


def press(child: "pexpect.spawn[str]", keys: str, until: str) -> str:
    """Press keys; what was shown until the text came."""
    child.send(keys)
    child.expect(until)
    return bare(f"{child.before}{child.after}")


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def saved(tmp_path: Path) -> str:
    return (tmp_path / "llm-adapt-answers.yaml").read_text(encoding="utf-8")


def ended(child: "pexpect.spawn[str]") -> tuple[int | None, str]:
    child.expect(pexpect.EOF)
    shown = bare(str(child.before))
    child.close()
    return child.exitstatus, shown


def test_from_the_first_question_to_the_result_and_after_it(start: Start, tmp_path: Path) -> None:
    child = start("--prove")
    child.expect("What is the main thing")
    child.expect("tab completes")
    press(child, ENTER, "Type an answer")
    press(child, DOWN * 3 + ENTER, "task_type: Answer questions")
    assert "task_type: qa" in saved(tmp_path)
    child.expect("tab completes")
    press(child, "change training_a\t no" + ENTER, "training_allowed: no")
    child.expect("tab completes")
    press(child, LEFT, "May your data be used")
    press(child, ENTER, "tab completes")
    press(child, "change knowledge_need core" + ENTER, "knowledge_need: ")
    press(child, "change base_checkpoint chat" + ENTER, "base_checkpoint: ")
    press(child, "change retrieval_st\t misuses_context" + ENTER, "Your answers")
    press(child, ENTER, "What now")
    child.expect("Write a project file")
    press(child, DOWN * 3 + ENTER, r"Saved in advice\.html")
    assert (tmp_path / "advice.html").read_text().startswith("<!doctype html>")
    child.send(UP + ENTER)
    assert ended(child)[0] == 0


@pytest.mark.parametrize("how", ["key", "term", "hup"])
def test_interrupted_nothing_is_lost(start: Start, tmp_path: Path, how: str) -> None:
    child = start()
    child.expect("tab completes")
    press(child, DOWN * 3 + ENTER, "task_type: Answer questions")
    child.expect("tab completes")
    if how == "key":
        child.send("half\x03")
    else:
        child.kill(signal.SIGTERM if how == "term" else signal.SIGHUP)
    status, shown = ended(child)
    assert status == 130
    assert "llm-adapt advise --resume llm-adapt-answers.yaml" in re.sub(r"\s+", " ", shown)
    assert "task_type: qa" in saved(tmp_path)


def test_a_terminal_that_closes_keeps_the_answers(start: Start, tmp_path: Path) -> None:
    child = start()
    child.expect("tab completes")
    press(child, DOWN * 3 + ENTER, "task_type: Answer questions")
    child.close()
    assert "task_type: qa" in saved(tmp_path)


@pytest.mark.parametrize(
    ("options", "more"),
    [(["--plain"], {}), ([], {"TERM": "dumb"}), ([], {"ACCESSIBLE": "1"})],
)
def test_numbered_lines_where_arrow_keys_are_not_wanted(
    start: Start, options: list[str], more: dict[str, str]
) -> None:
    child = start(*options, **more)
    child.expect("\r\n> $")
    assert "\x1b" not in str(child.before)
    assert "1  Sort things into categories  (classification)\r\n2  Pull" in str(child.before)
    child.close()


def test_a_narrow_terminal_and_no_colour(start: Start) -> None:
    child = start(NO_COLOR="1")
    child.expect("tab completes")
    child.setwinsize(12, 40)
    press(child, "go capability_gap" + ENTER, "What goes wrong")
    child.expect("tab completes")
    shown = press(child, DOWN * 9 + " ", r"\[x\] 9  It makes")
    assert max(len(line) for line in re.split(r"[\r\n]+", shown)) <= 80
    assert not re.search(r"\x1b\[(?:\d+;)*[39]\d(?:;\d+)*m", str(child.before))
    child.close()
