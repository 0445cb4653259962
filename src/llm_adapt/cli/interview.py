"""The interview at a terminal or over a pipe: signals, files and streams around the talk."""

import os
import shlex
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from llm_adapt.advisor.assume import with_assumptions
from llm_adapt.ask.conversation import Conversation
from llm_adapt.ask.explore import Explorer
from llm_adapt.ask.lines import Line, Style
from llm_adapt.ask.script import Depth, Setting
from llm_adapt.ask.terminal import Screen, converse
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.kept_result import kept_result
from llm_adapt.cli.output import put
from llm_adapt.cli.saved_answers import Resumed, free_name, resume, save, saved_text
from llm_adapt.engine.program import Program
from llm_adapt.errors import LlmAdaptError
from llm_adapt.model.situation import Situation

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupted(Exception):  # noqa: N818 (a signal, no error)
    """Somebody, or the system, asks us to stop."""


def run_interview(
    program: Program,
    situation: Situation,
    *,
    quick: bool,
    ask_all: bool,
    plain: bool,
    save_path: Path | None,
    resume: Path | None,
) -> Situation:
    """Ask until first place is certain, keeping every answer at once.

    Prompts go to standard error, answers come from standard input; standard output stays free.

    Raises:
        LlmAdaptError: A file that was named cannot be read or written.
        typer.Exit: Interrupted or left; the answers so far are saved, and it says where.
    """
    depth = Depth.ALL if ask_all else Depth.QUICK if quick else Depth.PROOF
    known = _resumed(resume, program)
    answers = Situation({**known.situation.answers, **situation.answers})
    unknown = tuple(name for name in known.unknown if name not in answers.answers)
    screen = _screen(plain=plain)
    screen.show([Line(remark, Style.FAULT) for remark in known.remarks])
    if resume is not None:
        told = f"Resumed {len(known.situation.answers)} answers from {resume}."
        screen.show([Line(told, Style.PLAIN)])
    setting = Setting(program, depth, _assume(program))
    talk = Conversation(setting, answers, unknown)
    keeper = Keeper(program, talk, save_path or resume, screen)
    with _stopping() as signals:
        try:
            finished = converse(talk, screen, _read, lambda: signals.after(keeper.keep))
        except Interrupted:
            finished = False
    # A pipe that ends at the review has answered everything: there is nothing left to lose.
    at_end = talk.current is None and not sys.stdin.isatty()
    if talk.left or not (finished or at_end):
        _leave(keeper, depth, plain=plain)
    keeper.say_where()
    return talk.state.situation


def explore(
    program: Program,
    situation: Situation,
    *,
    plain: bool,
    save_path: Path | None,
    show: Callable[[Situation], None],
) -> Situation:
    """The loop after the result: what if, why, save. `show` prints the whole result again."""

    def keep(name: str, answers: Situation) -> str:
        path = Path(name) if name else save_path or free_name(Path())
        try:
            text = kept_result(path, program, answers)
            if text is None:
                save(path, answers, (), program.rules)
            else:
                put(text, path)
        except LlmAdaptError as error:
            return " ".join(error.lines())
        return f"Saved in {path}."

    talk = Explorer(program, situation, keep, show, _assume(program))
    with _stopping(), suppress(Interrupted):
        converse(talk, _screen(plain=plain), _read, lambda: None)
    return talk.situation


def interactive() -> bool:
    """Whether somebody sits at a terminal: on all three streams, and not in CI."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and not os.environ.get("CI")


class Keeper:
    """Writes the answers down after each of them."""

    def __init__(
        self, program: Program, talk: Conversation, path: Path | None, screen: Screen
    ) -> None:
        self.program = program
        self.talk = talk
        self.named = path is not None
        self.path = path or free_name(Path())
        self.screen = screen
        self.saved = ""
        self.refused = ""
        # What was there before need not be written again.
        self._last = self._text()
        if self.named and not self.path.exists() and self.talk.state.situation.answers:
            self._last = ""

    def keep(self) -> None:
        """Write the file if something has changed since.

        Raises:
            LlmAdaptError: A file that was named cannot be written.
        """
        text = self._text()
        if text == self._last:
            return
        state = self.talk.state
        try:
            save(self.path, state.situation, state.unknown, self.program.rules)
        except LlmAdaptError as error:
            if self.named:
                raise
            if not self.refused:
                self.refused = error.message
                told = f"Answers are not being saved: {self.path} {error.message}."
                self.screen.show([Line(told, Style.FAULT)])
            return
        self._last = self.saved = text

    def _text(self) -> str:
        state = self.talk.state
        return saved_text(state.situation, state.unknown, self.program.rules)

    def say_where(self) -> None:
        """Say where the answers are, if they are anywhere."""
        if self.saved:
            self.screen.show([Line(f"Answers saved in {self.path}.", Style.QUIET)])

    def unsaved(self) -> str:
        """Answers that no file holds."""
        return self._text() if self.refused else ""


def _assume(program: Program) -> Callable[[Situation], Situation]:
    return lambda situation: with_assumptions(program.rules, situation)


def _resumed(path: Path | None, program: Program) -> Resumed:
    return Resumed(Situation()) if path is None else resume(path, program.rules)


def _screen(*, plain: bool) -> Screen:
    capable = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    spoken = bool(os.environ.get("ACCESSIBLE"))
    return Screen(sys.stderr, _columns, plain=plain or spoken or not capable)


def _columns() -> int:
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _read() -> str | None:
    """A line of standard input; nothing when it has ended or its terminal has gone."""
    try:
        line = sys.stdin.readline()
    except OSError:
        return None
    except UnicodeDecodeError:
        return "\N{REPLACEMENT CHARACTER}"
    return line or None


class _Signals:
    """Signals that end a process, as an exception; held back while answers are being written."""

    def __init__(self) -> None:
        self.busy = False
        self.pending = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Stop now, or as soon as the answers are written."""
        if self.busy:
            self.pending = True
        else:
            raise Interrupted

    def after(self, work: Callable[[], None]) -> None:
        """Do something whole."""
        self.busy = True
        try:
            work()
        finally:
            self.busy = False
        if self.pending:
            raise Interrupted


@contextmanager
def _stopping() -> Generator[_Signals]:
    """Turn the signals that end a process into an exception, so that answers are kept."""
    signals = _Signals()
    found = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, signals.stop) for number in found}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(keeper: Keeper, depth: Depth, *, plain: bool) -> None:
    """Say how to go on, and leave."""
    from typer import Exit

    # The terminal may be gone: the answers are saved all the same.
    with suppress(OSError):
        if keeper.unsaved():
            told = "The answers could not be saved; here they are:"
            sys.stderr.write(f"\n{told}\n{keeper.unsaved()}")
        elif keeper.path.exists():
            command = _resume_command(keeper.path, depth, plain=plain)
            sys.stderr.write(f"\nAnswers saved in {keeper.path}. Go on with:\n  {command}\n")
        else:
            sys.stderr.write("\nNothing was answered, and nothing saved.\n")
        sys.stderr.flush()
    raise Exit(ExitCode.INTERRUPTED)


def _resume_command(path: Path, depth: Depth, *, plain: bool) -> str:
    words = ["llm-adapt", "advise", "--resume", str(path)]
    words += ["--plain"] if plain else []
    words += {Depth.QUICK: ["--quick"], Depth.ALL: ["--all"], Depth.PROOF: []}[depth]
    for index, word in enumerate(sys.argv):
        if word == "--rules" and index + 1 < len(sys.argv):
            words += [word, sys.argv[index + 1]]
        elif word.startswith("--rules="):
            words.append(word)
    return shlex.join(words)
