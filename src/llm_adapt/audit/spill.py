"""What does not fit into memory, on disk: keys with the numbers of rows, and plain numbers.

It stands in one folder for each run, which goes with the run; that of one that was killed goes
with the next.
"""

import os
import time
from abc import abstractmethod
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import merge
from itertools import chain, islice, pairwise
from pathlib import Path
from shutil import rmtree
from struct import Struct
from tempfile import gettempdir, mkdtemp
from types import ModuleType
from typing import Any, TypeVar
from weakref import finalize

from llm_adapt.rules.audit import BadLine

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # where the system has no such locks nothing is swept
    fcntl = None

# Keys are spread over so many buckets; one of more bytes is spread again, at most so often.
BUCKETS, LARGEST, DEEPEST = 128, 8_000_000, 2
# So many bytes of keys stay in memory.
MOST = 16_000_000
# So many numbers of a list stay in memory; so many are sorted, and read, at once.
NUMBERS, RUN, READ = 1 << 16, 1 << 17, 1 << 13
# Hidden, so that nobody keeps things of their own under such a name.
_PREFIX, _MADE_S = ".llm-adapt-audit-", 10
_RECORD, _EACH = Struct("QQQ"), 8
Item = TypeVar("Item")


class _Home:
    """The folder of this run, and whether it is handed over to the process that asked."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.given = False

    def made(self) -> Path:
        """The folder, made where there is none yet."""
        if self.path is None or not self.path.is_dir():
            _sweep()
            self.path = Path(mkdtemp(prefix=_PREFIX))
            _locked(self.path)
        return self.path

    def give(self, path: Path) -> None:
        """Work in the folder of another process, and leave to it what is sent there."""
        self.path, self.given = path, True


HOME = _Home()


def _locked(path: Path) -> bool:
    """Whether a folder is nobody's; it is ours from now on, as long as this process lives."""
    if fcntl is None:
        return False
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        return True
    return False


def _sweep() -> None:
    """Remove the folders of runs that were killed."""
    with suppress(OSError):
        for found in Path(gettempdir()).glob(f"{_PREFIX}*"):
            # One that is just being made is locked by nobody for a moment.
            if time.time() - found.stat().st_mtime > _MADE_S and _locked(found):
                rmtree(found, ignore_errors=True)


