"""Answers that say nothing: missing, empty, or nothing but white space."""

from llm_adapt.audit.check import RowRule
from llm_adapt.audit.row import Row


def _concerned(row: Row) -> bool:
    return row.answered or row.label is not None


def _empty(row: Row) -> str | None:
    if not row.answered:
        return None if row.label and row.prompt.strip() else row.prompt
    answers = row.answers
    # A conversation that ends with somebody else has a missing turn, not an empty answer.
    if not answers:
        return row.prompt
    return None if all(answer and not answer.isspace() for answer in answers) else row.prompt


CHECK = RowRule("empty-output", _empty, _concerned)
