"""For every other strategy, the smallest change of answers that puts it first.

Deepening search: at each test of the walk the questions it looks at are decided, kept or
changed, once; so a path and its changes are found together and none is tried twice.
"""

from collections.abc import Iterator, Mapping

from llm_adapt.engine.atoms import Bits
from llm_adapt.engine.chart import NONE, Spot
from llm_adapt.engine.logic import NO, YES
from llm_adapt.engine.program import Program
from llm_adapt.engine.reach import Budget
from llm_adapt.model.question import Kind, Value

MOST_CHANGES = 8
STEPS = 60_000


def flips(program: Program, values: Mapping[str, Value]) -> dict[str, dict[str, Value]]:
    """Strategy to the fewest new answers that put it first; absent when none were found."""
    search = _Search(program, values)
    search.run()
    return search.found


class _Search:
    def __init__(self, program: Program, values: Mapping[str, Value]) -> None:
        self.program = program
        self.chart = program.chart
        self.atoms = program.atoms
        self.values = dict(values)
        self.first = self.chart.first(*program.state(values))
        bits = self.chart.outcome_bit
        self.wanted = sum(bits.values()) & ~bits[NONE] & ~bits[self.first]
        self.found: dict[str, dict[str, Value]] = {}
        self.budget = Budget(STEPS)
        self.questions = [self._asks(spot) for spot in self.chart.spots]

    def _asks(self, spot: Spot) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for variable in self.atoms.variables:
            if variable.mask & spot.mask:
                names.update(dict.fromkeys(variable.questions))
        return tuple(names)

    def run(self) -> None:
        """Search with one change more each round."""
        for most in range(1, MOST_CHANGES + 1):
            self._most = most
            self._go(self.chart.start, self.program.state(self.values), frozenset(), {})
            if not self.wanted or self.budget.spent:
                return

    def _go(
        self, index: int, state: Bits, decided: frozenset[str], changes: dict[str, Value]
    ) -> None:
        spots = self.chart.spots
        while True:
            spot = spots[index]
            if not spot.outcomes & self.wanted or self.budget.spent:
                return
            if spot.outcome is not None:
                if len(changes) == self._most:
                    self.found[spot.outcome] = changes
                    self.wanted &= ~spot.outcomes
                return
            if len(changes) < self._most:
                undecided = [name for name in self.questions[index] if name not in decided]
                if undecided:
                    self._decide(index, undecided, state, decided, changes)
                    return
            value = spot.now(state[0] | spot.context, state[1] | spot.context_mask & ~spot.context)
            index = spot.yes if value == YES else spot.no if value == NO else spot.unknown

    def _decide(
        self,
        index: int,
        undecided: list[str],
        state: Bits,
        decided: frozenset[str],
        changes: dict[str, Value],
    ) -> None:
        self.budget.left -= 1
        name = undecided[0]
        known = decided | {name}
        self._go(index, state, known, changes)
        for value in self._other_answers(name, changes):
            changed = {**changes, name: value}
            after = self.program.state({**self.values, **changed})
            self._go(index, after, known, changed)
            if not self.wanted:
                return

    def _other_answers(self, name: str, changes: dict[str, Value]) -> Iterator[Value]:
        values = {**self.values, **changes}
        now = self.values.get(name)
        if self.atoms.questions[name].kind is Kind.SEVERAL:
            yield from self._lists(name, now if isinstance(now, tuple) else None)
            return
        own = self._bits(name, now, values)
        for value in self.atoms.representatives(name, values):
            if self._bits(name, value, values) != own and value != now:
                yield value

    def _bits(self, name: str, value: Value | None, values: dict[str, Value]) -> Bits:
        tried = {key: known for key, known in values.items() if key != name}
        return self.program.state(tried if value is None else {**tried, name: value})

    def _lists(self, name: str, now: tuple[str, ...] | None) -> Iterator[Value]:
        """Other lists, the ones that add or drop least first."""
        order = list(self.atoms.questions[name].values)
        items = [
            self.atoms.variables[index].name.split(":", 1)[1]
            for index in self.atoms.by_question[name]
        ]
        start = frozenset(now or ())
        ranked = sorted(range(0 if now is None else 1, 2 ** len(items)), key=int.bit_count)
        for toggles in ranked:
            chosen = start ^ {item for i, item in enumerate(items) if toggles >> i & 1}
            yield tuple(item for item in order if item in chosen)
