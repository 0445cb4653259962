"""Answers that refuse: the model says that it cannot or will not do what is asked.

A refusal is said by the one who answers, of what is asked of him; so each pattern ties a speaker to
a refusing verb. An answer that refuses and then helps all the same is a partial one, and counted
apart.
"""

import re
from functools import lru_cache

from llm_adapt.audit.check import RowRule, Words, any_of, has_output
from llm_adapt.audit.row import Row

# A refusal stands at the beginning; later on somebody else is speaking.
OPENING = 300


def check(words: Words) -> RowRule:
    """The check: one of `opens` begins the answer, or one of `says` stands near its beginning."""
    return RowRule("refusal", Refusing(words, partial=False), has_output)


class Refusing:
    """Tells refusals: full ones, or those that go on to help."""

    def __init__(self, words: Words, *, partial: bool) -> None:
        self.partial = partial
        self.opens = re.compile(any_of(words, "opens"))
        self.says, self.helps = (
            re.compile(rf"\b(?:{any_of(words, name)})") for name in ("says", "helps")
        )
        self.quick = tuple(words.get("quick", ()))

    def __call__(self, row: Row) -> str | None:
        """Give the answer, if it is such a refusal."""
        said = row.output
        if not said:
            return None
        begin = _opening(said, self.quick)
        if not begin or not (self.opens.match(begin) or self.says.search(begin)):
            return None
        helps = bool(self.helps.search(said.casefold()))
        return said if helps == self.partial else None


@lru_cache(maxsize=1)
def _opening(said: str, quick: tuple[str, ...]) -> str:
    """How an answer begins, if it may refuse at all: asked of a row for either kind of refusal."""
    begin = said[:OPENING].replace("\u2019", "'").lstrip(" \t\r\n\"'*#").casefold()
    for word in quick:
        if word in begin:
            return begin
    return ""
