"""Answers with places in brackets for the reader to fill: `[Your Name]`."""

import re
from functools import partial

from llm_adapt.audit.check import RowRule, Words, any_of, around, has_output
from llm_adapt.audit.row import Row


def check(words: Words) -> RowRule:
    """The check: brackets that begin with one of `asks`."""
    asks = rf"\[(?:{any_of(words, 'asks')})\b[^\[\]\n]{{0,60}}\]"
    test = partial(_bracketed, re.compile(asks, re.IGNORECASE))
    return RowRule("bracket-placeholder", test, has_output)


def _bracketed(pattern: re.Pattern[str], row: Row) -> str | None:
    said = row.output or ""
    if "[" not in said or (hit := pattern.search(said)) is None:
        return None
    return around(said, *hit.span())
