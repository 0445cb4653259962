"""Answers of another form than nearly all: no JSON among JSON, no prefix where all have one."""

from array import array
from collections import Counter
from dataclasses import dataclass, field

from llm_adapt.audit.check import Check, Context, found, shown
from llm_adapt.audit.row import Row
from llm_adapt.rules.audit import DataFinding, Fact

# From this share (0 to 1) on a form is the rule, and what has it not is the exception.
USUAL = 0.9
# Fewer answers show no habit.
LEAST = 20


@dataclass(slots=True)
class _Forms:
    rows: dict[str, "array[int]"] = field(default_factory=dict[str, "array[int]"])
    examples: dict[str, str] = field(default_factory=dict[str, str])
    counts: Counter[str] = field(default_factory=Counter[str])
    total: int = 0


class MixedForm(Check[_Forms]):
    """Sorts answers by their form: JSON, or the word before the first colon, or neither."""

    rules = ("mixed-form",)
    state = _Forms

    def row(self, state: _Forms, row: Row) -> None:
        """Take in a row."""
        said = (row.output or "").strip()
        if not said:
            return
        state.total += 1
        form = _form(said)
        state.counts[form] += 1
        # Only the exceptions are told, so no form needs more than a tenth of the rows for long.
        if form not in state.rows:
            state.rows[form], state.examples[form] = array("Q"), shown(said)
        state.rows[form].append(row.number)

    def finish(self, state: _Forms, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the exceptions, where there is a usual form."""
        usual, count = max(state.counts.items(), key=lambda p: (p[1], p[0]), default=("", 0))
        if not usual or state.total < LEAST or count < USUAL * state.total:
            return [], []
        others = sorted(form for form in state.rows if form != usual)
        rows = sorted(number for form in others for number in state.rows[form])
        example = state.examples[others[0]] if others else ""
        fact = context.share("mixed_form_share", len(rows), state.total)
        return found("mixed-form", rows, example), [fact]


def _form(said: str) -> str:
    if said[0] in "{[" and said[-1] in "}]":
        return "JSON"
    head, colon, _ = said[:20].partition(":")
    return f"{head}:" if colon and head.isalpha() else ""


CHECK = MixedForm()
