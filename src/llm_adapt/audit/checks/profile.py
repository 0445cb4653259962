"""What the rows are like: scripts and languages, and how long prompts and answers are."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from llm_adapt.audit.check import Check, Context, Words, spot
from llm_adapt.audit.row import Row
from llm_adapt.rules.audit import DataFinding, Fact

# Unicode calls every letter by its script first, but for these.
_CALLED = {"Cjk": "Han", "Hiragana": "Kana", "Katakana": "Kana"}
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
    counts = Counter(filter(None, map(_script_of, said)))
    return max(counts, key=lambda name: (counts[name], name), default="none")


@lru_cache(maxsize=10_000)
def _script_of(char: str) -> str:
    name = unicodedata.name(char, "").partition(" ")[0].title() if char.isalpha() else ""
    return _CALLED.get(name, name)


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
