"""A file that one process alone writes at a time, and nothing left of processes that were killed.

A claim is a lock on a small file beside it. The system lets go of the lock when the process ends,
however it ends; the small file, and a half-written one, are swept away by the next that comes.
"""

import os
from contextlib import suppress
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


class Claim:
    """The right to write `path`, until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path.parent / f"{PREFIX}{path.name}.lock"
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


def claimed(path: Path) -> Claim:
    """The claim on a file.

    Raises:
        LlmAdaptError: Another process has it.
    """
    claim = Claim(path)
    if not claim.held:
        message = "another interview is writing to this file"
        raise LlmAdaptError(message, Location(str(path)), "end that one, or name another: --save")
    return claim


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


def sweep(folder: Path) -> None:
    """Remove what processes that were killed left beside the files they wrote."""
    if fcntl is None:
        return
    with suppress(OSError):
        for found in folder.glob(f"{PREFIX}*"):
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
        descriptor = os.open(path, os.O_RDWR | (os.O_CREAT if make else 0), 0o600)
    except OSError:
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        return -1
    return descriptor
