"""Variety of the prompts: how many begin alike, and one that comes up again and again."""

from array import array
from collections import Counter
from dataclasses import dataclass, field

from llm_adapt.audit.check import Check, Context, found, shown
from llm_adapt.audit.row import FILE, Row
from llm_adapt.audit.spill import Numbers
from llm_adapt.rules.audit import DataFinding, Fact

# So many words make the beginning of a prompt.
OPENING = 4
# A prompt is repeated if it is that of so great a share (0 to 1) of the rows, and of so many.
SHARE, LEAST = 0.02, 10
# Of so many rows beginnings and first turns are followed; of each further file half as many.
MOST = 25_000
LONGEST = 400


@dataclass(slots=True)
class _Begun:
    openings: Counter[str] = field(default_factory=Counter[str])
    asked: dict[str, "array[int]"] = field(default_factory=dict[str, "array[int]"])
    total: int = 0


class RepeatedPrompt(Check[_Begun]):
    """Counts beginnings, and first questions that are the same."""

    rules = ("repeated-prompt",)
    state = _Begun

    def row(self, state: _Begun, row: Row) -> None:
        """Take in a row; a text with its label is no prompt."""
        if not row.answered:
            return
        state.total += 1
        first = next((turn.text for turn in row.turns if turn.role == "user"), row.prompt)
        if row.number % FILE >= MOST >> row.number // FILE:
            return
        opening = " ".join(first[:LONGEST].casefold().split(maxsplit=OPENING)[:OPENING])
        state.openings[opening] += 1
        if len(first) <= LONGEST:
            state.asked.setdefault(first.strip(), array("Q")).append(row.number)

    def finish(self, state: _Begun, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell how various the prompts are, and which come up again and again."""
        looked_at = state.openings.total()
        if not looked_at:
            return [], []
        least = max(LEAST, SHARE * looked_at)
        often = [asked for asked, rows in state.asked.items() if len(rows) >= least]
        often.sort(key=lambda asked: (-len(state.asked[asked]), asked))
        rows = Numbers(sorted(number for asked in often for number in state.asked[asked][1:]))
        example = shown(f"{len(state.asked[often[0]])} times: {often[0]}") if often else ""
        sampled = context.sampled or looked_at < state.total
        facts = [
            Fact("distinct_openings_share", len(state.openings) / looked_at, looked_at, sampled),
            Fact("repeated_prompt_share", len(rows) / looked_at, looked_at, sampled),
        ]
        return found("repeated-prompt", rows, example), facts


CHECK = RepeatedPrompt()
