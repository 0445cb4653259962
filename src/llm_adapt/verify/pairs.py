"""Two walks side by side, in situations that differ in one answer only: can they part this way?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from llm_adapt.engine.chart import Spot
from llm_adapt.engine.logic import UNKNOWN, YES
from llm_adapt.engine.reach import Budget
from llm_adapt.engine.tally import total_bounds
from llm_adapt.model.question import Value
from llm_adapt.verify.space import Space, State, UndecidedError, open_bits

STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to a question, with answers to what conditions compare it with."""

    question: str
    one: Value
    two: Value
    beside: Mapping[str, Value]


class Parting:
    """Looks for a situation in which one answer leads to `before` and the other not to `after`.

    All other questions are answered, in every way there is.
    """

    def __init__(self, space: Space, before: int, after: int, steps: int = STEPS) -> None:
        self.space = space
        self.spots = space.program.chart.spots
        self.before = before
        self.after = after
        self.steps = steps
        self._found: State | None = None
        self._seen: set[tuple[int, ...]] = set()
        self._budget = Budget()
        self._own: tuple[State, State] = ((0, 0), (0, 0))
        self._turned = 0

    def find(self, pair: Pair) -> State | None:
        """What else has to hold for the two answers to part so; or the proof that they cannot.

        Raises:
            UndecidedError: The step budget is spent.
        """
        state = self.space.program.state
        one = state({**pair.beside, pair.question: pair.one})
        two = state({**pair.beside, pair.question: pair.two})
        self._own = one, two
        self._turned = (one[0] ^ two[0]) | (one[1] ^ two[1])
        self._seen = set()
        self._found = None
        self._budget = Budget(self.steps)
        if self._turned:
            start = self.space.program.chart.start
            self._go(start, start, 0, 0)
        if self._found is None and self._budget.spent:
            raise UndecidedError
        return self._found

    def _onward(self, index: int, true: int, false: int) -> tuple[int, int]:
        while True:
            spot = self.spots[index]
            if spot.outcome is not None:
                return index, 0
            known = true | spot.context, false | spot.context_mask & ~spot.context
            value = spot.sure(*known)
            if value == UNKNOWN:
                return index, _loose(spot, *known)
            index = spot.yes if value == YES else spot.no

    def _go(self, first: int, second: int, true: int, false: int) -> None:
        one = true | self._own[0][0], false | self._own[0][1]
        two = true | self._own[1][0], false | self._own[1][1]
        first, bit = self._onward(first, *one)
        second, other = self._onward(second, *two)
        here, there = self.spots[first], self.spots[second]
        if not here.outcomes & self.before or not there.outcomes & ~self.after:
            return
        if first == second and not here.below & self._turned:
            return
        if not bit and not other:
            self._found = true, false
            return
        seen = here.below | there.below
        key = first, second, true & seen, false & seen
        if key in self._seen or self._budget.spent:
            return
        self._seen.add(key)
        self._budget.left -= 1
        for cell in self.space.splitter.cells(bit or other, *(one if bit else two)):
            if self._found is None:
                self._go(first, second, true | cell.true, false | cell.false)


def _loose(spot: Spot, true: int, false: int) -> int:
    if spot.logic is not None:
        return next(open_bits(spot.logic, true, false, 0))
    weightiest = bit = 0
    for side in spot.sides:
        least, most = total_bounds((side,), true, false)
        for points, logic in side.arguments:
            if least != most and points > weightiest and logic.test(true, false) == UNKNOWN:
                weightiest, bit = points, next(open_bits(logic, true, false, 0))
    return bit


def steps_up(
    space: Space, question: str, order: Callable[[list[Value]], list[Value]]
) -> Iterator[Pair]:
    """Neighbouring answers to a question in an order, beside all it is compared with."""
    atoms = space.program.atoms
    partners = sorted({n for pair in atoms.ratios if question in pair for n in pair} - {question})

    def beside(names: list[str], values: dict[str, Value]) -> Iterator[dict[str, Value]]:
        if not names:
            yield values
            return
        for value in atoms.representatives(names[0], values):
            yield from beside(names[1:], {**values, names[0]: value})

    for values in beside(partners, {}):
        steps = order(atoms.representatives(question, values))
        for one, two in zip(steps, steps[1:], strict=False):
            yield Pair(question, one, two, values)
