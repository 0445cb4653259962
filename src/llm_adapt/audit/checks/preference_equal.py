"""Preference pairs whose two answers differ in case and punctuation at most."""

from llm_adapt.audit.check import RowRule
from llm_adapt.audit.row import Row
from llm_adapt.audit.words import normalised


def _equal(row: Row) -> str | None:
    if row.chosen is None or row.rejected is None or row.chosen.prompt != row.rejected.prompt:
        return None
    one, two = (normalised(side.answer) for side in (row.chosen, row.rejected))
    return row.chosen.answer if one == two and one else None


CHECK = RowRule("preference-equal", _equal, lambda row: row.chosen is not None)
