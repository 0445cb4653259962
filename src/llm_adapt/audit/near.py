"""Which texts are nearly the same: an exact join over the sets of their words.

Two sets are near when what they share is at least a part of what they have together (Jaccard).
Such sets share some of their rarest words, so that only those that do are compared (prefix filter:
Chaudhuri, Ganti and Kaushik 2006; with several words: Wang, Li and Feng 2012). Nothing is missed,
and nothing is told that was not compared. What there is too much of for memory goes to disk.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from itertools import combinations, groupby, islice
from math import ceil
from operator import itemgetter
from pathlib import Path
from typing import Self

from llm_adapt.audit.check import Context, worked_off
from llm_adapt.audit.spill import Numbers, Spill, columns, grouped, ordered
from llm_adapt.audit.words import digest
from llm_adapt.errors import LlmAdaptError

# Sets up to so many words are looked for by two of their rarest words, larger ones by one: their
# rarest words are rare enough, and pairs of them would be many.
PAIRED = 60
# Rows are found on disk by blocks of so many.
BLOCK = 512
# So many sets are known again, so that what is said over and over is compared once; of those that
# are compared so many words stay in memory.
SEEN, HELD = 50_000, 300_000
_EACH = 8
# Bits of the print of a set; beside it stands how many words it has, up to the largest number.
PRINT, SIZE = 48, 16
_LARGEST = (1 << SIZE) - 1
# Sets of more than PAIRED words have a longer print besides, of so many numbers of 64 bits.
LONG = 8
# So many different words may the evaluation data have.
DIFFERENT = 500_000


@dataclass(slots=True)
class Texts:
    """Sets of words, each a number of 64 bits: the higher the more frequent the word.

    Rows come in the order of their numbers; from the Jaccard `least` (0 to 1) on two are near.
    `places` are the rows, each with the place in `words` where its own end; `same` are those of
    the same words as an earlier one, each with that one.
    """

    least: float
    keys: Spill = field(default_factory=Spill)
    places: Numbers = field(default_factory=Numbers)
    words: Numbers = field(default_factory=Numbers)
    same: Numbers = field(default_factory=Numbers)
    seen: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])

    def add(self, number: int, words: Iterable[int]) -> None:
        """Keep the words of a row, and the keys that near rows have in common with it."""
        ids = array("Q", sorted(words))
        if len(self.seen) > SEEN:
            self.seen.clear()
        first = self.seen.setdefault(digest(ids.tobytes()), number)
        if first != number:
            self.same.extend((number, first))
            return
        value = _print(ids, PRINT) << SIZE | min(len(ids), _LARGEST)
        self.keys.add(_keys(ids, self.least), number, value)
        if len(ids) > PAIRED:
            long = _print(ids, 64 * LONG).to_bytes(_EACH * LONG, "little")
            self.words.extend(array("Q", long))
        self.words.extend(ids)
        self.places.extend((number, len(self.words)))

    def with_all_of(self, later: "Texts") -> "Texts":
        """These sets and then those of a later part of the file."""
        before = len(self.words)
        self.keys.with_all_of(later.keys)
        coming = iter(later.places)
        for number, end in zip(coming, coming, strict=True):
            self.places.extend((number, before + end))
        self.words.extend(later.words)
        self.same.extend(later.same)
        return self


def twins(texts: Texts, context: Context) -> tuple[Numbers, Numbers]:
    """The rows that have a near one before them, in order; and for each the first such row."""
    pairs = Numbers()
    if texts.places:
        buckets = texts.keys.saved()
        # One piece for each worker: sets with keys in two of them are compared twice.
        sliced = [buckets[start :: context.jobs] for start in range(context.jobs)]
        files = texts.places.saved(), texts.words.saved()
        for some in worked_off(context.pool, _joined, sliced, *files, texts.least):
            pairs.extend(some)
    near = columns(next(group) for _, group in groupby(ordered(pairs), itemgetter(0)))
    coming = iter(texts.same)
    same = Numbers(n for pair in zip(coming, coming, strict=True) for n in reversed(pair))
    # What is near to a row is near to all that have the same words.
    found, known = Numbers(), zip(*near, strict=True)
    row, first = next(known, (0, 0))
    for twin, number in ordered(same):
        while row < twin and (following := next(known, None)):
            row, first = following
        found.extend((number, first if row == twin and near[0] else twin))
    return columns(merge(zip(*near, strict=True), ordered(found)))


def _print(words: Iterable[int], length: int) -> int:
    """Few bits for a set: two sets differ in as many words at least as their prints do in bits."""
    bits = 0
    for word in words:
        bits ^= 1 << word % length
    return bits


def _joined(buckets: Sequence[Path], places: Path, words: Path, least: float) -> Numbers:
    """The rows that have a near one before them among those with a key of theirs in these buckets.

    Two rows differ in as many words at least as their prints do in bits, and as their sizes do.
    """
    found, known = Numbers(), dict[int, int]()
    apart = (1 - least) / (1 + least)
    with _Kept(places, words) as kept:
        for group in (group for bucket in buckets for group in grouped(bucket)):
            if len(known) > SEEN:
                known.clear()
            for at, (later, value) in enumerate(group):
                size, first = value & _LARGEST, known.get(later, later)
                for earlier, other in islice(group, at):
                    if earlier >= first:
                        break
                    most = apart * (size + (other & _LARGEST)) + 1e-9
                    if (
                        abs(size - (other & _LARGEST)) <= most
                        and ((value ^ other) >> SIZE).bit_count() <= most
                        and kept.near(earlier, later, least, most)
                    ):
                        known[later] = earlier
                        found.extend((later, earlier))
                        break
    return found


class _Kept:
    """Reads the words of rows where they are kept on disk."""

    def __init__(self, places: Path, words: Path) -> None:
        self.opened = ExitStack()
        self.places, self.file = (
            self.opened.enter_context(path.open("rb", buffering=0)) for path in (places, words)
        )
        # The first row of each block.
        self.firsts = array("Q")
        for place in range(0, places.stat().st_size, 2 * _EACH * BLOCK):
            self.places.seek(place)
            self.firsts.frombytes(self.places.read(_EACH))
        self.block = lru_cache(maxsize=64)(self._block)
        self.long = lru_cache(maxsize=20_000)(self._long)
        self.sets: dict[int, frozenset[int]] = {}
        self.held = 0

    def _block(self, number: int) -> "tuple[array[int], array[int]]":
        """The rows of a block, and where the words before it and those of each row end."""
        self.places.seek(2 * _EACH * max(0, number * BLOCK - 1))
        read = array("Q", self.places.read(2 * _EACH * (BLOCK + bool(number))))
        return (read[2::2], read[1::2]) if number else (read[::2], array("Q", [0]) + read[1::2])

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
        rows, ends = self.block(bisect_right(self.firsts, number) - 1)
        place = bisect_left(rows, number)
        self.file.seek(_EACH * ends[place])
        held = self.file.read(_EACH * (ends[place + 1] - ends[place]))
        split = _EACH * LONG if len(held) > _EACH * PAIRED else 0
        return held[:split], held[split:]

    def words(self, number: int) -> frozenset[int]:
        """The words of a row."""
        found = self.sets.get(number)
        if found is None:
            if self.held > HELD:
                self.sets.clear()
                self.held = 0
            found = self.sets[number] = frozenset(array("Q", self._read(number)[1]))
            self.held += len(found)
        return found

    def _long(self, number: int) -> int:
        held, words = self._read(number)
        return int.from_bytes(held, "little") or _print(array("Q", words), 64 * LONG)


def prefix(size: int, least: float, shared: int = 1) -> int:
    """How many of the rarest words of a set one near to it must share so many of."""
    return size - ceil(least * size - 1e-9) + shared


def _keys(ids: "array[int]", least: float) -> list[int]:
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

    def __init__(
        self, sets: Callable[[], Iterable[tuple[int, frozenset[str]]]], least: float
    ) -> None:
        """Take in numbered sets of words, which are gone through twice.

        Raises:
            LlmAdaptError: They have too many different words.
        """
        self.least = least
        counts: Counter[str] = Counter()
        for _, words in sets():
            counts.update(words)
            if len(counts) > DIFFERENT:
                message = f"the evaluation file has more than {DIFFERENT:,} different words"
                raise LlmAdaptError(message, None, "hold the data against a part of it")
        ordered = sorted(counts, key=lambda word: (counts[word], word))
        # Numbered from the rarest on.
        self.rank = {word: number for number, word in enumerate(ordered)}
        self.sets = {number: array("L", self._ids(words)) for number, words in sets() if words}
        self.index: dict[int, list[int]] = {}
        for number, ids in self.sets.items():
            for word in ids[: prefix(len(ids), least)]:
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
                    shared = len(mine.intersection(theirs))
                    if shared >= self.least * (size + len(theirs) - shared) - 1e-9:
                        yield number
