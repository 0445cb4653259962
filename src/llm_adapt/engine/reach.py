"""Which strategies some way of answering the rest can put first: exact, by branch and bound."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llm_adapt.engine.atoms import Atoms, Cell, Variable
from llm_adapt.engine.intervals import Interval
from llm_adapt.engine.logic import NO, UNKNOWN, YES
from llm_adapt.engine.program import Program
from llm_adapt.model.question import Value

# Far above what the shipped rules need (hundreds); a set that needs more is told so.
BUDGET = 200_000


@dataclass(slots=True)
class Budget:
    """Steps a search may still take. At the end of it everything counts as possible."""

    left: int = BUDGET

    @property
    def spent(self) -> bool:
        """Whether the search stopped before it was decided."""
        return self.left <= 0


class Splitter:
    """Ways of settling one open variable that agree with what is settled already."""

    def __init__(self, atoms: Atoms, values: Mapping[str, Value]) -> None:
        self.atoms = atoms
        self.linked: dict[int, list[Variable]] = {}
        for variable in atoms.variables:
            if variable.ratio:
                for index in (*variable.ratio, variable.index):
                    self.linked.setdefault(index, []).append(variable)
        self.points: dict[int, Interval] = {}
        for name, value in values.items():
            if isinstance(value, float | int) and name in atoms.by_question:
                self.points[atoms.by_question[name][0]] = Interval(value, value)

    def cells(self, bit: int, true: int, false: int) -> Iterator[Cell]:
        """The ways of settling the variable that an open atom belongs to."""
        variable = self.atoms.variables[self.atoms.of_bit[bit]]
        ratios = self.linked.get(variable.index)
        for cell in variable.cells:
            if not ratios or all(
                self._possible(ratio, true | cell.true, false | cell.false) for ratio in ratios
            ):
                yield cell

    def _possible(self, ratio: Variable, true: int, false: int) -> bool:
        assert ratio.ratio is not None  # noqa: S101 (linked only to ratios)
        top = self._range(self.atoms.variables[ratio.ratio[0]], true, false)
        bottom = self._range(self.atoms.variables[ratio.ratio[1]], true, false)
        quotient = self._range(ratio, true, false)
        if quotient is _OPEN or not true & ratio.mask:
            # Undecided, or all its comparisons are no: a number that does not apply does that.
            return True
        if quotient is None or top is None or bottom is None:
            return False
        return quotient.meets(top.over(bottom))

    def _range(self, variable: Variable, true: int, false: int) -> Interval | None:
        """The numbers a variable may still be; `None` when it does not apply."""
        if variable.index in self.points:
            return self.points[variable.index]
        known = (true & variable.mask, false & variable.mask)
        if not variable.mask or not (known[0] | known[1]):
            return _OPEN
        for cell in variable.cells:
            if (cell.true, cell.false) == known:
                return cell.interval
        return _OPEN


_OPEN = Interval(0, float("inf"), low_in=True, high_in=False)


def reachable(
    program: Program,
    state: tuple[int, int],
    splitter: Splitter,
    budget: Budget | None = None,
    among: int = -1,
) -> int:
    """The outcomes that can still be first, as bits of the chart.

    `among` names outcomes known to be the only ones possible: the search ends when it has them.
    """
    budget = budget or Budget()
    spots = program.chart.spots
    seen: set[tuple[int, int, int]] = set()
    found = 0

    def go(index: int, true: int, false: int) -> None:
        nonlocal found
        while True:
            spot = spots[index]
            if not spot.outcomes & among & ~found:
                return
            if spot.outcome is not None:
                found |= spot.outcomes
                return
            with_context = true | spot.context, false | spot.context_mask & ~spot.context
            value = spot.sure(*with_context)
            if value == UNKNOWN:
                break
            index = spot.yes if value == YES else spot.no if value == NO else spot.unknown
        key = (index, true & spot.below, false & spot.below)
        if key in seen:
            return
        seen.add(key)
        budget.left -= 1
        if budget.spent:
            found |= spot.outcomes
            return
        for cell in splitter.cells(spot.open_bit(*with_context), true, false):
            go(index, true | cell.true, false | cell.false)

    go(program.chart.start, *state)
    return found
