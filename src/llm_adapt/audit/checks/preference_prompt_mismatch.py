"""Preference pairs whose two answers do not answer the same."""

from llm_adapt.audit.check import RowRule, Words
from llm_adapt.audit.row import Row


def check(words: Words) -> RowRule:
    """The check; it looks for no words."""
    del words
    return RowRule("preference-prompt-mismatch", _differ, lambda row: row.chosen is not None)


def _differ(row: Row) -> str | None:
    if row.chosen is None or row.rejected is None:
        return None
    one, two = (" ".join(side.prompt.split()) for side in (row.chosen, row.rejected))
    return None if one == two else f"{one[-70:]} / {two[-70:]}"
