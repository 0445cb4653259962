"""Lines that many rows share: a preamble, a standing order, a list of tools."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from llm_adapt.audit.check import Check, Context, shown
from llm_adapt.audit.row import FILE, Row
from llm_adapt.rules.audit import DataFinding, Fact

# A line of so great a share (0 to 1) of the rows is boilerplate, where it is one of several.
COMMON = 0.01
# Rows whose lines are counted: the first ones, of each further file half as many. Of a text so many
# lines count, and of a line so many characters.
COUNTED, LINES, LONGEST = 10_000, 6, 200
# A line in fewer rows is no boilerplate, however few the rows are.
LEAST = 5
SHOWN = 10


@dataclass(slots=True)
class Lines:
    """How many rows have each line, of how many rows."""

    counts: Counter[str] = field(default_factory=Counter[str])
    rows: int = 0

    def common(self) -> frozenset[str]:
        """The lines that are boilerplate."""
        least = max(LEAST, COMMON * self.rows)
        return frozenset(line for line, count in self.counts.items() if count >= least)


class Boilerplate(Check[Lines]):
    """Counts the lines of texts that have several."""

    state = Lines

    def row(self, state: Lines, row: Row) -> None:
        """Take in a row."""
        if row.number % FILE >= COUNTED >> row.number // FILE:
            return
        state.rows += 1
        lines = (line for text in (row.prompt, row.output) for line in several(text, LINES))
        state.counts.update({line[:LONGEST] for line in lines})

    def finish(self, state: Lines, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the lines and in how many rows each is."""
        common = sorted(state.common(), key=lambda line: (-state.counts[line], line))
        if not common:
            return [], []
        lines = {shown(line): state.counts[line] for line in common[:SHOWN]}
        sampled = context.sampled or state.rows < context.rows
        return [], [Fact("shared_lines", lines, state.rows, sampled)]


def several(text: str | None, most: int | None = None) -> list[str]:
    """The first lines of a text that has several; one that stands alone is the text itself."""
    if not text or "\n" not in text:
        return []
    lines = (line.strip() for line in text.splitlines())
    return list(islice(filter(None, lines), most))


CHECK = Boilerplate()
