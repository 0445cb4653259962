"""Conversations out of order: a turn without text, two turns in a row, an end without an answer."""

from itertools import pairwise

from llm_adapt.audit.check import RowRule
from llm_adapt.audit.row import Row, Turn


def _missing(row: Row) -> str | None:
    sides = [side.turns for side in row.pair if side.turns] or [row.turns]
    judged = row.label is not None
    return next((why for turns in sides if (why := _wrong(turns, judged=judged))), None)


def _wrong(turns: tuple[Turn, ...], *, judged: bool) -> str | None:
    said = [turn for turn in turns if turn.role != "system"]
    for one, two in pairwise(said):
        if one.role == two.role and one.role != "tool":
            return f"two turns of the {one.role}: {one.text} / {two.text}"
    # An empty answer at the end is an empty output.
    if any(not turn.text.strip() for turn in said[:-1]):
        return "a turn without text"
    if said and said[0].role != "user":
        return f"the first turn is of the {said[0].role}"
    if said and said[-1].role != "assistant" and not judged:
        return f"the last turn is of the {said[-1].role}: {said[-1].text}"
    return None if said else "no turns"


CHECK = RowRule("missing-turn", _missing, lambda row: len(row.turns) > 0)
