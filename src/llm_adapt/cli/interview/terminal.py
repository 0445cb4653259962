"""What an interview is shown on and answered from: a terminal with arrow keys, or lines."""

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from rich.console import Console
from rich.text import Text

from llm_adapt.ask.talk import Line, Menu, Style
from llm_adapt.cli.output import columns_asked, open_to
from llm_adapt.report.borders import clean

PROMPT = "> "
# No reply is longer; what follows on its line is passed over.
_LONGEST = 10_000
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM")
MOST_COLUMNS = 100
LEAST_COLUMNS = 20
_INDENT = "   "
# Seen on light and on dark ground alike: weight, and colours that are neither pale nor deep.
_LOOKS = {Style.TITLE: "bold", Style.QUIET: "dim", Style.ECHO: "green", Style.FAULT: "bold magenta"}


def interactive() -> bool:
    """Whether somebody sits at a terminal: on all three streams, and not in CI."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and not os.environ.get("CI")


class Screen:
    """Where lines go. `width` is asked each time, so that a resized terminal is no matter.

    With `plain` nothing but text is written; else lines are set off by weight and colour, which
    a terminal without them (NO_COLOR) may leave out.
    """

    def __init__(self, stream: TextIO, width: Callable[[], int], *, plain: bool) -> None:
        self._width = width
        options = {"color_system": None, "force_terminal": False} if plain else {}
        # The width is asked for here; the library would read any digits of COLUMNS as a number.
        own = {
            name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}
        }
        self._console = Console(file=stream, highlight=False, _environ=own, **options)  # type: ignore[arg-type]

    def show(self, lines: list[Line]) -> None:
        """Write lines, broken to fit; nothing in them steers the terminal."""
        width = max(LEAST_COLUMNS, min(self._width(), MOST_COLUMNS))
        self._console.width = width
        for line in lines:
            indent = _INDENT if line.style is Style.CHOICE else ""
            words = "  ".join(clean(part) for part in line.text.split("  "))
            text = Text(words, style=_LOOKS.get(line.style, ""))
            pieces = text.wrap(self._console, width - len(indent))
            for number, piece in enumerate(pieces or [Text("")]):
                self._console.print(Text(indent if number else "") + piece, soft_wrap=True)
        self._console.file.flush()


def screen(*, plain: bool) -> Screen:
    """Standard error: standard output is for the result."""
    stream = open_to(sys.stderr, colour=True)
    return Screen(stream, _columns, plain=not capable(plain=plain))


class LineReader:
    """Lines of standard input: from a pipe, a screen reader, or any terminal.

    `shows_rows` says whether a reader shows what there is to choose from by itself.
    """

    shows_rows = False

    def read(self, menu: Menu) -> str | None:  # noqa: ARG002 (numbered lines are shown already)
        """A line; nothing when the input has ended or its terminal has gone."""
        sys.stderr.write(PROMPT)
        sys.stderr.flush()
        try:
            line = rest = sys.stdin.readline(_LONGEST)
            while len(rest) == _LONGEST and not rest.endswith("\n"):
                rest = sys.stdin.readline(_LONGEST)
        except OSError:
            return None
        except UnicodeDecodeError:
            return "\N{REPLACEMENT CHARACTER}"
        return line or None


def capable(*, plain: bool) -> bool:
    """Whether more than text may be written."""
    spoken = bool(os.environ.get("ACCESSIBLE"))
    dumb = os.environ.get("TERM", "dumb") == "dumb"
    return sys.stderr.isatty() and not (plain or spoken or dumb)


def _columns() -> int:
    try:
        return columns_asked() or os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


class Interrupted(KeyboardInterrupt):
    """Somebody, or the system, asks us to stop.

    An event loop swallows an exception that is raised within it, except this kind.
    """


class Signals:
    """Signals that end a process, as an exception; held back while answers are being written."""

    def __init__(self) -> None:
        self.busy = False
        self.pending = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Stop now, or as soon as the answers are written.

        An exception may be lost where it is raised (in a finalizer): an alarm says it again.
        """
        if self.busy:
            self.pending = True
            return
        if hasattr(signal, "alarm"):
            signal.alarm(1)
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
def stopping() -> Generator[Signals]:
    """Turn the signals that end a process into an exception, so that answers are kept."""
    signals = Signals()
    found = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, signals.stop) for number in found}
    try:
        yield signals
    finally:
        if hasattr(signal, "alarm"):
            signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)
