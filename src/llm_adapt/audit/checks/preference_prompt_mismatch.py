"""Preference pairs whose two answers do not answer the same."""

from llm_adapt.audit.check import RowRule
from llm_adapt.audit.row import Row


def _differ(row: Row) -> str | None:
    one, two = (" ".join(side.prompt.split()) for side in row.pair)
    return None if one == two else f"{one[-70:]} / {two[-70:]}"


CHECK = RowRule("preference-prompt-mismatch", _differ, lambda row: bool(row.pair))
