"""Rows with nearly the same words as an earlier one, lines that many rows share taken out first."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby
from math import log2
from zlib import crc32

from llm_adapt.audit.check import Check, Context, found, spot
from llm_adapt.audit.checks.boilerplate import LONGEST as LONGEST_LINE
from llm_adapt.audit.checks.boilerplate import several
from llm_adapt.audit.near import Texts, twins
from llm_adapt.audit.row import Row
from llm_adapt.audit.spill import Numbers, ordered
from llm_adapt.audit.words import word_set
from llm_adapt.rules.audit import DataFinding, Fact

# From this Jaccard of their words on rows are near (0 to 1).
LEAST = 0.8
# Of a row so many characters are compared.
MOST_COMPARED = 1_000_000
# So many words are remembered with their numbers, if they are not longer (characters).
REMEMBERED, LONGEST = 50_000, 100
# Words with the same remainder are counted together: it only has to tell frequent from rare ones.
REMAINDERS = 1 << 16


@dataclass(slots=True)
class Frequencies:
    """In how many rows words are, by the remainder of their checksums."""

    counts: Counter[int] = field(default_factory=Counter[int])


class WordFrequency(Check[Frequencies]):
    """Counts in how many of some rows words are: which of them near rows are looked for by."""

    state = Frequencies

    def row(self, state: Frequencies, row: Row) -> None:
        """Take in a row."""
        if spot(row):
            state.counts.update(map(_remainder, word_set(row.text)))


def _remainder(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) % REMAINDERS


class _Numbered(dict[str, int]):
    """The number of a word: how often it is, and its print."""

    def __init__(self, counts: Counter[int]) -> None:
        super().__init__()
        self.counts = counts

    def __missing__(self, word: str) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
        raw = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=7).digest()
        often = int(8 * log2(1 + self.counts[_remainder(word)]))
        found = often << 56 | int.from_bytes(raw, "little")
        if len(word) <= LONGEST:
            self[word] = found
        return found


class NearDuplicate(Check[Texts]):
    """Keeps the words of each row as numbers, of which those of frequent words are the higher.

    `common` are lines to be left out.
    """

    rules = ("near-duplicate",)

    def __init__(self, common: frozenset[str], often: Frequencies) -> None:
        self.common = common
        self.numbers = _Numbered(often.counts)

    def start(self) -> Texts:
        """Give the state before the first row."""
        return Texts(LEAST)

    def row(self, state: Texts, row: Row) -> None:
        """Take in a row."""
        said = row.text
        if self.common:
            said = "\n".join(
                self._without_common(text) for text in (row.prompt, row.output) if text
            )
        words = word_set(said[:MOST_COMPARED])
        if words:
            state.add(row.number, map(self.numbers.__getitem__, words))

    def _without_common(self, text: str) -> str:
        lines = several(text)
        kept = (line for line in lines if line[:LONGEST_LINE] not in self.common)
        return "\n".join(kept) if lines else text

    def merge(self, earlier: Texts, later: Texts) -> Texts:
        """Make one state of two."""
        return earlier.with_all_of(later)

    def finish(self, state: Texts, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the rows that have a near one before them, and which it is."""
        rows, near_to = twins(state, context)
        fact = context.share("near_duplicate_share", len(rows), context.rows)
        clusters = _clusters(rows, near_to)
        return found("near-duplicate", rows, "", near_to=near_to, clusters=clusters), [fact]


def _clusters(rows: Numbers, near_to: Numbers) -> int:
    """How many groups the rows make that are near to each other.

    Each has one row that others are near to and that is near to none before it.
    """
    near, count = iter(rows), 0
    at = next(near, -1)
    for row, _ in groupby(row for row, _ in ordered(Numbers(n for m in near_to for n in (m, 0)))):
        while -1 < at < row:
            at = next(near, -1)
        count += at != row
    return count
