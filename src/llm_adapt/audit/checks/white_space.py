"""Answers that begin or end with white space while most do not."""

from llm_adapt.audit.check import Context, Flagged, RowRule, has_output
from llm_adapt.audit.row import Row
from llm_adapt.rules.audit import DataFinding, Fact


class WhiteSpace(RowRule):
    """What nearly every answer has is the way of the data, and no fault."""

    def finish(self, state: Flagged, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the rows where they are the fewer."""
        findings, facts = super().finish(state, context)
        return ([] if 2 * len(state.rows) > state.seen else findings), facts


def _edged(row: Row) -> str | None:
    said = row.output or ""
    return repr(said[:20] + " ... " + said[-20:]) if said != said.strip() else None


CHECK = WhiteSpace("white-space", _edged, has_output)
