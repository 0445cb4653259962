"""Partial situations under way: what is settled of them, and how tests come out on that.

A question is in one of three states: answered (each of its comparisons is settled), left open
for good, or not looked at yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES
from llm_adapt.decide.program import Program
from llm_adapt.decide.reach import Budget
from llm_adapt.decide.tally import SECOND_ARGUMENT
from llm_adapt.verify.space import Space, Ways, open_bits

OPEN = 3
# A node of a walk, or a strategy that a rule may rule out; and the way it goes.
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


class Maps:
    """What lies at and below each spot of the chart.

    Attributes:
        below: Atoms that are tested.
        compared: The same, tallies left aside.
        tallies: The tallies.
        questions: Questions that decide tests other than tallies, as bits.
        edges: The edges.
        tests: One index for all spots that test the same tally.
    """

    def __init__(self, program: Program, question_bit: Mapping[str, int]) -> None:
        self.below: list[int] = []
        self.compared: list[int] = []
        self.tallies: list[frozenset[int]] = []
        self.questions: list[int] = []
        self.edges: list[frozenset[Edge]] = []
        self.tests: list[int] = []
        first: dict[tuple[int, int], int] = {}
        for index, spot in enumerate(program.chart.spots):
            tally = spot.logic is None and spot.outcome is None
            key = (id(spot.sides), spot.level) if tally else (-index, 0)
            self.tests.append(first.setdefault(key, index))
            self._add(spot, frozenset({self.tests[index]} if tally else ()))
        for mask in self.compared:
            names = {q for v in program.atoms.variables if v.mask & mask for q in v.questions}
            self.questions.append(sum(question_bit[name] for name in names))

    def _add(self, spot: Spot, tallies: frozenset[int]) -> None:
        below, edges = spot.mask, set[Edge]()
        compared = 0 if tallies else spot.mask
        for value, way in enumerate((spot.no, spot.yes, spot.unknown)):
            if way >= 0:
                below |= self.below[way]
                compared |= self.compared[way]
                tallies |= self.tallies[way]
                edges |= {*self.edges[way], edge_of(spot, value)}
        self.below.append(below)
        self.compared.append(compared)
        self.tallies.append(tallies)
        self.edges.append(frozenset(edges))


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
        self.start = space.program.chart.start
        self.maps = Maps(space.program, self.question_bit)

    def answered(self, bits: int) -> int:
        """The questions that some atoms belong to, as bits."""
        variables = self.atoms.variables
        names = {name for v in variables if v.mask & bits for name in v.questions}
        return sum(self.question_bit[name] for name in names)

    def options(self, bit: int, known: Known) -> Iterator[Known]:
        """The ways of settling the questions of an atom: their answers, and staying unknown."""
        ways = self.space.ways[bit]
        if ways.partly:
            yield from self._together(ways, known)
            return
        (name,) = ways.questions
        mine = self.question_bit[name]
        if not mine & known.left:
            for more, less in self.space.cells(bit, known.true, known.false):
                true, false = known.true | more, known.false | less
                yield Known(true, false, known.answered | mine, known.left, known.blank)
        if not mine & known.answered:
            blank, left = known.blank | self.blanks[name], known.left | mine
            yield Known(known.true, known.false, known.answered, left, blank)

    def _together(self, ways: Ways, known: Known) -> Iterator[Known]:
        """Questions that conditions compare with each other are settled at once."""
        mask = 0
        for name in ways.questions:
            mask |= self.blanks[name]
        for (more, less), left in ways.partly:
            if more & known.false or less & known.true:
                continue
            unanswered = sum(self.question_bit[name] for name in left)
            answered = sum(self.question_bit[name] for name in ways.questions) & ~unanswered
            yield Known(
                known.true | more,
                known.false | less,
                known.answered | answered,
                known.left | unanswered,
                known.blank | mask & ~(more | less),
            )

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

    def leads(self, index: int, value: int, edge: Edge) -> bool:
        """Whether a test that comes out so, or is still open, can lead to an edge."""
        spot = self.spots[index]
        if value == OPEN or edge_of(spot, value) == edge:
            return True
        return edge in self.maps.edges[(spot.no, spot.yes, spot.unknown)[value]]

    def allows(self, demands: tuple[Demand, ...], known: Known) -> bool:
        """Whether no tally has come out already, and otherwise than demanded."""
        return all(
            self.value(self.spots[index], known)[0] in {OPEN, wanted} for index, wanted in demands
        )

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


def worth(points: list[int]) -> int:
    """What the arguments of one side come to together."""
    return max(points, default=0) + (SECOND_ARGUMENT if len(points) > 1 else 0)
