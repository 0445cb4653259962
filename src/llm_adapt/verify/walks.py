"""Every way a walk can go, over all partial situations: what is known, and what stays unknown.

For each edge a search settles one question after the other as the walk looks at them. At a tally
it first tries every way on, and finds answers that bring it about once there is an edge to be
shown; so a rule set's many arguments are only gone through where it matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.reach import Budget
from llm_adapt.rules.value import Value
from llm_adapt.verify.dice import Dice
from llm_adapt.verify.settling import (
    OPEN,
    Demand,
    Edge,
    Known,
    Settling,
    edge_of,
    possible_values,
)
from llm_adapt.verify.space import Space

STEPS = 60_000
# Answers tried for one path before it counts as not decided.
PATH_STEPS = 2_000
# The same while on the way, and for a way taken at random.
GLANCE = 200
DRAWS = 60


@dataclass(slots=True)
class Walks:
    """What some situation passes, each edge with the answers that pass it.

    `undecided` are edges that were neither found nor proved impossible.
    """

    passed: dict[Edge, dict[str, Value]] = field(default_factory=dict[Edge, dict[str, Value]])
    undecided: set[Edge] = field(default_factory=set[Edge])
    impossible: set[Edge] = field(default_factory=set[Edge])


def explore(space: Space, steps: int = STEPS) -> Walks:
    """All edges of nodes that some situation passes, and those that none does."""
    settling, walks = Settling(space), Walks()
    wanted = {
        edge_of(spot, value): None
        for spot in reversed(space.program.chart.spots)
        if spot.node is not None
        for value in possible_values(spot)
    }
    for edge in wanted:
        if edge not in walks.passed:
            _look(settling, edge, [Known()], walks, steps)
    return walks


def reaches(space: Space, edge: Edge, holding: Sequence[Logic], steps: int = STEPS) -> Walks:
    """Whether a walk can take an edge in a situation where some conditions hold.

    Raises:
        UndecidedError: The step budget was spent on the conditions alone.
    """
    settling, walks = Settling(space), Walks()
    starts = [
        Known(true, false, settling.answered(true | false))
        for true, false in space.all([(logic, YES) for logic in holding])
    ]
    _look(settling, edge, starts, walks, steps)
    return walks


def _look(
    settling: Settling, edge: Edge, starts: Sequence[Known], walks: Walks, steps: int
) -> None:
    """Look for an edge from one start after the other; keep what is found, or the verdict."""
    dice = Dice()
    walks.impossible.add(edge)
    for known in starts:
        loose = _Search(settling, edge, steps, loosely=True)
        loose.run(known)
        if loose.proved:
            continue
        for _ in range(DRAWS):
            _record(settling, _drawn(settling, edge, known, dice), walks)
            if edge in walks.passed:
                break
        else:
            search = _Search(settling, edge, steps, loosely=False)
            _record(settling, search.run(known), walks)
            if not search.proved:
                walks.undecided.add(edge)
        if edge in walks.passed:
            walks.undecided.discard(edge)
            break
    walks.impossible -= {*walks.passed, *walks.undecided}


def _drawn(settling: Settling, edge: Edge, known: Known, dice: Dice) -> Known | None:
    """A way to an edge, taken at random among those that still lead there; it may fail."""
    index, demands = settling.start, list[Demand]()
    while edge in settling.maps.edges[index]:
        spot = settling.spots[index]
        value, bit = settling.value(spot, known)
        if value == OPEN and spot.logic is not None:
            ways = [
                way
                for way in settling.options(bit, known)
                if settling.leads(index, settling.value(spot, way)[0], edge)
            ]
            if not ways:
                return None
            known = dice.choice(ways)
            continue
        if value == OPEN:
            values = [v for v in (YES, NO, UNKNOWN) if settling.leads(index, v, edge)]
            value = dice.choice(values)
            demands.append((settling.maps.tests[index], value))
        if edge_of(spot, value) == edge:
            return settling.meet(tuple(demands), known, Budget(GLANCE))
        index = (spot.no, spot.yes, spot.unknown)[value]
    return None


def _record(settling: Settling, known: Known | None, walks: Walks) -> None:
    """Everything that a situation passes, once it is written as answers."""
    space = settling.space
    values = None if known is None else space.values((known.true, known.false))
    if values is None:
        return
    program = space.program
    for spot, value in program.chart.walk(*program.state(values)):
        if spot.outcome is None:
            walks.passed.setdefault(edge_of(spot, value), values)


class _Search:
    """Goes down the unfolded chart to one edge.

    Loosely, tallies come out at will: an edge that is not reached even so is impossible.
    """

    def __init__(self, settling: Settling, wanted: Edge, steps: int, *, loosely: bool) -> None:
        self.settling = settling
        self.spots = settling.spots
        self.wanted = wanted
        self.loosely = loosely
        self.budget = Budget(steps)
        self.doubt = False
        self.found: Known | None = None
        self.seen: set[tuple[object, ...]] = set()
        self.maps = settling.maps

    def run(self, known: Known) -> Known | None:
        """What has to be settled for a walk to take the edge, with something settled before."""
        self._go(self.settling.start, known, ())
        return self.found

    @property
    def _over(self) -> bool:
        return self.found is not None or self.budget.spent

    @property
    def proved(self) -> bool:
        """Whether nothing was found because there is nothing."""
        return self.found is None and not self.budget.spent and not self.doubt

    def _go(self, index: int, known: Known, demands: tuple[Demand, ...]) -> None:
        while True:
            spot = self.spots[index]
            # No edge lies below an end.
            if self.wanted not in self.maps.edges[index] or self._over:
                return
            value, bit = self._value(index, known, demands)
            if value == OPEN:
                break
            self._pass(spot, value, known, demands)
            index = (spot.no, spot.yes, spot.unknown)[value]
        if not self._again(index, known, demands):
            self.budget.left -= 1
            self._branch(index, bit, known, demands)

    def _branch(self, index: int, bit: int, known: Known, demands: tuple[Demand, ...]) -> None:
        spot = self.spots[index]
        if spot.logic is not None:
            for following in self.settling.options(bit, known):
                if self.loosely or self.settling.allows(demands, following):
                    self._go(index, following, demands)
            return
        for value, way in ((YES, spot.yes), (NO, spot.no), (UNKNOWN, spot.unknown)):
            demanded = (*demands, (self.maps.tests[index], value))
            if self.loosely or self._met(demanded, known):
                self._pass(spot, value, known, demanded)
                self._go(way, known, demanded)

    def _met(self, demands: tuple[Demand, ...], known: Known) -> bool:
        """Whether demands can be met so far; a search that takes long counts as such."""
        budget = Budget(GLANCE)
        met = self.settling.meet(demands, known, budget)
        self.budget.left -= GLANCE - budget.left
        return met is not None or budget.spent

    def _value(self, index: int, known: Known, demands: tuple[Demand, ...]) -> tuple[int, int]:
        spot = self.spots[index]
        if spot.logic is None:
            for test, value in demands:
                if test == self.maps.tests[index]:
                    return value, 0
            if self.loosely:
                return OPEN, 0
        return self.settling.value(spot, known)

    def _again(self, index: int, known: Known, demands: tuple[Demand, ...]) -> bool:
        if self.loosely:
            later = self.maps.tallies[index]
            demands = tuple(demand for demand in demands if demand[0] in later)
            masks, asked = self.maps.compared[index], self.maps.questions[index]
        else:
            masks, asked = self.maps.below[index], -1
            for demand, _ in demands:
                masks |= self.spots[demand].mask
        key = (
            index, demands, known.true & masks, known.false & masks,
            known.answered & asked, known.left & asked,
        )  # fmt: skip
        if key in self.seen:
            return True
        self.seen.add(key)
        return False

    def _pass(self, spot: Spot, value: int, known: Known, demands: tuple[Demand, ...]) -> None:
        if self.found is not None or edge_of(spot, value) != self.wanted:
            return
        if self.loosely:
            self.found = known
            return
        budget = Budget(min(PATH_STEPS, self.budget.left))
        before = budget.left
        self.found = self.settling.meet(demands, known, budget)
        self.budget.left -= before - budget.left
        self.doubt |= budget.spent
