"""Which texts are nearly the same: an exact join over the sets of their words.

Two sets are near when what they share is at least a part of what they have together (Jaccard).
Such sets share one of their rarest words, so that only those that do are compared (prefix filter:
Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). Nothing is missed, and nothing is
told that was not compared. Many texts go through buckets on disk, one for each part of the words.
"""

import tempfile
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from math import ceil
from pathlib import Path

Ids = tuple[int, ...]
"""The words of a text as numbers, the rarest first."""
Text = tuple[int, Ids]
# So many texts are compared in memory at once.
AT_ONCE = 100_000


def twins(texts: Iterable[tuple[int, Iterable[int]]], least: float) -> dict[int, int]:
    """For each row that has a near one before it, such a row.

    `texts` are the words of rows, each as a number, with the number of the row; they are gone
    through three times. From the Jaccard `least` (0 to 1) on two rows are near.
    """
    counts: Counter[int] = Counter()
    rows = 0
    for _, words in texts:
        counts.update(words)
        rows += 1
    ordered = sorted(counts, key=lambda word: (counts[word], word))
    rank = {word: number for number, word in enumerate(ordered)}
    ranked = ((number, tuple(sorted([rank[word] for word in words]))) for number, words in texts)
    found: dict[int, int] = {}
    for bucket, listed in _buckets(ranked, ceil(rows / AT_ONCE), least):
        firsts: dict[Ids, int] = {}
        for number, ids in listed:
            first = firsts.setdefault(ids, number)
            if first != number:
                found.setdefault(number, first)
        sized = sorted(((number, ids) for ids, number in firsts.items()), key=_by_size)
        for one, two in _pairs(sized, least, bucket, found):
            found.setdefault(max(one, two), min(one, two))
    return found


def _by_size(text: Text) -> tuple[int, int]:
    return len(text[1]), text[0]


def prefix(size: int, least: float) -> int:
    """How many of the rarest words of a set of this size one near to it must share one of."""
    return size - ceil(least * size - 1e-9) + 1


def _buckets(
    texts: Iterable[Text], count: int, least: float
) -> Iterator[tuple[tuple[int, int], list[Text]]]:
    """Texts that may be near, together; each bucket with the remainder of the words it is of.

    Texts come in the order of their rows.
    """
    if count <= 1:
        yield (0, 1), list(texts)
        return
    with tempfile.TemporaryDirectory(prefix="llm-adapt-audit-") as folder:
        paths = [Path(folder, str(index)) for index in range(count)]
        streams = [path.open("wb") for path in paths]
        for number, ids in texts:
            record = array("Q", (number, len(ids), *ids)).tobytes()
            for index in {word % count for word in ids[: prefix(len(ids), least)]}:
                streams[index].write(record)
        for stream in streams:
            stream.close()
        for index, path in enumerate(paths):
            yield (index, count), list(_read(path))


def _read(path: Path) -> Iterator[Text]:
    held = array("Q")
    held.frombytes(path.read_bytes())
    at = 0
    while at < len(held):
        size = held[at + 1]
        yield held[at], tuple(held[at + 2 : at + 2 + size])
        at += 2 + size


def _pairs(
    texts: Iterable[Text], least: float, bucket: tuple[int, int], told: Collection[int]
) -> Iterator[tuple[int, int]]:
    """The near pairs of texts that come in the order of their sizes.

    A pair whose later text is `told` already is passed over, so that dense groups need not be
    compared pair by pair.
    """
    remainder, count = bucket
    index: dict[int, list[Text]] = {}
    starts: dict[int, int] = {}
    for text in texts:
        number, ids = text
        size = len(ids)
        smallest = ceil(least * size - 1e-9)
        mine, seen = set(ids), set[int]()
        for word in ids[: prefix(size, least)]:
            if word % count != remainder:
                continue
            listed = index.get(word)
            if listed is None:
                index[word] = [text]
                continue
            # Sizes grow, so those that are too small by now stay so.
            start = starts.get(word, 0)
            while start < len(listed) and len(listed[start][1]) < smallest:
                start += 1
            starts[word] = start
            for other, theirs in listed[start:]:
                if other in seen or (max(other, number)) in told:
                    continue
                seen.add(other)
                shared = len(mine.intersection(theirs))
                if shared >= least * (size + len(theirs) - shared) - 1e-9:
                    yield number, other
            listed.append(text)


class Against:
    """Some texts, asked which of them others are near to."""

    def __init__(self, sets: Mapping[int, frozenset[str]], least: float) -> None:
        self.least = least
        counts: Counter[str] = Counter()
        for words in sets.values():
            counts.update(words)
        ordered = sorted(counts, key=lambda word: (counts[word], word))
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
