"""Signals that end a process, taken so that an answer is never half written."""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


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
def stopping() -> Generator[Signals]:
    """Turn the signals that end a process into an exception, so that answers are kept."""
    signals = Signals()
    found = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, signals.stop) for number in found}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
