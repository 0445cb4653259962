"""The way to a file of evidence: inside the repository, an ordinary file, of honest size."""

import gzip
import io
import os
import stat
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.evidence.limits import MAX_LINE, MAX_ROWS, MAX_STREAMED
from llm_adapt.files.patterns import MAGIC, TooManyEntriesError, matching
from llm_adapt.rules.record import record

_HEAD = 8192
_POINTER = b"version https://git-lfs.github.com/spec/"


class EvidenceError(LlmAdaptError):
    """Evidence that gives no value; `code` is the finding it becomes."""

    def __init__(self, message: str, hint: str | None = None, code: str = "C303") -> None:
        super().__init__(message, None, hint)
        self.code = code


MissingError = partial(EvidenceError, code="C302")  # there is no such file
OutsideError = partial(EvidenceError, code="C304")  # it lies outside the repository
TooLargeError = partial(EvidenceError, code="C305")  # there is more than a reader takes in
BinaryError = partial(EvidenceError, code="C306")  # it is no text
NotFetchedError = partial(EvidenceError, code="C312")  # it is a pointer of Git LFS


@record(frozen=True)
class Access:
    """Where evidence may come from: relative to `folder`, inside `root`, which are both resolved.

    `outside` lifts the second limit, `commands` lets commands run.
    """

    folder: Path
    root: Path
    outside: bool = False
    commands: bool = False

    def all(self, name: str) -> list[Path]:
        """Every file or folder of a name, or of a pattern, by name.

        Raises:
            EvidenceError: There is none, or one lies outside the repository.
        """
        if not MAGIC.search(name) or os.path.exists(self.folder / name):  # noqa: PTH110 (never raises)
            return [self._inside(self.folder / name, name)]
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise OutsideError(f"the pattern {name} leads out of the folder")
        try:
            found = sorted(matching(self.folder, name), key=lambda path: (path.name, str(path)))
        except TooManyEntriesError:
            message = f"there is too much below this folder to look for {name}"
            raise TooLargeError(message, "name the folder in the pattern") from None
        if not found:
            raise MissingError(f"nothing is called {name}")
        return [self._inside(path, name) for path in found]

    def one(self, name: str) -> tuple[Path, str]:
        """The file of a name, and how to speak of it; of several that a pattern takes, the last.

        Raises:
            EvidenceError: There is none, it lies outside, or it is no ordinary file.
        """
        found = self.all(name)
        path = found[-1]
        if path.is_dir():
            raise EvidenceError(f"{name} is a folder", "name a file in it")
        if len(found) == 1:
            return path, name
        return path, f"{path.name} (the last of {len(found)} by name that {name} takes)"

    def _inside(self, path: Path, name: str) -> Path:
        try:
            real = path.resolve(strict=False)
            # Said before it is looked at: whether a file outside exists is nobody's business here.
            if not self.outside and not real.is_relative_to(self.root):
                raise OutsideError(f"{name} leads out of the repository")
            mode = real.stat().st_mode
        except FileNotFoundError:
            raise MissingError(f"there is no {name}") from None
        except (OSError, ValueError, RuntimeError):
            raise MissingError(f"{name} is no path that can be followed") from None
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise EvidenceError(f"{name} is not an ordinary file")
        return real


@contextmanager
def opened(path: Path, name: str, limit: int = MAX_STREAMED) -> Generator[BinaryIO]:
    """A file of evidence, open at its beginning; what `.gz` names is unpacked on the way.

    Raises:
        EvidenceError: It is larger than the limit, a pointer of Git LFS, or cannot be read.
    """
    try:
        # Without waiting: what was a file a moment ago may be a pipe by now.
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(descriptor, "rb") as stream:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise EvidenceError(f"{name} is not an ordinary file")
            if state.st_size > limit:
                raise TooLargeError(f"{name} has {state.st_size:,} bytes, more than {limit:,}")
            if stream.read(len(_POINTER)) == _POINTER:
                raise NotFetchedError(f"{name} is a pointer of Git LFS, not the file")
            stream.seek(0)
            if path.suffix.lower() != ".gz":
                yield stream
                return
            with gzip.open(stream) as unpacked:
                bounded = io.BufferedReader(_Bounded(cast("BinaryIO", unpacked), name, limit))
                yield cast("BinaryIO", bounded)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EvidenceError(f"{name} cannot be read: {reason}") from None


class _Bounded(io.RawIOBase):
    """A stream that gives no more than a limit: what is packed says nothing of its size."""

    def __init__(self, stream: BinaryIO, name: str, limit: int) -> None:
        self.stream, self.name, self.left, self.limit = stream, name, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        data = self.stream.read(len(buffer))
        self.left -= len(data)
        if self.left < 0:
            raise TooLargeError(f"{self.name} unpacks to more than {self.limit:,} bytes")
        buffer[: len(data)] = data
        return len(data)


def whole(path: Path, name: str, limit: int) -> bytes:
    """Everything in a file.

    Raises:
        EvidenceError: It is too large, binary or unreadable.
    """
    with opened(path, name, limit) as stream:
        raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise TooLargeError(f"{name} has more than {limit:,} bytes")
    if b"\0" in raw[:_HEAD]:
        raise BinaryError(f"{name} is not a text file")
    return raw


def decoded(raw: bytes, name: str, line: int = 1) -> str:
    """The text of bytes.

    Raises:
        EvidenceError: They are not UTF-8.
    """
    try:
        return raw.decode("utf-8-sig" if line == 1 else "utf-8")
    except UnicodeDecodeError as error:
        line += raw.count(b"\n", 0, error.start)
        raise EvidenceError(f"{name} is not UTF-8 text (line {line})") from None


def refuse_binary(stream: BinaryIO, name: str) -> None:
    """Look ahead whether a file is text.

    Raises:
        EvidenceError: It is not.
    """
    peek = getattr(stream, "peek", None)
    if peek is not None and b"\0" in peek(_HEAD)[:_HEAD]:
        raise BinaryError(f"{name} is not a text file")


def lines(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """The lines of a file, none of them longer than can be held, and not without end.

    Raises:
        EvidenceError: A line or their number is too large, or the file is binary.
    """
    number = 0
    refuse_binary(stream, name)
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise TooLargeError(f"line {number} of {name} is longer than {MAX_LINE:,} bytes")
        if number > MAX_ROWS:
            raise TooLargeError(f"{name} has more than {MAX_ROWS:,} lines")
        yield line


def of_extra(module: str, extra: str, what: str, code: str = "C303") -> Any:  # noqa: ANN401
    """A library that comes with an extra only.

    Raises:
        EvidenceError: It is not installed, and `what` needs it.
    """
    try:
        return import_module(module)
    except ImportError:
        hint = f"install it: python -m pip install 'llm-adapt[{extra}]'"
        raise EvidenceError(f"{what} needs the extra `{extra}`", hint, code) from None


def suffix_of(path: Path) -> str:
    """The suffix that tells the format: `.jsonl` of `runs.jsonl.gz`."""
    inner = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return inner.suffix.lower()
