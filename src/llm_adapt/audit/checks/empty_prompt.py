"""Answers to nothing: the prompt is missing, empty, or nothing but white space."""

from llm_adapt.audit.check import RowRule, has_output
from llm_adapt.audit.row import Row


def _empty(row: Row) -> str | None:
    # In a conversation it is a turn without text.
    unasked = not row.turns and not row.prompt.strip()
    return f"nothing is asked: {row.output}" if unasked else None


CHECK = RowRule("empty-prompt", _empty, has_output)
