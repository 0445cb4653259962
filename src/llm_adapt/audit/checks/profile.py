"""What the rows are like: scripts and languages, and how long prompts and answers are."""

import re
from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field

from llm_adapt.audit.check import Check, Context, Words, spot
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
# A language is told by so many of its words, if no other has as many.
LEAST = 2
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class _Lengths:
    languages: Counter[str] = field(default_factory=Counter[str])
    scripts: Counter[str] = field(default_factory=Counter[str])
    prompts: Counter[int] = field(default_factory=Counter[int])
    answers: Counter[int] = field(default_factory=Counter[int])


class Profile(Check[_Lengths]):
    """Counts scripts, languages and lengths; `languages` are known by some of their words."""

    state = _Lengths

    def __init__(self, languages: Words) -> None:
        self.known: dict[str, list[str]] = {}
        for language, words in languages.items():
            for word in words:
                self.known.setdefault(word, []).append(language)

    def row(self, state: _Lengths, row: Row) -> None:
        """Take in a row."""
        said = row.output or row.prompt
        script = "Latin" if said.isascii() else _script(said[:LOOKED_AT])
        state.scripts[script] += 1
        if script == "Latin" and spot(row):
            state.languages[self._language(said[:LOOKED_AT])] += 1
        state.prompts[len(row.prompt)] += 1
        if row.output:
            state.answers[len(row.output)] += 1

    def _language(self, said: str) -> str:
        """The language that most of the known words are of."""
        known, found = self.known, Counter[str]()
        for word in _WORD.findall(said.lower()):
            if word in known:
                found.update(known[word])
        (best, most), (_, next_most) = (*found.most_common(2), ("", 0), ("", 0))[:2]
        return best if most >= LEAST and most > next_most else "not told"

    def finish(self, state: _Lengths, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the scripts and the lengths."""
        latin, told = state.scripts["Latin"], state.languages.total()
        facts = [
            Fact(name, dict(counts.most_common()), counts.total(), sampled)
            for name, counts, sampled in (
                ("scripts", state.scripts, context.sampled),
                ("languages", state.languages, context.sampled or told < latin),
            )
            if counts
        ]
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


def quantile(counts: Counter[int], share: float) -> int:
    """The number that a share (0 to 1) of the counted ones do not exceed."""
    left = share * counts.total()
    for number in sorted(counts):
        left -= counts[number]
        if left <= 0:
            return number
    return max(counts)


def check(words: Words) -> Profile:
    """The check; words stand under the language they are of."""
    return Profile(words)
