"""Many short keys with their row numbers, in memory while they are few and on disk beyond it."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from struct import calcsize, iter_unpack, pack

_RECORD = "<16s8sQ"
_BYTES = calcsize(_RECORD)
# Keys are spread over so many buckets, each of which must fit into memory when they are read.
BUCKETS = 64
# So many bytes of keys stay in memory.
MOST = 48_000_000


@dataclass(slots=True)
class Spill:
    """Keys of 16 bytes, each with 8 bytes that go with it and the number of a row."""

    kept: list[bytearray] = field(default_factory=lambda: [bytearray() for _ in range(BUCKETS)])
    size: int = 0
    folder: "tempfile.TemporaryDirectory[str] | None" = None

    def add(self, key: bytes, number: int, value: bytes = b"") -> None:
        """Keep a key."""
        self.kept[key[0] % BUCKETS] += pack(_RECORD, key, value, number)
        self.size += _BYTES
        if self.size > MOST:
            self.unload()

    def unload(self) -> None:
        """Write to disk what is in memory."""
        if self.folder is None:
            # The folder goes with the object, or when the process ends.
            self.folder = tempfile.TemporaryDirectory(prefix="llm-adapt-audit-")
        for index, held in enumerate(self.kept):
            with Path(self.folder.name, str(index)).open("ab") as stream:
                stream.write(held)
            held.clear()
        self.size = 0

    def with_all_of(self, later: "Spill") -> "Spill":
        """These keys and then those of a later part of the file."""
        for index, held in enumerate(later.buckets()):
            self.kept[index] += held
            self.size += len(held)
            if self.size > MOST:
                self.unload()
        return self

    def buckets(self) -> Iterator[bytes]:
        """The records of each bucket, in the order in which they came."""
        for index, held in enumerate(self.kept):
            path = Path(self.folder.name, str(index)) if self.folder else None
            yield (path.read_bytes() if path and path.exists() else b"") + bytes(held)

    def groups(self) -> Iterator[list[tuple[int, bytes]]]:
        """The rows with the same key, and what goes with each, where there are several."""
        for records in self.buckets():
            groups: dict[bytes, list[tuple[int, bytes]]] = {}
            for key, value, number in iter_unpack(_RECORD, records):
                groups.setdefault(key, []).append((number, value))
            yield from (sorted(rows) for rows in groups.values() if len(rows) > 1)
