"""Classes: how many labels there are, and how evenly they are spread."""

from collections import Counter
from dataclasses import dataclass, field

from llm_adapt.audit.check import Check, Context
from llm_adapt.audit.row import Row
from llm_adapt.rules.audit import DataFinding, Fact

# An answer of more characters is text, no label.
LONGEST_LABEL = 60
# So many different labels are told one by one.
MOST_TOLD = 200
# Answers are labels where each comes up so often on average, and few are too long for one.
REPEATED, SHORT_SHARE = 20, 0.98
# Labels are counted up to so many different ones: beyond it they are no classes.
MOST_LABELS = 100_000


@dataclass(slots=True)
class _Counts:
    labels: Counter[str] = field(default_factory=Counter[str])
    rows: int = 0
    long: int = 0
    told: int = 0
    judged: Counter[str] = field(default_factory=Counter[str])


class ClassBalance(Check[_Counts]):
    """Counts labels; answers count as labels where they are few and short.

    The label of an answer is no class but a judgement (KTO): how many are good is told.
    """

    state = _Counts

    def row(self, state: _Counts, row: Row) -> None:
        """Take in a row."""
        if row.answered and row.label is not None:
            state.judged[row.label] += 1
        label = row.output if row.answered else row.label
        if label is None:
            return
        state.rows += 1
        state.told += not row.answered
        label = label.strip()
        if len(label) > LONGEST_LABEL or len(state.labels) >= MOST_LABELS:
            state.long += 1
        elif label:
            state.labels[label] += 1

    def merge(self, earlier: _Counts, later: _Counts) -> _Counts:
        """Make one state of two; labels that are too many are not counted on."""
        if len(earlier.labels) >= MOST_LABELS:
            later.labels.clear()
        return super().merge(earlier, later)

    def finish(self, state: _Counts, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the classes, if that is what they are."""
        counts, good = state.labels, state.judged["true"]
        if judged := state.judged.total():
            return [], [context.share("judged_good_share", good, judged)]
        if not counts or len(counts) >= MOST_LABELS:
            return [], []
        total = counts.total()
        few = total >= REPEATED * len(counts) and total >= SHORT_SHARE * state.rows
        if not state.told and (
            not few or all(label.lstrip("-").replace(".", "", 1).isdigit() for label in counts)
        ):
            return [], []
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        facts: list[tuple[str, float | int | dict[str, int]]] = [
            ("label_values", len(counts)),
            ("largest_class_share", ordered[0][1] / total),
            ("smallest_class_rows", ordered[-1][1]),
            ("classes", dict(ordered[:MOST_TOLD])),
        ]
        return [], [Fact(name, value, total, context.sampled) for name, value in facts]


CHECK = ClassBalance()
