"""Preference pairs that reward length: how often the chosen answer is the longer one."""

from llm_adapt.audit.check import Context, Flagged, RowRule
from llm_adapt.audit.row import Row
from llm_adapt.rules.audit import DataFinding, Fact

# From this share (0 to 1) on length by itself explains the choice.
BIASED = 0.7


class PreferenceLength(RowRule):
    """A measure; a finding only where the longer answer nearly always wins."""

    def finish(self, state: Flagged, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the share."""
        if not state.seen:
            return [], []
        findings, _ = super().finish(state, context)
        biased = len(state.rows) / state.seen > BIASED
        fact = context.share("chosen_longer_share", len(state.rows), state.seen)
        return (findings if biased else []), [fact]


def _longer(row: Row) -> str | None:
    one, two = (len(side.answer) for side in row.pair)
    return f"{one} characters chosen, {two} rejected" if one > two else None


CHECK = PreferenceLength("preference-length", _longer, lambda row: bool(row.pair))