class Folder:
    """A folder in that of the run; it goes with this object."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or Path(mkdtemp(dir=HOME.made()))
        self._goes = finalize(self, _removed, self.path)

    def __reduce__(self) -> tuple[type["Folder"], tuple[Path]]:
        self._goes.detach()
        return Folder, (self.path,)


def _removed(path: Path) -> None:
    rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.parent.rmdir()


class Listed(Sequence[Item]):
    """What may be longer than memory: gone through from one place to another."""

    @abstractmethod
    def part(self, start: int, stop: int) -> Iterator[Item]:
        """What stands from one place to another."""

    def __iter__(self) -> Iterator[Item]:
        return self.part(0, len(self))

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 (one, or several of a slice)
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return tuple(islice(self.part(start, max(start, stop)), 0, None, step))
        place = range(len(self))[index]
        return next(self.part(place, place + 1))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Listed | tuple | list | range) or len(self) != len(other):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


class Numbers(Listed[int]):
    """Whole numbers below 2^64 in the order they came; few of them stand in memory."""

    def __init__(
        self, some: Iterable[int] = (), folder: Folder | None = None, written: int = 0
    ) -> None:
        self._kept, self._folder, self._written = array("Q"), folder, written
        self.extend(some)

    def __reduce__(self) -> tuple[type["Numbers"], tuple[object, ...]]:
        if self._folder is None or HOME.given:
            return Numbers, (self._kept, self._folder, self._written)
        return Numbers, (array("Q", self),)

    def append(self, number: int) -> None:
        """Take in a number."""
        self._kept.append(number)
        if len(self._kept) > NUMBERS:
            self.saved()

    def extend(self, numbers: Iterable[int]) -> None:
        """Take in numbers."""
        coming = iter(numbers)
        while some := array("Q", islice(coming, NUMBERS)):
            self._kept += some
            if len(self._kept) > NUMBERS:
                self.saved()

    def saved(self) -> Path:
        """All of it on disk: the file."""
        self._folder = self._folder or Folder()
        file = self._folder.path / "numbers"
        with file.open("ab") as stream:
            self._kept.tofile(stream)
        self._written, self._kept = self._written + len(self._kept), array("Q")
        return file

    def part(self, start: int, stop: int) -> Iterator[int]:
        """The numbers from one place to another."""
        if self._folder is not None and start < self._written:
            with (self._folder.path / "numbers").open("rb") as stream:
                stream.seek(_EACH * start)
                while start < min(stop, self._written):
                    some = array("Q", stream.read(_EACH * min(READ, stop - start)))
                    start += len(some)
                    yield from some
        start, stop = (max(0, place - self._written) for place in (start, stop))
        yield from islice(self._kept, start, stop)

    def __len__(self) -> int:
        return self._written + len(self._kept)


class View(Listed[Item]):
    """A part of some numbers, each told as something."""

    def __init__(
        self, numbers: Numbers, start: int, stop: int, told: Callable[[int], Item]
    ) -> None:
        self.numbers, self.start, self.stop, self.told = numbers, start, stop, told

    def part(self, start: int, stop: int) -> Iterator[Item]:
        """What stands from one place to another."""
        return map(self.told, self.numbers.part(self.start + start, self.start + stop))

    def __len__(self) -> int:
        return self.stop - self.start


class Unread(Listed[BadLine]):
    """The places of a file that are no rows; what is wrong with them is kept once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines, self.problems = Numbers(), Numbers()
        self.said: dict[str, int] = {}

    def add(self, line: int, problem: str) -> None:
        """Take in the next place."""
        self.lines.append(line)
        self.problems.append(self.said.setdefault(problem, len(self.said)))

    def extend(self, later: "Unread") -> None:
        """Take in those of a later part of the file."""
        known = [self.said.setdefault(problem, len(self.said)) for problem in later.said]
        self.lines.extend(later.lines)
        self.problems.extend(known[number] for number in later.problems)

    def part(self, start: int, stop: int) -> Iterator[BadLine]:
        """The places from one to another."""
        said = list(self.said)
        places = zip(self.lines.part(start, stop), self.problems.part(start, stop), strict=True)
        return (BadLine(self.file, line, said[problem]) for line, problem in places)

    def __len__(self) -> int:
        return len(self.lines)


