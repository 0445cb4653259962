"""Answers that hold the next example as well: `12. Instruction: ...` inside an output."""

import re

from llm_adapt.audit.check import RowRule, Words
from llm_adapt.audit.row import Row


def check(words: Words) -> RowRule:
    """The check: a numbered line of an answer that begins with one of the words `begins`."""
    return RowRule("merged-examples", _Test("|".join(words.get("begins", ["(?!)"]))))


class _Test:
    def __init__(self, begins: str) -> None:
        self.pattern = re.compile(rf"\b\d{{1,4}}\. ?(?:{begins}) ?[:\uff1a]")

    def __call__(self, row: Row) -> str | None:
        said = row.output
        if not said or (":" not in said and "\uff1a" not in said):
            return None
        hit = self.pattern.search(said)
        return said[max(0, hit.start() - 40) :] if hit else None
