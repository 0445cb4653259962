"""Answers that hold the next example as well: `12. Instruction: ...` inside an output."""

import re

from llm_adapt.audit.check import RowRule, Words, any_of, around
from llm_adapt.audit.row import Row


def check(words: Words) -> RowRule:
    """The check: a numbered line of an answer that begins with one of the words `begins`."""
    return RowRule("merged-examples", _Test(any_of(words, "begins")))


class _Test:
    def __init__(self, begins: str) -> None:
        self.pattern = re.compile(rf"\b\d{{1,4}}\. ?(?:{begins}) ?[:\uff1a]")

    def __call__(self, row: Row) -> str | None:
        said = row.output
        if not said or (":" not in said and "\uff1a" not in said):
            return None
        hit = self.pattern.search(said)
        return around(said, hit.start(), len(said)) if hit else None
