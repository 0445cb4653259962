"""What the rows are like: their scripts, and how long prompts and answers are."""

from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field

from llm_adapt.audit.check import Context, Words
from llm_adapt.audit.row import Row
from llm_adapt.rules.audit import DataFinding, Fact

# Where the blocks of Unicode begin that scripts are told by; what lies between is no letter of one.
_BLOCKS = (
    (0x41, "Latin"), (0x250, ""), (0x370, "Greek"), (0x400, "Cyrillic"), (0x530, ""),
    (0x590, "Hebrew"), (0x600, "Arabic"), (0x700, ""), (0x900, "Devanagari"), (0x980, ""),
    (0xE00, "Thai"), (0xE80, ""), (0x1100, "Hangul"), (0x1200, ""), (0x3040, "Kana"),
    (0x3100, ""), (0x3400, "Han"), (0xA000, ""), (0xAC00, "Hangul"), (0xD7B0, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _BLOCKS]
# Of a row so many characters are looked at.
LOOKED_AT = 200


@dataclass(slots=True)
class _Lengths:
    scripts: Counter[str] = field(default_factory=Counter[str])
    prompts: Counter[int] = field(default_factory=Counter[int])
    answers: Counter[int] = field(default_factory=Counter[int])


class Profile:
    """Counts scripts and lengths."""

    rules = ()

    def start(self) -> _Lengths:
        """Give the state before the first row."""
        return _Lengths()

    def row(self, state: _Lengths, row: Row) -> None:
        """Take in a row."""
        said = row.output or row.prompt
        state.scripts["Latin" if said.isascii() else _script(said[:LOOKED_AT])] += 1
        state.prompts[rounded(len(row.prompt))] += 1
        if row.output:
            state.answers[rounded(len(row.output))] += 1

    def merge(self, earlier: _Lengths, later: _Lengths) -> _Lengths:
        """Make one state of two."""
        earlier.scripts.update(later.scripts)
        earlier.prompts.update(later.prompts)
        earlier.answers.update(later.answers)
        return earlier

    def finish(self, state: _Lengths, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the scripts and the lengths."""
        total = state.scripts.total()
        facts = [Fact("scripts", dict(state.scripts.most_common()), total, context.sampled)]
        for name, counts in (("prompt", state.prompts), ("answer", state.answers)):
            of = counts.total()
            for share, word in ((0.5, "p50"), (0.95, "p95"), (1.0, "max")) if of else ():
                value = quantile(counts, share)
                facts.append(Fact(f"{name}_characters_{word}", value, of, context.sampled))
        return [], facts


def _script(said: str) -> str:
    counts = Counter(_BLOCKS[at - 1][1] for char in said if (at := bisect(_STARTS, ord(char))))
    counts.pop("", None)
    return max(counts, key=lambda name: (counts[name], name)) if counts else "none"


def rounded(number: int) -> int:
    """A number to three digits, so that a count of all sizes stays small; off by 0.5 % at most."""
    if number < 1000:  # noqa: PLR2004 (three digits)
        return number
    step = int(10 ** max(0, len(str(number)) - 3))
    return round(number / step) * step


def quantile(counts: Counter[int], share: float) -> int:
    """The number that a share (0 to 1) of the counted ones do not exceed."""
    left = share * counts.total()
    for number in sorted(counts):
        left -= counts[number]
        if left <= 0:
            return number
    return max(counts)


def check(words: Words) -> Profile:
    """The check; it looks for no words."""
    del words
    return Profile()
