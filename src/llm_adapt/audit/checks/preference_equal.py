"""Preference pairs whose two answers differ in case and punctuation at most."""

from llm_adapt.audit.check import RowRule
from llm_adapt.audit.row import Row
from llm_adapt.audit.words import normalised


def _equal(row: Row) -> str | None:
    one, two = row.pair
    same = one.prompt == two.prompt and normalised(one.answer) == normalised(two.answer) != ""
    return one.answer if same else None


CHECK = RowRule("preference-equal", _equal, lambda row: bool(row.pair))
