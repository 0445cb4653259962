"""Answers with places in brackets for the reader to fill: `[Your Name]`."""

import re

from llm_adapt.audit.check import RowRule, Words
from llm_adapt.audit.row import Row


def check(words: Words) -> RowRule:
    """The check: brackets that begin with one of `asks`."""
    asks = "|".join(words.get("asks", ())) or "(?!)"
    return RowRule("bracket-placeholder", _Test(asks), lambda row: bool(row.output))


class _Test:
    def __init__(self, asks: str) -> None:
        self.brackets = re.compile(rf"\[(?:{asks})\b[^\[\]\n]{{0,60}}\]", re.IGNORECASE)

    def __call__(self, row: Row) -> str | None:
        said = row.output or ""
        if "[" not in said or (hit := self.brackets.search(said)) is None:
            return None
        return said[max(0, hit.start() - 40) : hit.end() + 40]
