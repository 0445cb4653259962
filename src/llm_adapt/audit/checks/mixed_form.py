"""Answers of another form than nearly all: no JSON among JSON, no prefix where all have one."""

from dataclasses import dataclass, field
from functools import lru_cache

from llm_adapt.audit.check import Check, Context, found, shown
from llm_adapt.audit.row import Row
from llm_adapt.audit.spill import Numbers
from llm_adapt.audit.words import digest
from llm_adapt.rules.audit import DataFinding, Fact

# From this share (0 to 1) on a form is the rule, and what has it not is the exception.
USUAL = 0.9
# Fewer answers show no habit.
LEAST = 20
# The print of no form.
NONE = 0


@dataclass(slots=True)
class _Forms:
    """The rows that have an answer, the print of its form, and the first of the first two forms."""

    rows: Numbers = field(default_factory=Numbers)
    forms: Numbers = field(default_factory=Numbers)
    examples: dict[int, str] = field(default_factory=dict[int, str])


class MixedForm(Check[_Forms]):
    """Sorts answers by their form: JSON, or the word before the first colon, or neither."""

    rules = ("mixed-form",)
    state = _Forms

    def row(self, state: _Forms, row: Row) -> None:
        """Take in a row."""
        said = (row.output or "").strip()
        if not said:
            return
        form = _print(_form(said))
        state.rows.append(row.number)
        state.forms.append(form)
        # The first exception has one of the first two forms.
        if len(state.examples) < 2:  # noqa: PLR2004
            state.examples.setdefault(form, shown(said))

    def merge(self, earlier: _Forms, later: _Forms) -> _Forms:
        """Make one state of two."""
        examples = {**later.examples, **earlier.examples}
        ordered = [*earlier.examples, *later.examples]
        earlier = super().merge(earlier, later)
        earlier.examples = {form: examples[form] for form in list(dict.fromkeys(ordered))[:2]}
        return earlier

    def finish(self, state: _Forms, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the exceptions, where there is a usual form."""
        total, usual, ahead = len(state.rows), NONE, 0
        # Who has most votes by far is left over when votes for others take them away.
        for form in state.forms:
            usual = usual if ahead else form
            ahead += 1 if form == usual else -1
        count = sum(form == usual for form in state.forms)
        if usual == NONE or total < LEAST or count < USUAL * total:
            return [], []
        pairs = zip(state.rows, state.forms, strict=True)
        rows = Numbers(row for row, form in pairs if form != usual)
        example = next((said for form, said in state.examples.items() if form != usual), "")
        fact = context.share("mixed_form_share", len(rows), total)
        return found("mixed-form", rows, example), [fact]


@lru_cache(maxsize=1_000)
def _print(form: str) -> int:
    return digest(form)[0] if form else NONE


def _form(said: str) -> str:
    if said[0] in "{[" and said[-1] in "}]":
        return "JSON"
    head, colon, _ = said[:20].partition(":")
    return f"{head}:" if colon and head.isalpha() else ""


CHECK = MixedForm()
