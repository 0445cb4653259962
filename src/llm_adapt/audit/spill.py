"""Many keys with the numbers of rows, in memory while they are few and on disk beyond it."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from struct import Struct
from tempfile import mkdtemp
from weakref import finalize

# Keys are spread over so many buckets, each of which must fit into memory when it is read.
BUCKETS = 128
# So many bytes stay in memory.
MOST = 16_000_000
_RECORD = Struct("QQQ")


class Folder:
    """A folder for what does not fit into memory; it goes with this object."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp(prefix="llm-adapt-"))
        finalize(self, rmtree, self.path, ignore_errors=True)


def _empty() -> list[bytearray]:
    return [bytearray() for _ in range(BUCKETS)]


@dataclass(slots=True)
class Spill:
    """Keys of 64 bits, each with a value of as many and the number of a row."""

    kept: list[bytearray] = field(default_factory=_empty)
    size: int = 0
    folder: Folder | None = None

    def __reduce__(self) -> tuple[type["Spill"], tuple[list[bytearray]]]:
        return Spill, (list(map(bytearray, self.buckets())),)

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
        for held, more in zip(self.kept, later.buckets(), strict=True):
            held.extend(more)
            self.size += len(more)
        if self.size > MOST:
            self.saved()
        return self

    def buckets(self) -> Iterator[bytes | bytearray]:
        """What each bucket holds, in the order in which it came: key, value, number."""
        for index, held in enumerate(self.kept):
            yield (self.folder.path / str(index)).read_bytes() + held if self.folder else held

    def groups(self) -> Iterator[list[tuple[int, int]]]:
        """The rows with the same key, each with its value, where there are several."""
        for records in self.buckets():
            yield from grouped(records)

    def repeated(self) -> dict[int, int]:
        """The rows that have the key and value of an earlier one, each with the first of those."""
        found: dict[int, int] = {}
        for group in self.groups():
            firsts: dict[int, int] = {}
            for number, value in group:
                if firsts.setdefault(value, number) != number:
                    found[number] = firsts[value]
        return found


def grouped(records: bytes | bytearray) -> Iterable[list[tuple[int, int]]]:
    """The rows of a bucket with the same key, each with its value, where there are several.

    Rows of a group come in the order of their numbers, as long as they were added so.
    """
    whole = array("Q")
    whole.frombytes(records)
    keys = whole[::3]
    # Most keys come once.
    found: dict[int, list[tuple[int, int]]] = {
        key: [] for key, count in Counter(keys).items() if count > 1
    }
    for key, value, number in zip(keys, whole[1::3], whole[2::3], strict=True):
        if key in found:
            found[key].append((number, value))
    return found.values()
