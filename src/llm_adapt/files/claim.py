"""A file that one process alone writes at a time, and nothing left of processes that were killed.

A claim is a lock on a small file beside it. The system lets go of the lock when the process ends,
however it ends; the small file, and a half-written one, are swept away by the next that comes.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType

from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.location import Location

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # where the system has no such locks there is no claim, and no sweeping
    fcntl = None

# What this tool puts beside a file while it writes it begins so.
PREFIX = ".llm-adapt-"
_LOCK, _FINISHES_S = ".lock", 10
_INTERVIEW_WAITS_S, _CHECK_WAITS_S, _STEP_S = 0.3, 60, 0.02


class Claim:
    """The right to write `path`, until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path.parent / f"{PREFIX}{path.name}{_LOCK}"
        self._held = _locked(self._beside)

    @property
    def held(self) -> bool:
        """Whether nobody else has it; true where locks cannot be had."""
        return self._held is not None

    def release(self) -> None:
        """Let others write it."""
        if self._held is not None and self._held >= 0:
            with suppress(OSError):
                self._beside.unlink()
            os.close(self._held)
        self._held = None


def claimed(path: Path, patience_s: float = _INTERVIEW_WAITS_S) -> Claim:
    """The claim on a file, waited for.

    Raises:
        LlmAdaptError: Another process has it, and does not let go.
    """
    ends = time.monotonic() + patience_s
    while not (claim := Claim(path)).held:
        if time.monotonic() > ends:
            message = "another run of llm-adapt is writing to this file"
            raise LlmAdaptError(message, Location(str(path)), "end that one, or name another file")
        time.sleep(_STEP_S)
    return claim


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep every other process from a file that is read, changed and written.

    Raises:
        LlmAdaptError: Another process has it, and does not let go.
    """
    claim = claimed(Path(os.path.realpath(path)), _CHECK_WAITS_S)
    try:
        sweep(claim.path.parent)
        yield
    finally:
        claim.release()


def claimed_free(folder: Path, name: str) -> Claim:
    """The claim on a name that no file has yet, numbered if need be."""
    stem, dot, suffix = name.partition(".")
    for number in count(1):
        path = folder / (name if number == 1 else f"{stem}-{number}{dot}{suffix}")
        if path.exists():
            continue
        claim = Claim(path)
        if claim.held:
            return claim
    raise AssertionError  # pragma: no cover (there is always a next number)


@cache
def sweep(folder: Path) -> None:
    """Remove what processes that were killed left beside the files they wrote: once in a run."""
    if fcntl is None:
        return
    with suppress(OSError):
        for found in folder.glob(f"{PREFIX}*"):
            # A written file waits for a moment, locked by nobody, to be renamed.
            if found.suffix != _LOCK and time.time() - found.stat().st_mtime < _FINISHES_S:
                continue
            held = _locked(found, make=False)
            if held is not None and held >= 0:
                with suppress(OSError):
                    found.unlink()
                os.close(held)


def hold(descriptor: int) -> None:
    """Mark an open file as in use, so that nobody sweeps it away."""
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _locked(path: Path, *, make: bool = True) -> int | None:
    """A locked descriptor; -1 where that cannot be had; nothing when another holds it."""
    if fcntl is None:
        return -1
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | (os.O_CREAT if make else 0), 0o600)
    except OSError:
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it may have removed it since it was opened: then this locks nothing.
        if os.fstat(descriptor).st_nlink:
            return descriptor
    except BlockingIOError:
        pass
    except OSError:
        os.close(descriptor)
        return -1
    os.close(descriptor)
    return None
