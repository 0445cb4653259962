"""The way to a file of evidence: inside the repository, of honest size, and text."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from llm_adapt.errors import LlmAdaptError

# What is parsed whole stands in memory several times over; what is counted passes through.
MAX_PARSED = 64_000_000
MAX_COUNTED = 2_000_000_000
_GLOB = "*?["
_HEAD = 8192


class EvidenceError(LlmAdaptError):
    """Evidence that gives no value; `code` is the finding it becomes."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message, None, hint)
        self.code = code


@dataclass(frozen=True, slots=True)
class Access:
    """Where evidence may come from: relative to `folder`, inside `root`, which are both resolved.

    `outside` lifts the second limit, `commands` lets commands run.
    """

    folder: Path
    root: Path
    outside: bool = False
    commands: bool = False

    def find(self, name: str) -> Path:
        """The file or folder of a name; of several that a pattern takes, the last by name.

        Raises:
            EvidenceError: There is none, or it lies outside the repository.
        """
        found = self._last(name) if any(mark in name for mark in _GLOB) else self.folder / name
        try:
            real = found.resolve(strict=False)
            there = real.exists()
        except (OSError, ValueError, RuntimeError):
            raise EvidenceError("C302", f"{name} is no path that can be followed") from None
        # Said before it is looked at: whether a file outside exists is nobody's business here.
        if not self.outside and not real.is_relative_to(self.root):
            raise EvidenceError("C304", f"{name} leads out of the repository")
        if not there:
            raise EvidenceError("C302", f"there is no {name}")
        return real

    def _last(self, pattern: str) -> Path:
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
            raise EvidenceError("C304", f"the pattern {pattern} leads out of the folder")
        try:
            found = sorted(self.folder.glob(pattern), key=lambda path: (path.name, path.as_posix()))
        except (OSError, ValueError, NotImplementedError) as error:
            raise EvidenceError("C302", f"{pattern} is no pattern: {error}") from None
        if not found:
            raise EvidenceError("C302", f"nothing is called {pattern}")
        return found[-1]

    def file(self, name: str) -> Path:
        """The file of a name.

        Raises:
            EvidenceError: It is missing, outside, or no ordinary file.
        """
        path = self.find(name)
        if path.is_dir():
            raise EvidenceError("C303", f"{name} is a folder", "name a file in it")
        if not path.is_file():
            raise EvidenceError("C303", f"{name} is not an ordinary file")
        return path


def read_text(path: Path, name: str) -> str:
    """The text of a file of evidence.

    Raises:
        EvidenceError: It is too large, binary, not UTF-8 or unreadable.
    """
    with opened(path, name, MAX_PARSED) as stream:
        raw = stream.read(MAX_PARSED + 1)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise EvidenceError("C303", f"{name} is not UTF-8 text (line {line})") from None


@contextmanager
def opened(path: Path, name: str, limit: int, *, binary: bool = False) -> Generator[BinaryIO]:
    """A file of evidence, open at its beginning.

    Raises:
        EvidenceError: It is larger than the limit, binary where text is due, or unreadable.
    """
    try:
        size = path.stat().st_size
        if size > limit:
            message = f"{name} has {size:,} bytes, more than {limit:,}"
            raise EvidenceError("C305", message)
        with path.open("rb") as stream:
            if not binary and b"\0" in stream.read(_HEAD):
                raise EvidenceError("C306", f"{name} is not a text file")
            stream.seek(0)
            yield stream
    except OSError as error:
        raise EvidenceError("C303", f"{name} cannot be read: {error.strerror}") from None
