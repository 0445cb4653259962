"""Rows that stand there before, alike in every field but their id."""

from llm_adapt.audit.check import Check, Context, Words, found
from llm_adapt.audit.row import Row
from llm_adapt.audit.spill import Spill, columns, ordered
from llm_adapt.audit.words import digest
from llm_adapt.rules.audit import DataFinding, Fact


class ExactDuplicate(Check[Spill]):
    """Keeps sixteen bytes of each row; many of them go to disk."""

    rules = ("exact-duplicate",)
    state = Spill

    def __init__(self, ids: frozenset[str]) -> None:
        self.ids = ids

    def row(self, state: Spill, row: Row) -> None:
        """Take in a row."""
        try:
            said = [
                # Twice as quick as the repr of a text, and as clear where it ends.
                f"{name}:{len(value)}:{value}" if isinstance(value, str) else f"{name}={value!r}"
                for name, value in sorted(row.fields.items())
                if name not in self.ids
            ]
        except RecursionError:  # what is nested so deep is like nothing else
            return
        key, value = digest("\x1f".join(said) if said else row.text)
        state.add((key,), row.number, value)

    def finish(self, state: Spill, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the rows that have an earlier one, and which it is."""
        rows, same = columns(ordered(state.repeated()))
        fact = context.share("exact_duplicate_share", len(rows), context.rows)
        return found("exact-duplicate", rows, "", same_as=same), [fact]


def check(words: Words) -> ExactDuplicate:
    """The check; `ids` are fields that are different in each row."""
    return ExactDuplicate(frozenset(words.get("ids", ())))
