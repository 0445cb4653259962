"""Rows with the same prompt and another label, or another number, as the answer."""

from llm_adapt.audit.check import Check, Context, found, shown
from llm_adapt.audit.row import FILE, Row
from llm_adapt.audit.spill import Numbers, Spill, columns, ordered
from llm_adapt.audit.words import digest, normalised
from llm_adapt.rules.audit import DataFinding, Fact

# An answer of more characters is text, and two texts may both be right.
LONGEST = 30
# So many rows of a group are shown.
SHOWN = 5


class Contradiction(Check[Spill]):
    """Keeps a short print of each prompt, with one of its answer."""

    rules = ("contradiction",)
    state = Spill

    def row(self, state: Spill, row: Row) -> None:
        """Take in a row that has a label, or an answer as short as one.

        A text with a label is the same in another order of its words, which a sum need not be.
        """
        said = _label(row)
        if said and (asked := normalised(row.prompt)):
            asked = asked if row.answered else " ".join(sorted(asked.split()))
            state.add(digest(asked)[:1], row.number, digest(said)[0])

    def finish(self, state: Spill, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell all rows of each prompt that has several answers."""
        found_rows, first = Numbers(), list[int]()
        for bucket in state.buckets():
            answers, several = dict[int, int](), set[int]()
            for key, value, _ in bucket():
                if answers.setdefault(key, value) != value:
                    several.add(key)
            groups: dict[int, list[int]] = {}
            for key, _, number in bucket():
                if key in several:
                    found_rows.extend((number, 0))
                    group = groups.setdefault(key, [])
                    if len(group) < SHOWN:
                        group.append(number)
            first = min(filter(None, (first, *groups.values())), default=first)
        rows, _ = columns(ordered(found_rows))
        example = "rows " + ", ".join(str(n % FILE) for n in first) if first else ""
        fact = context.share("contradiction_share", len(rows), context.rows)
        return found("contradiction", rows, shown(example)), [fact]


def _label(row: Row) -> str:
    said = row.label if row.label is not None and row.output is None else row.output
    if not said or len(said) > LONGEST:
        return ""
    said = said.strip()
    try:
        return repr(float(said.replace(",", "")))
    except ValueError:
        # A word or two may be a label; only a label of its own column is one for certain.
        return normalised(said) if row.output is None or " " not in said else ""


CHECK = Contradiction()