class Marks:
    """Some whole numbers, none of them large: a byte each of what lies between."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._held = bytearray()
        self.update(numbers)

    def update(self, numbers: Iterable[int]) -> None:
        """Take in numbers."""
        held = self._held
        for number in numbers:
            if number >= len(held):
                held.extend(bytes(number + 1 - len(held)))
            held[number] = 1

    def __contains__(self, number: int) -> bool:
        return number < len(self._held) and bool(self._held[number])

    def __len__(self) -> int:
        return sum(self._held)


def ordered(pairs: Numbers) -> Iterator[tuple[int, int]]:
    """Pairs that stand one behind the other in some numbers, sorted."""
    runs, ends = Numbers(), [0]
    coming = iter(pairs)
    while some := sorted(islice(zip(coming, coming, strict=True), RUN)):
        runs.extend(chain.from_iterable(some))
        ends.append(len(runs))
    parts = [runs.part(start, stop) for start, stop in pairwise(ends)]
    return merge(*(zip(part, part, strict=True) for part in parts))


def columns(pairs: Iterable[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    """The first numbers of some pairs, and the second ones."""
    firsts, seconds = Numbers(), Numbers()
    for first, second in pairs:
        firsts.append(first)
        seconds.append(second)
    return firsts, seconds


def _empty() -> list[bytearray]:
    return [bytearray() for _ in range(BUCKETS)]


@dataclass(slots=True)
class Spill:
    """Keys of 64 bits, each with a value of as many and the number of a row."""

    kept: list[bytearray] = field(default_factory=_empty)
    size: int = 0
    folder: Folder | None = None

    def __reduce__(self) -> tuple[type["Spill"], tuple[object, ...]]:
        if self.folder is None or HOME.given:
            return Spill, (self.kept, self.size, self.folder)
        whole = [bytearray().join(self.bucket(index)) for index in range(BUCKETS)]
        return Spill, (whole, sum(map(len, whole)))

    def add(self, keys: Iterable[int], number: int, value: int = 0) -> None:
        """Keep some keys of a row."""
        before, kept, record = self.size, self.kept, _RECORD.pack
        for key in keys:
            kept[key % BUCKETS] += record(key, value, number)
            before += _RECORD.size
        self.size = before
        if before > MOST:
            self.saved()

    def saved(self) -> list[Path]:
        """All of it on disk: a file for each bucket."""
        self.folder = self.folder or Folder()
        files = [self.folder.path / str(index) for index in range(BUCKETS)]
        for held, file in zip(self.kept, files, strict=True):
            with file.open("ab") as stream:
                stream.write(held)
        self.kept, self.size = _empty(), 0
        return files

    def with_all_of(self, later: "Spill") -> "Spill":
        """These keys and then those of a later part of the file."""
        for index in range(BUCKETS):
            for more in later.bucket(index):
                self.kept[index].extend(more)
                self.size += len(more)
                if self.size > MOST:
                    self.saved()
        return self

    def bucket(self, index: int) -> Iterator[bytes | bytearray]:
        """The records of a bucket in the order in which they came: key, value, number."""
        if self.folder is not None:
            yield from records(self.folder.path / str(index))
        yield self.kept[index]

    def buckets(self) -> Iterator[Callable[[], Iterator[tuple[int, int, int]]]]:
        """The buckets, each to be gone through more than once."""
        for index in range(BUCKETS):
            yield lambda index=index: chain.from_iterable(  # type: ignore[misc]
                map(_RECORD.iter_unpack, self.bucket(index))
            )

    def repeated(self) -> Numbers:
        """The rows that have the key and value of an earlier one, each with the first of those."""
        found = Numbers()
        for bucket in self.buckets():
            several = {key for key, count in Counter(r[0] for r in bucket()).items() if count > 1}
            firsts: dict[tuple[int, int], int] = {}
            for key, value, number in bucket():
                if key in several and firsts.setdefault((key, value), number) != number:
                    found.append(number)
                    found.append(firsts[key, value])
        return found


def records(file: Path) -> Iterator[bytes]:
    """What a bucket on disk holds, in pieces that fit into memory."""
    with file.open("rb") as stream:
        while some := stream.read(_RECORD.size * READ):
            yield some


def grouped(file: Path, depth: int = 0) -> Iterator[list[tuple[int, int]]]:
    """The rows of a bucket with the same key, each with its value, where there are several.

    Rows of a group come in the order of their numbers, as long as they were added so.
    """
    if file.stat().st_size > LARGEST and depth < DEEPEST:
        parts = Spill()
        for key, value, number in chain.from_iterable(map(_RECORD.iter_unpack, records(file))):
            parts.add((key // BUCKETS,), number, value)
        for part in parts.saved():
            yield from grouped(part, depth + 1)
        return
    whole = array("Q", file.read_bytes())
    keys = whole[::3]
    # Most keys come once.
    found: dict[int, list[tuple[int, int]]] = {
        key: [] for key, count in Counter(keys).items() if count > 1
    }
    for key, value, number in zip(keys, whole[1::3], whole[2::3], strict=True):
        if key in found:
            found[key].append((number, value))
    yield from found.values()
