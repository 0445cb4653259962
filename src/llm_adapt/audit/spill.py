"""Many keys with the numbers of rows, in memory while they are few and on disk beyond it."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

# Keys are spread over so many buckets, each of which must fit into memory when it is read.
BUCKETS = 64
# So many numbers of 8 bytes stay in memory; a key takes three.
MOST = 3_000_000
_EACH = 3


def _empty() -> "list[array[int]]":
    return [array("Q") for _ in range(BUCKETS)]


@dataclass(slots=True)
class Spill:
    """Keys of 64 bits, each with a value of as many and the number of a row.

    What is read is gone. The files have no names, so that none is left behind.
    """

    kept: "list[array[int]]" = field(default_factory=_empty)
    size: int = 0
    files: list[IO[bytes]] = field(default_factory=list[IO[bytes]])

    def __reduce__(self) -> "tuple[type[Spill], tuple[list[array[int]]]]":
        return Spill, (list(self.buckets()),)

    def add(self, keys: Iterable[int], number: int, value: int = 0) -> None:
        """Keep some keys of a row."""
        for key in keys:
            self.kept[key % BUCKETS].extend((key, value, number))
            self.size += _EACH
        if self.size > MOST:
            self._unload()

    def _unload(self) -> None:
        self.files = self.files or [TemporaryFile() for _ in self.kept]  # noqa: SIM115 (until read)
        for held, file in zip(self.kept, self.files, strict=True):
            held.tofile(file)
        self.kept, self.size = _empty(), 0

    def with_all_of(self, later: "Spill") -> "Spill":
        """These keys and then those of a later part of the file."""
        for index, held in enumerate(later.buckets()):
            self.kept[index].extend(held)
            self.size += len(held)
            if self.size > MOST:
                self._unload()
        return self

    def buckets(self) -> "Iterator[array[int]]":
        """What each bucket holds, in the order in which it came: key, value, number."""
        kept, self.kept = self.kept, _empty()
        files, self.files = self.files, []
        for index, held in enumerate(kept):
            found = array("Q")
            if files:
                with files[index] as file:
                    file.seek(0)
                    found.frombytes(file.read())
            found.extend(held)
            yield found

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


def grouped(records: "array[int]") -> Iterator[list[tuple[int, int]]]:
    """The rows of a bucket with the same key, each with its value, where there are several."""
    keys, values, numbers = records[::_EACH], records[1::_EACH], records[2::_EACH]
    # Sorted, not kept in a dictionary: most keys come once, and a bucket may have many.
    ordered = sorted(range(len(keys)), key=keys.__getitem__)
    start = 0
    for end in range(1, len(ordered) + 1):
        if end < len(ordered) and keys[ordered[end]] == keys[ordered[start]]:
            continue
        if end - start > 1:
            same = {(numbers[place], values[place]) for place in ordered[start:end]}
            if len(same) > 1:
                yield sorted(same)
        start = end
