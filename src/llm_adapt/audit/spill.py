"""Many short keys with their row numbers, in memory while they are few and on disk beyond it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from struct import calcsize, iter_unpack, pack
from tempfile import TemporaryFile
from typing import IO

_RECORD = "<16s8sQ"
_BYTES = calcsize(_RECORD)
# Keys are spread over so many buckets, each of which must fit into memory when it is read.
BUCKETS = 64
# So many bytes of keys stay in memory.
MOST = 48_000_000


@dataclass(slots=True)
class Spill:
    """Keys of 16 bytes, each with 8 bytes that go with it and the number of a row.

    What is read is gone. The files have no names, so that none is left behind.
    """

    kept: Sequence[bytearray] = field(default_factory=lambda: [bytearray() for _ in range(BUCKETS)])
    size: int = 0
    files: list[IO[bytes]] = field(default_factory=list[IO[bytes]])

    def __reduce__(self) -> "tuple[type[Spill], tuple[list[bytearray]]]":
        return Spill, ([bytearray(held) for held in self.buckets()],)

    def add(self, key: bytes, number: int, value: bytes = b"") -> None:
        """Keep a key."""
        self.kept[key[0] % BUCKETS].extend(pack(_RECORD, key, value, number))
        self._grown(_BYTES)

    def _grown(self, size: int) -> None:
        self.size += size
        if self.size > MOST:
            self.files = self.files or [TemporaryFile() for _ in self.kept]  # noqa: SIM115 (until read)
            for held, file in zip(self.kept, self.files, strict=True):
                file.write(held)
                held.clear()
            self.size = 0

    def with_all_of(self, later: "Spill") -> "Spill":
        """These keys and then those of a later part of the file."""
        for mine, held in zip(self.kept, later.buckets(), strict=True):
            mine.extend(held)
            self._grown(len(held))
        return self

    def buckets(self) -> Iterator[bytes]:
        """The records of each bucket, in the order in which they came."""
        for index, held in enumerate(self.kept):
            written = b""
            if self.files:
                with self.files[index] as file:
                    file.seek(0)
                    written = file.read()
            yield written + bytes(held)
            held.clear()
        self.files.clear()

    def groups(self) -> Iterator[list[tuple[int, bytes]]]:
        """The rows with the same key, and what goes with each, where there are several."""
        for records in self.buckets():
            groups: dict[bytes, list[tuple[int, bytes]]] = {}
            for key, value, number in iter_unpack(_RECORD, records):
                groups.setdefault(key, []).append((number, value))
            yield from (sorted(rows) for rows in groups.values() if len(rows) > 1)
