"""Which texts are nearly the same: an exact join over the sets of their words.

Two sets are near when what they share is at least a part of what they have together (Jaccard).
Such sets share some of their rarest words, so that only those that do are compared (prefix filter:
Chaudhuri, Ganti and Kaushik 2006; with several words: Wang, Li and Feng 2012). Nothing is missed,
and nothing is told that was not compared. What there is too much of for memory goes to disk.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import ceil
from os import SEEK_END
from tempfile import TemporaryFile
from typing import IO, TypeVar

from llm_adapt.audit.check import Context
from llm_adapt.audit.spill import Spill, grouped
from llm_adapt.audit.words import digest

# Sets up to so many words are looked for by two of their rarest words, larger ones by one: their
# rarest words are rare enough, and pairs of them would be many.
PAIRED = 60
# So many words (8 bytes each) stay in memory.
MOST = 4_000_000
_ALONE = (1 << 32) - 1
_WORD = 8
# Bits of the print of a set.
BITS = 256


Word = TypeVar("Word", int, str)


@dataclass(slots=True)
class Texts:
    """Sets of words, each a number of 64 bits, with the numbers of their rows.

    `words` are those in memory; those that came before them are in `file`.
    """

    numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    ends: "array[int]" = field(default_factory=lambda: array("Q"))
    words: "array[int]" = field(default_factory=lambda: array("Q"))
    file: "IO[bytes] | None" = None

    def __reduce__(self) -> "tuple[type[Texts], tuple[array[int], array[int], array[int]]]":
        words = array("Q")
        for _, _, some in self.all():
            words.extend(some)
        return Texts, (self.numbers, self.ends, words)

    def add(self, number: int, words: Iterable[int]) -> None:
        """Keep the words of a row."""
        before = len(self.words)
        self.words.extend(words)
        self.numbers.append(number)
        self.ends.append((self.ends[-1] if self.ends else 0) + len(self.words) - before)
        if len(self.words) > MOST:
            self.file = self.file or TemporaryFile()  # noqa: SIM115 (until it is read)
            self._write(self.file)

    def _write(self, file: IO[bytes]) -> None:
        file.seek(0, SEEK_END)
        self.words.tofile(file)
        self.words = array("Q")

    def with_all_of(self, later: "Texts") -> "Texts":
        """These sets and then those of a later part of the file."""
        for _, number, words in later.all():
            self.add(number, words)
        later.close()
        return self

    def all(self) -> Iterator[tuple[int, int, Iterable[int]]]:
        """Each set: its place here, the number of its row, its words."""
        for place, number in enumerate(self.numbers):
            yield place, number, self.at(place)

    def at(self, place: int) -> "array[int]":
        """The words of a set."""
        start, end = self.ends[place - 1] if place else 0, self.ends[place]
        if self.file is None:
            return self.words[start:end]
        if self.words:
            self._write(self.file)
        found = array("Q")
        self.file.seek(start * _WORD)
        found.frombytes(self.file.read((end - start) * _WORD))
        return found

    def size(self, place: int) -> int:
        """How many words a set has."""
        return self.ends[place] - (self.ends[place - 1] if place else 0)

    def close(self) -> None:
        """Give the file back."""
        if self.file is not None:
            self.file.close()
            self.file = None


def twins(texts: Texts, least: float, context: Context) -> dict[int, int]:
    """For each row that has a near one before it, such a row.

    From the Jaccard `least` (0 to 1) on two rows are near. Rows come in the order of their numbers.
    """
    found, counts = _same(texts), Counter[int]()
    for _, _, words in texts.all():
        counts.update(words)
    rank = _ranks(counts)
    keys, prints = Spill(), list[int]()
    for place, _, words in texts.all():
        prints.append(_print(words))
        if place not in found:
            keys.add(_keys(sorted([rank[word] for word in words]), least), place)
    sizes = array("L", map(texts.size, range(len(prints))))
    for pairs in context.each(_perhaps, keys.buckets(), sizes, prints, least):
        for one, two in pairs:
            if two not in found:
                shared = len(frozenset(texts.at(one)).intersection(texts.at(two)))
                if shared >= least * (sizes[one] + sizes[two] - shared) - 1e-9:
                    found[two] = one
    numbers = texts.numbers
    return {numbers[later]: numbers[earlier] for later, earlier in sorted(found.items())}


def _ranks(counts: Mapping[Word, int]) -> dict[Word, int]:
    """Words numbered from the rarest on."""
    ordered = sorted(counts, key=lambda word: (counts[word], word))
    return {word: number for number, word in enumerate(ordered)}


def _same(texts: Texts) -> dict[int, int]:
    """The places of sets that stand there before, each with the first such place."""
    keys = Spill()
    for place, _, words in texts.all():
        key, value = digest(array("Q", sorted(words)).tobytes())
        keys.add((key,), place, value)
    return keys.repeated()


def prefix(size: int, least: float, shared: int = 1) -> int:
    """How many of the rarest words of a set one near to it must share so many of."""
    return size - ceil(least * size - 1e-9) + shared


def _keys(ids: list[int], least: float) -> list[int]:
    """Keys of which sets that are near share one at least: two of their words, or one."""
    size, keys = len(ids), list[int]()
    if size <= PAIRED / least and ceil(least * size - 1e-9) > 1:
        chosen = combinations(ids[: prefix(size, least, 2)], 2)
        keys = [one << 32 | two for one, two in chosen]
    # Sets so small that one shared word may do, and all that are near to them.
    if size >= PAIRED * least or size <= int(1 / least) / least:
        keys += [one << 32 | _ALONE for one in ids[: prefix(size, least)]]
    return keys


def _print(words: Iterable[int]) -> int:
    """Few bits for a set: two sets differ in as many words at least as their prints do in bits."""
    bits = 0
    for word in words:
        bits ^= 1 << word % BITS
    return bits


def _perhaps(
    records: "array[int]", sizes: Sequence[int], prints: Sequence[int], least: float
) -> list[tuple[int, int]]:
    """The pairs with a key in common that sizes and prints do not tell apart, the earlier first."""
    found: list[tuple[int, int]] = []
    for group in grouped(records):
        sized = sorted([(sizes[place], place, prints[place]) for place, _ in group])
        start = 0
        for index, (size, place, bits) in enumerate(sized):
            # Sizes grow, so those that are too small by now stay so.
            while sized[start][0] < least * size - 1e-9:
                start += 1
            apart = 2 * size * (1 - least) / (1 + least) + 1e-9
            found += [
                (other, place) if other < place else (place, other)
                for _, other, others in sized[start:index]
                if (bits ^ others).bit_count() <= apart
            ]
    return found


class Against:
    """Some texts, asked which of them others are near to."""

    def __init__(self, sets: Mapping[int, frozenset[str]], least: float) -> None:
        self.least = least
        counts: Counter[str] = Counter()
        for words in sets.values():
            counts.update(words)
        self.rank = _ranks(counts)
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
