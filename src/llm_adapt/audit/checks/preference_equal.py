"""Preference pairs whose two answers differ in case and punctuation at most."""

import re

from llm_adapt.audit.check import RowRule, Words
from llm_adapt.audit.row import Row

_BESIDE = re.compile(r"[\W_]+")


def check(words: Words) -> RowRule:
    """The check; it looks for no words."""
    del words
    return RowRule("preference-equal", _equal, lambda row: row.chosen is not None)


def _equal(row: Row) -> str | None:
    if row.chosen is None or row.rejected is None or row.chosen.prompt != row.rejected.prompt:
        return None
    one, two = (_BESIDE.sub(" ", s.answer).strip().casefold() for s in (row.chosen, row.rejected))
    return row.chosen.answer if one == two and one else None
