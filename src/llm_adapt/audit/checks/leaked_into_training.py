"""Rows of an evaluation file that stand in the training data, word for word or nearly."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llm_adapt.audit.check import Check, Context, found, shown
from llm_adapt.audit.near import Against
from llm_adapt.audit.row import Row
from llm_adapt.audit.spill import Numbers
from llm_adapt.audit.words import normalised, word_set
from llm_adapt.rules.audit import DataFinding, Fact

RULE = "leaked-into-training"
# From this Jaccard of their words on two prompts are the same (0 to 1).
LEAST = 0.8


@dataclass(slots=True)
class Leaks:
    """Rows of the training data, each with a row of the evaluation data that it gives away.

    `given_away` are those of the evaluation data, each with the first row that does it.
    """

    rows: Numbers = field(default_factory=Numbers)
    gives_away: Numbers = field(default_factory=Numbers)
    given_away: dict[int, int] = field(default_factory=dict[int, int])


class LeakedIntoTraining(Check[Leaks]):
    """Holds each prompt against those of an evaluation file."""

    rules = (RULE,)
    state = Leaks

    def __init__(self, file: str, prompts: Mapping[int, str]) -> None:
        self.file = file
        self.prompts = prompts
        self.equal: dict[str, list[int]] = {}
        for number, prompt in prompts.items():
            if said := normalised(prompt):
                self.equal.setdefault(said, []).append(number)
        self.near = Against(lambda: ((n, word_set(prompt)) for n, prompt in prompts.items()), LEAST)

    def row(self, state: Leaks, row: Row) -> None:
        """Take in a row."""
        same = self.equal.get(normalised(row.prompt), [])
        numbers = [*same, *self.near.near(word_set(row.prompt))]
        if numbers:
            state.rows.append(row.number)
            state.gives_away.append(numbers[0])
            for number in numbers:
                state.given_away.setdefault(number, row.number)

    def finish(self, state: Leaks, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the rows of both files."""
        given = sorted(state.given_away)
        example = shown(self.prompts[given[0]]) if given else ""
        there = Numbers(state.given_away[number] for number in given)
        findings = [
            *found(RULE, Numbers(given), example, self.file, stands_in="", rows_there=there),
            *found(RULE, state.rows, example, gives_away=state.gives_away),
        ]
        return findings, [context.share("eval_leak_share", len(given), len(self.prompts))]
