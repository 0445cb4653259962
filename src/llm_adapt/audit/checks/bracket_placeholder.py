"""Answers with places in brackets for the reader to fill: `[Your Name]`."""

import re

from llm_adapt.audit.check import RowRule, Words, any_of, around, has_output
from llm_adapt.audit.row import Row


def check(words: Words) -> RowRule:
    """The check: brackets that begin with one of `asks`."""
    return RowRule("bracket-placeholder", _Test(any_of(words, "asks")), has_output)


class _Test:
    def __init__(self, asks: str) -> None:
        self.brackets = re.compile(rf"\[(?:{asks})\b[^\[\]\n]{{0,60}}\]", re.IGNORECASE)

    def __call__(self, row: Row) -> str | None:
        said = row.output or ""
        if "[" not in said or (hit := self.brackets.search(said)) is None:
            return None
        return around(said, *hit.span())
