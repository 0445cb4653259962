"""Every way a walk can go, over all partial situations: what is known, and what stays unknown.

A question is in one of three states: answered (each of its comparisons is settled), left open
for good, or not looked at yet. The search settles one question after the other as the walk looks
at them. At a tally it first tries every way on, and finds answers that bring it about once there
is an edge to be shown; so a rule set's many arguments are only gone through where it matters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from llm_adapt.engine.chart import Spot
from llm_adapt.engine.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.engine.reach import Budget
from llm_adapt.engine.tally import SECOND_ARGUMENT
from llm_adapt.model.question import Value
from llm_adapt.verify.space import Space, open_bits

STEPS = 60_000
# Answers tried for one path before it counts as not decided.
PATH_STEPS = 2_000
OPEN = 3
# A node of a walk, a strategy that a rule may rule out, or an outcome; and the way it goes.
Edge = tuple[str, int]
Demand = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """What is settled: atoms true and false; questions answered and left open, as bits.

    `blank` are the atoms that stay unknown because a question is left open.
    """

    true: int = 0
    false: int = 0
    answered: int = 0
    left: int = 0
    blank: int = 0


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
    chart = space.program.chart
    wanted = {
        edge_of(spot, value)
        for spot in chart.spots
        if spot.node is not None
        for value in possible_values(spot)
    }
    return _Search(space, frozenset(wanted), steps).run(Known())


def reaches(space: Space, edge: Edge, holding: Sequence[Logic], steps: int = STEPS) -> Walks:
    """Whether a walk can take an edge in a situation where some conditions hold.

    Raises:
        UndecidedError: The step budget was spent on the conditions alone.
    """
    whole = Walks()
    settling = Settling(space)
    for true, false in space.all([(logic, YES) for logic in holding]):
        answered = settling.answered(true | false)
        found = _Search(space, frozenset({edge}), steps).run(Known(true, false, answered))
        whole.passed |= found.passed
        whole.undecided |= found.undecided
        if edge in found.passed:
            break
    return whole


def possible_values(spot: Spot) -> tuple[int, ...]:
    """The ways a test can go; one that looks at earlier walks only has a single one."""
    if spot.logic is None or spot.mask:
        return NO, YES, UNKNOWN
    return (spot.logic.test(spot.context, spot.context_mask & ~spot.context),)


def edge_of(spot: Spot, value: int) -> Edge:
    """The name of an edge: nodes are the same wherever the chart has unfolded them."""
    if spot.node is not None:
        return f"{spot.node.walk}/{spot.node.id}", value
    return f"veto/{spot.vetoed}", value


class Settling:
    """How tests come out on what is settled, and the ways of settling more."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.atoms = space.program.atoms
        self.spots = space.program.chart.spots
        self.question_bit = {name: 1 << i for i, name in enumerate(self.atoms.by_question)}
        self.blanks = {
            name: sum(self.atoms.variables[index].mask for index in indices)
            for name, indices in self.atoms.by_question.items()
        }

    def answered(self, bits: int) -> int:
        """The questions that some atoms belong to, as bits."""
        variables = self.atoms.variables
        names = {name for v in variables if v.mask & bits for name in v.questions}
        return sum(self.question_bit[name] for name in names)

    def options(self, bit: int, known: Known) -> Iterator[Known]:
        """The ways of settling the questions of an atom: their answers, and staying unknown."""
        questions = self.space.splitter.of_bit[bit].questions
        bits = sum(self.question_bit[name] for name in questions) & ~known.left
        seen: set[tuple[int, int]] = set()
        if bits:
            for cell in self.space.splitter.cells(bit, known.true, known.false):
                true = known.true | cell.true & ~known.blank
                false = known.false | cell.false & ~known.blank
                if (true, false) not in seen:
                    seen.add((true, false))
                    yield Known(true, false, known.answered | bits, known.left, known.blank)
        for name in questions:
            mine = self.question_bit[name]
            if not mine & (known.answered | known.left):
                blank, left = known.blank | self.blanks[name], known.left | mine
                yield Known(known.true, known.false, known.answered, left, blank)

    def value(self, spot: Spot, known: Known) -> tuple[int, int]:
        """How a test comes out, or `OPEN` with an atom that it hangs on."""
        true = known.true | spot.context
        false = known.false | spot.context_mask & ~spot.context
        if spot.logic is None:
            return self._tally(spot, true, false, known.blank)
        value = spot.logic.test(true, false)
        if value != UNKNOWN:
            return value, 0
        bit = next(open_bits(spot.logic, true, false, known.blank), 0)
        return (OPEN, bit) if bit else (UNKNOWN, 0)

    def bounds(self, spot: Spot, known: Known) -> tuple[int, int, int, int, int]:
        """Least and most of a tally as it is heard, then as it may still come, and an open atom."""
        true = known.true | spot.context
        false = known.false | spot.context_mask & ~spot.context
        least = most = least_later = most_later = weightiest = bit = 0
        for side in spot.sides:
            sure: list[int] = []
            later: list[int] = []
            loose: list[int] = []
            for points, logic in side.arguments:
                value = logic.test(true, false)
                if value == YES:
                    sure.append(points)
                elif value == UNKNOWN:
                    open_bit = next(open_bits(logic, true, false, known.blank), 0)
                    (loose if open_bit else later).append(points)
                    if open_bit and points > weightiest:
                        weightiest, bit = points, open_bit
            now, with_loose = worth(sure), worth([*sure, *loose])
            if side.sign > 0:
                least, most = least + now, most + with_loose
                least_later += worth([*sure, *later])
                most_later += worth([*sure, *later, *loose])
            else:
                least, most = least - with_loose, most - now
                least_later, most_later = least_later - with_loose, most_later - now
        return least, most, least_later, most_later, bit

    def _tally(self, spot: Spot, true: int, false: int, blank: int) -> tuple[int, int]:
        known = Known(true, false, 0, 0, blank)
        least, most, least_later, most_later, bit = self.bounds(spot, known)
        if least >= spot.level:
            return YES, 0
        if most_later < spot.level:
            return NO, 0
        if not bit or (most < spot.level <= least_later):
            return UNKNOWN, 0
        return OPEN, bit

    def meet(self, demands: tuple[Demand, ...], known: Known, budget: Budget) -> Known | None:
        """What to settle besides, so that every tally comes out as demanded; or nothing."""
        budget.left -= 1
        if budget.spent:
            return None
        open_bit = 0
        for index, wanted in demands:
            value, bit = self.value(self.spots[index], known)
            if value == OPEN:
                open_bit = open_bit or bit
            elif value != wanted:
                return None
        if not open_bit:
            return known
        ways = sorted(self.options(open_bit, known), key=lambda way: self._short(demands, way))
        for way in ways:
            found = self.meet(demands, way, budget)
            if found is not None or budget.spent:
                return found
        return None

    def _short(self, demands: tuple[Demand, ...], known: Known) -> int:
        """How far the tallies are from what is demanded: the lower, the nearer."""
        short = 0
        for index, wanted in demands:
            least, most, least_later, most_later, _ = self.bounds(self.spots[index], known)
            if wanted == YES:
                short -= least + most
            else:
                short += least + most
                short += most_later if wanted == NO else -least_later
        return short


