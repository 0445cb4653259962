"""Which texts are nearly the same: an exact join over the sets of their words.

Two sets are near when what they share is at least a part of what they have together (Jaccard).
Such sets share some of their rarest words, so that only those that do are compared (prefix filter:
Chaudhuri, Ganti and Kaushik 2006; with several words: Wang, Li and Feng 2012). Nothing is missed,
and nothing is told that was not compared. What there is too much of for memory goes to disk.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, islice
from math import ceil
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Self

from llm_adapt.audit.check import Context, worked_off
from llm_adapt.audit.spill import Folder, Spill, grouped

# Sets up to so many words are looked for by two of their rarest words, larger ones by one: their
# rarest words are rare enough, and pairs of them would be many.
PAIRED = 60
# So many words (8 bytes each) stay in memory.
MOST = 2_000_000
_EACH = 8
# Bits of the print of a set; beside it stands how many words it has, up to the largest number.
PRINT, SIZE = 48, 16
_LARGEST = (1 << SIZE) - 1
# Sets of more than PAIRED words have a longer print besides, of so many numbers of 64 bits.
LONG = 8


@dataclass(slots=True)
class Texts:
    """Sets of words, each a number of 64 bits: the higher the more frequent the word.

    Rows come in the order of their numbers; from the Jaccard `least` (0 to 1) on two are near.
    `words` are those in memory; those that came before them are on disk.
    """

    least: float
    keys: Spill = field(default_factory=Spill)
    numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    ends: "array[int]" = field(default_factory=lambda: array("Q"))
    words: "array[int]" = field(default_factory=lambda: array("Q"))
    folder: Folder | None = None

    def __reduce__(self) -> tuple[type["Texts"], tuple[object, ...]]:
        words = array("Q")
        for some in self.pieces():
            words.extend(some)
        return Texts, (self.least, self.keys, self.numbers, self.ends, words)

    def add(self, number: int, words: Iterable[int]) -> None:
        """Keep the words of a row, and the keys that near rows have in common with it."""
        ids = sorted(words)
        value = _print(ids, PRINT) << SIZE | min(len(ids), _LARGEST)
        self.keys.add(_keys(ids, self.least), number, value)
        before = len(self.words)
        if len(ids) > PAIRED:
            self.words.frombytes(_print(ids, 64 * LONG).to_bytes(_EACH * LONG, "little"))
        self.words.extend(ids)
        self.numbers.append(number)
        self.ends.append((self.ends[-1] if self.ends else 0) + len(self.words) - before)
        if len(self.words) > MOST:
            self._unload()

    def _unload(self) -> Path:
        self.folder = self.folder or Folder()
        with (self.folder.path / "words").open("ab") as stream:
            self.words.tofile(stream)
        self.words = array("Q")
        return self.folder.path

    def pieces(self) -> "Iterator[array[int]]":
        """All words, in pieces that fit into memory."""
        if self.folder is not None:
            with (self.folder.path / "words").open("rb") as stream:
                while some := stream.read(_EACH * MOST):
                    yield array("Q", some)
        yield self.words

    def with_all_of(self, later: "Texts") -> "Texts":
        """These sets and then those of a later part of the file."""
        before = self.ends[-1] if self.ends else 0
        self.keys.with_all_of(later.keys)
        self.numbers.extend(later.numbers)
        self.ends.extend([before + end for end in later.ends])
        for some in later.pieces():
            self.words.extend(some)
            if len(self.words) > MOST:
                self._unload()
        return self

    def saved(self) -> Path:
        """All of it on disk: the folder with the words, the numbers and where each set ends."""
        folder = self._unload()
        (folder / "numbers").write_bytes(self.numbers)
        (folder / "ends").write_bytes(self.ends)
        return folder


def twins(texts: Texts, context: Context) -> dict[int, int]:
    """For each row that has a near one before it, the first such row."""
    found: dict[int, int] = {}
    if not texts.numbers:
        return found
    buckets = texts.keys.saved()
    # One piece for each worker: sets with keys in two of them are compared twice.
    sliced = [buckets[start :: context.jobs] for start in range(context.jobs)]
    for some in worked_off(context.pool, _joined, sliced, texts.saved(), texts.least):
        for later, earlier in some.items():
            found[later] = min(earlier, found.get(later, earlier))
    return found


def _print(words: Iterable[int], length: int) -> int:
    """Few bits for a set: two sets differ in as many words at least as their prints do in bits."""
    bits = 0
    for word in words:
        bits ^= 1 << word % length
    return bits


def _joined(buckets: Sequence[Path], folder: Path, least: float) -> dict[int, int]:
    """The rows that have a near one before them among those with a key of theirs in these buckets.

    Two rows differ in as many words at least as their prints do in bits, and as their sizes do.
    """
    found: dict[int, int] = {}
    apart = (1 - least) / (1 + least)
    with _Kept(folder) as kept:
        for group in (group for bucket in buckets for group in grouped(bucket.read_bytes())):
            for at, (later, value) in enumerate(group):
                size, first = value & _LARGEST, found.get(later, later)
                for earlier, other in islice(group, at):
                    if earlier >= first:
                        break
                    most = apart * (size + (other & _LARGEST)) + 1e-9
                    if (
                        abs(size - (other & _LARGEST)) <= most
                        and ((value ^ other) >> SIZE).bit_count() <= most
                        and kept.near(earlier, later, least, most)
                    ):
                        found[later] = earlier
                        break
    return found


class _Kept:
    """Reads what `Texts.saved` wrote to a folder."""

    def __init__(self, folder: Path) -> None:
        self.opened = ExitStack()
        self.numbers, self.ends = self._mapped(folder / "numbers"), self._mapped(folder / "ends")
        self.file = self.opened.enter_context((folder / "words").open("rb", buffering=0))
        self.words = lru_cache(maxsize=1_000)(self._words)
        self.long = lru_cache(maxsize=20_000)(self._long)

    def _mapped(self, file: Path) -> memoryview:
        stream = self.opened.enter_context(file.open("rb"))
        held = self.opened.enter_context(mmap(stream.fileno(), 0, access=ACCESS_READ))
        return self.opened.enter_context(memoryview(held).cast("Q"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.opened.close()

    def near(self, one: int, two: int, least: float, most: float) -> bool:
        """Whether two rows are near, which differ in no more than `most` words if they are."""
        if (self.long(one) ^ self.long(two)).bit_count() > most:
            return False
        mine, theirs = self.words(one), self.words(two)
        shared = len(mine & theirs)
        return shared >= least * (len(mine) + len(theirs) - shared) - 1e-9

    def _read(self, number: int) -> tuple[bytes, bytes]:
        """The long print of a set, empty for one that has none; and its words."""
        place = bisect_left(self.numbers, number)
        start = self.ends[place - 1] if place else 0
        self.file.seek(_EACH * start)
        held = self.file.read(_EACH * (self.ends[place] - start))
        split = _EACH * LONG if len(held) > _EACH * PAIRED else 0
        return held[:split], held[split:]

    def _words(self, number: int) -> frozenset[int]:
        return frozenset(array("Q", self._read(number)[1]))

    def _long(self, number: int) -> int:
        held, words = self._read(number)
        return int.from_bytes(held, "little") or _print(array("Q", words), 64 * LONG)


def prefix(size: int, least: float, shared: int = 1) -> int:
    """How many of the rarest words of a set one near to it must share so many of."""
    return size - ceil(least * size - 1e-9) + shared


def _keys(ids: list[int], least: float) -> list[int]:
    """Keys of which sets that are near share one at least: two of their words, or one."""
    size, keys = len(ids), list[int]()
    if size <= PAIRED / least and ceil(least * size - 1e-9) > 1:
        keys = [one ^ two for one, two in combinations(ids[: prefix(size, least, 2)], 2)]
    # Sets so small that one shared word may do, and all that are near to them.
    if size >= PAIRED * least or size <= int(1 / least) / least:
        keys += ids[: prefix(size, least)]
    return keys


class Against:
    """Some texts, asked which of them others are near to."""

    def __init__(self, sets: Mapping[int, frozenset[str]], least: float) -> None:
        self.least = least
        counts: Counter[str] = Counter()
        for words in sets.values():
            counts.update(words)
        ordered = sorted(counts, key=lambda word: (counts[word], word))
        # Numbered from the rarest on.
        self.rank = {word: number for number, word in enumerate(ordered)}
        self.sets = {number: frozenset(self._ids(words)) for number, words in sets.items() if words}
        self.index: dict[int, list[int]] = {}
        for number, ids in self.sets.items():
            for word in sorted(ids)[: prefix(len(ids), least)]:
                self.index.setdefault(word, []).append(number)

    def _ids(self, words: Iterable[str]) -> list[int]:
        return sorted([self.rank[word] for word in words if word in self.rank])

    def near(self, words: frozenset[str]) -> Iterator[int]:
        """The texts that a set of words is near to."""
        size, ids = len(words), self._ids(words)
        # Words that none of the texts has are the rarest of all.
        left = prefix(size, self.least) - (size - len(ids))
        mine, seen = frozenset(ids), set[int]()
        for word in ids[: max(0, left)]:
            for number in self.index.get(word, ()):
                if number not in seen:
                    seen.add(number)
                    theirs = self.sets[number]
                    shared = len(mine & theirs)
                    if shared >= self.least * (size + len(theirs) - shared) - 1e-9:
                        yield number
