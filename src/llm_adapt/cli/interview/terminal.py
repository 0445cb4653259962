"""What an interview is shown on and answered from: a terminal with arrow keys, or lines."""

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

from llm_adapt.ask.talk import Menu
from llm_adapt.ask.terminal import Screen
from llm_adapt.cli.output import columns_asked, open_to

PROMPT = "> "
# No reply is longer; what follows on its line is passed over.
_LONGEST = 10_000
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM")


def interactive() -> bool:
    """Whether somebody sits at a terminal: on all three streams, and not in CI."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream.isatty() for stream in streams) and not os.environ.get("CI")


def screen(*, plain: bool) -> Screen:
    """Standard error: standard output is for the result."""
    stream = open_to(sys.stderr, colour=True)
    return Screen(stream, _columns, plain=not capable(plain=plain))


class LineReader:
    """Lines of standard input: from a pipe, a screen reader, or any terminal."""

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