class _Search:
    """Goes down the unfolded chart, as long as there are edges below that were not found."""

    def __init__(self, space: Space, wanted: frozenset[Edge], steps: int) -> None:
        self.space = space
        self.wanted = wanted
        self.settling = Settling(space)
        self.spots = space.program.chart.spots
        self.walks = Walks()
        self.budget = Budget(steps)
        self.seen: set[tuple[object, ...]] = set()
        self.below: list[int] = []
        self.questions: list[int] = []
        self.edges: list[frozenset[Edge]] = []
        self._derive()

    def _derive(self) -> None:
        """What each spot and those after it look at, and which edges lie there."""
        variables = self.space.program.atoms.variables
        for spot in self.spots:
            below, edges = spot.mask, set[Edge]()
            for value, way in enumerate((spot.no, spot.yes, spot.unknown)):
                if way >= 0:
                    below |= self.below[way]
                    edges |= {*self.edges[way], edge_of(spot, value)}
            edges &= self.wanted
            self.below.append(below)
            self.edges.append(frozenset(edges))
            names = {q for v in variables if v.mask & below for q in v.questions}
            self.questions.append(sum(self.settling.question_bit[name] for name in names))

    def run(self, known: Known) -> Walks:
        """Search from the start, with something settled beforehand."""
        self._go(self.space.program.chart.start, known, ())
        missing = {edge for edge in self.wanted if edge not in self.walks.passed}
        if self.budget.spent:
            self.walks.undecided |= missing
        self.walks.undecided &= missing
        self.walks.impossible = missing - self.walks.undecided
        return self.walks

    def _go(self, index: int, known: Known, demands: tuple[Demand, ...]) -> None:
        while True:
            spot = self.spots[index]
            if spot.outcome is not None or self.budget.spent:
                return
            if all(edge in self.walks.passed for edge in self.edges[index]):
                return
            value, bit = self.settling.value(spot, known)
            if value == OPEN:
                break
            self._pass(spot, value, known, demands)
            index = (spot.no, spot.yes, spot.unknown)[value]
        if self._again(index, known, demands):
            return
        self.budget.left -= 1
        if spot.logic is not None:
            for following in self.settling.options(bit, known):
                self._go(index, following, demands)
            return
        for value, way in ((YES, spot.yes), (NO, spot.no), (UNKNOWN, spot.unknown)):
            demanded = (*demands, (index, value))
            self._pass(spot, value, known, demanded)
            self._go(way, known, demanded)

    def _again(self, index: int, known: Known, demands: tuple[Demand, ...]) -> bool:
        masks = self.below[index]
        for demand, _ in demands:
            masks |= self.spots[demand].mask
        asked = self.questions[index]
        key = (
            index, demands, known.true & masks, known.false & masks,
            known.answered & asked, known.left & asked,
        )  # fmt: skip
        if key in self.seen:
            return True
        self.seen.add(key)
        return False

    def _pass(self, spot: Spot, value: int, known: Known, demands: tuple[Demand, ...]) -> None:
        edge = edge_of(spot, value)
        if edge not in self.wanted or edge in self.walks.passed:
            return
        budget = Budget(min(PATH_STEPS, self.budget.left))
        before = budget.left
        found = self.settling.meet(demands, known, budget)
        self.budget.left -= before - budget.left
        if found is None:
            if budget.spent:
                self.walks.undecided.add(edge)
            return
        self._record(found)
        if edge not in self.walks.passed:
            self.walks.undecided.add(edge)

    def _record(self, known: Known) -> None:
        """Everything that a situation passes, once it is written as answers."""
        values = self.space.values((known.true, known.false))
        if values is None:
            return
        program = self.space.program
        for spot, value in program.chart.walk(*program.state(values)):
            if spot.outcome is None:
                self.walks.passed.setdefault(edge_of(spot, value), values)


def worth(points: list[int]) -> int:
    """What the arguments of one side come to together."""
    return max(points, default=0) + (SECOND_ARGUMENT if len(points) > 1 else 0)
