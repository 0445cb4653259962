"""For every other strategy, the fewest answers that must change to put it first.

Sets of questions are tried by size. A path through the chart names, spot by spot, which
questions must at least be answered anew for the walk to go that way; their union is tried with
every answer. Where a set that a path calls for is not enough, it is tried with each further
question that the walk looked at. No set that is enough is passed over, so what is found first
is smallest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.outlook import Outlook
from llm_adapt.decide.program import Program
from llm_adapt.decide.reach import Budget
from llm_adapt.decide.trial import Changes, Trial
from llm_adapt.decide.turns import Turns
from llm_adapt.rules.value import Value

MOST_CHANGES = 6
STEPS = 400


@dataclass(slots=True)
class Flips:
    """The smallest changes by strategy; and the strategies for which the search had to end early.

    A strategy in neither cannot be put first by at most `MOST_CHANGES` changes.
    """

    found: dict[str, Changes] = field(default_factory=dict[str, Changes])
    undecided: tuple[str, ...] = ()


def flips(program: Program, values: Mapping[str, Value], steps: int = STEPS) -> dict[str, Changes]:
    """Strategy to the fewest new answers that put it first; absent when none were found."""
    return find_flips(program, values, steps).found


def find_flips(program: Program, values: Mapping[str, Value], steps: int = STEPS) -> Flips:
    """The same, and what was not decided within so many steps."""
    search = _Search(program, values, steps)
    search.run()
    left = search.unsure | (search.wanted if search.budget.spent else 0)
    return Flips(search.found, program.chart.names(left))


class _Search:
    def __init__(self, program: Program, values: Mapping[str, Value], steps: int) -> None:
        self.program = program
        self.values = values
        self.chart = program.chart
        doubtful = sum(
            variable.mask
            for variable in program.atoms.variables
            if variable.ratio and not all(name in values for name in variable.questions)
        )
        self.outlook = Outlook(program.chart.spots, program.state(values), doubtful)
        self.turns = Turns(program, self.outlook)
        bits = program.chart.outcome_bit
        first = program.chart.first(*self.turns.state)
        self.wanted = sum(bits.values()) & ~bits[NONE] & ~bits[first]
        self.unsure = 0
        self.found: dict[str, Changes] = {}
        self.budget = Budget(steps)
        self._most = 0
        self._seen: set[tuple[int, int]] = set()
        # Sets of questions that were tried: the outcomes they failed, and the questions looked at.
        self._failed: dict[int, tuple[int, int]] = {}

    def run(self) -> None:
        """Try sets of one question more each round."""
        for self._most in range(1, MOST_CHANGES + 1):
            self._widen()
            self._seen.clear()
            self._follow(self.chart.start, 0)
            if not self.wanted or self.budget.spent:
                return

    def _widen(self) -> None:
        """Try sets that were not enough with one question more."""
        for questions, (outcomes, looked) in list(self._failed.items()):
            if questions.bit_count() != self._most - 1:
                continue
            rest = looked & ~questions
            while rest and outcomes & self.wanted and not self.budget.spent:
                low = rest & -rest
                rest ^= low
                self._try(questions | low, outcomes)

    def _follow(self, index: int, questions: int) -> None:
        spot = self.chart.spots[index]
        if not spot.leads & self.wanted or self.budget.spent or (index, questions) in self._seen:
            return
        self._seen.add((index, questions))
        self.budget.left -= 1
        if spot.outcome is not None:
            self._try(questions, spot.outcomes)
            return
        free = self.outlook.ways(index, *self.turns.freed(questions))
        for way in sorted({spot.no, spot.yes, spot.unknown}, key=lambda way: way not in free):
            if way in free:
                self._follow(way, questions)
                continue
            if not self.chart.spots[way].leads & self.wanted:
                continue
            for turn in self.turns.sets(index, way, self._most):
                wider = questions | turn
                if wider.bit_count() <= self._most:
                    self._follow(way, wider)

    def _try(self, questions: int, outcomes: int) -> None:
        tried, looked = self._failed.get(questions, (0, 0))
        outcomes &= self.wanted & ~tried
        if not outcomes:
            return
        names = [n for place, n in enumerate(self.turns.names) if questions >> place & 1]
        trial = Trial(self.program, self.values, names, self.outlook, self.budget)
        found = trial.run(outcomes)
        for outcome, changes in found.items():
            self.wanted &= ~self.chart.outcome_bit[outcome]
            if self.chart.first(*self.program.state({**self.values, **changes})) == outcome:
                self.found[outcome] = changes
            else:
                # Numbers compared in too many ways are taken as free of each other.
                self.unsure |= self.chart.outcome_bit[outcome]
        looked |= self.turns.asked(trial.looked)
        self._failed[questions] = (tried | outcomes & self.wanted, looked)
