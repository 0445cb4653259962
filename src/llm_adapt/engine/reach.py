"""Which strategies some way of answering the rest can put first: exact, by branch and bound.

The search settles one block after another, only where the walk hangs on it. Two partial answers
are the same to it when the spot, the sum that a tally has settled and every atom that can still
be looked at are the same; so a sum that comes about in many ways is followed once.
"""

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from llm_adapt.engine.chart import Spot
from llm_adapt.engine.logic import UNKNOWN, YES, Logic
from llm_adapt.engine.program import Program
from llm_adapt.engine.splitter import Splitter
from llm_adapt.engine.tally import Side
from llm_adapt.model.condition import Tally

__all__ = ["Budget", "Search", "Splitter", "Stop", "Walker", "reachable"]

# Far above what the shipped rules need (hundreds); a set that needs more is told so.
BUDGET = 200_000
State = tuple[int, int]


@dataclass(slots=True)
class Budget:
    """Steps a search may still take. At the end of it everything counts as possible."""

    left: int = BUDGET

    @property
    def spent(self) -> bool:
        """Whether the search stopped before it was decided."""
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Extent:
    """What can follow a spot: the atoms tested after it, and the outcomes."""

    after: int
    outcomes: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a walk stops: its end, or a test with an open atom (`bit`) to settle first.

    `total` is what a tally has settled and `mask` every atom that can still be looked at: stops
    that agree in both, and in those atoms, are followed by the same.
    """

    index: int
    bit: int
    total: int
    mask: int


class Walker:
    """Walks as far as what is settled decides; atoms that nobody can settle stay unknown."""

    def __init__(self, program: Program, splitter: Splitter) -> None:
        self.spots = program.chart.spots
        self.splitter = splitter
        # An unknown edge is taken only where a test can stay unknown for good.
        lasting = bool(splitter.unknown)
        self.extents = _extents(program, lasting=lasting)

    def stop(self, index: int, true: int, false: int) -> Stop:
        """Go on from a spot until something open decides."""
        spots, extents, markers = self.spots, self.extents, self.splitter.markers
        while True:
            spot = spots[index]
            if spot.outcome is not None:
                return Stop(index, 0, 0, 0)
            holds, fails = true | spot.context, false | spot.context_mask & ~spot.context
            if spot.logic is not None:
                value = spot.sure(holds, fails)
                if value == UNKNOWN and (bit := self._open_bit(spot.logic, holds, fails)):
                    return Stop(index, bit, 0, spot.mask | extents[index].after | markers)
            else:
                value, bit, total, mask = self._tally(spot, holds, fails)
                if bit:
                    return Stop(index, bit, total, mask | extents[index].after | markers)
            index = (spot.no, spot.yes, spot.unknown)[value]

    def _open_bit(self, logic: Logic, true: int, false: int) -> int:
        if bit := self.splitter.loose(logic.hold | logic.fail, true, false):
            return bit
        for part in logic.parts:
            if part.test(true, false) == UNKNOWN and (bit := self._open_bit(part, true, false)):
                return bit
        return 0

    def _tally(self, spot: Spot, true: int, false: int) -> tuple[int, int, int, int]:
        """The truth of a tally; or an open atom, the sum settled, and the atoms of the rest."""
        low = high = total = mask = 0
        open_sides: list[Side] = []
        for side in spot.sides:
            least, most = side.bounds(true, false)
            low += least
            high += most
            if least == most:
                total += least
            else:
                open_sides.append(side)
        level = _level(spot)
        if low >= level:
            return YES, 0, 0, 0
        if high < level:
            return 0, 0, 0, 0
        first = 0
        for side in open_sides:
            for _, logic in side.arguments:
                if logic.test(true, false) == UNKNOWN:
                    mask |= logic.mask
                    first = first or self._open_bit(logic, true, false)
        return (0, first, total, mask) if first else (spot.now(true, false), 0, 0, 0)


def _level(spot: Spot) -> int:
    assert spot.node is not None  # noqa: S101 (vetoes have no tally)
    assert isinstance(spot.node.when, Tally)  # noqa: S101
    return spot.node.when.at_least


_EXTENTS: "WeakKeyDictionary[Program, dict[bool, list[Extent]]]" = WeakKeyDictionary()


def _extents(program: Program, *, lasting: bool) -> list[Extent]:
    known = _EXTENTS.setdefault(program, {})
    chart = program.chart
    if lasting not in known:
        found: list[Extent] = []
        for spot in chart.spots:
            ways = (spot.yes, spot.no, spot.unknown) if lasting else (spot.yes, spot.no)
            after, outcomes = 0, spot.outcomes if spot.outcome is not None else 0
            for way in () if spot.outcome is not None else ways:
                after |= found[way].after | chart.spots[way].mask
                outcomes |= found[way].outcomes
            found.append(Extent(after, outcomes))
        known[lasting] = found
    return known[lasting]


@dataclass(slots=True)
class Search:
    """A search for outcomes, each with the settled atoms that lead to it."""

    walker: Walker
    start: int
    budget: Budget = field(default_factory=Budget)
    found: int = 0
    ways: dict[int, State] = field(default_factory=dict[int, State])
    _seen: set[tuple[int, int, int, int]] = field(default_factory=set[tuple[int, int, int, int]])

    def run(self, state: State) -> int:
        """The outcomes that can still be first; those in `found` before are taken as known."""
        self._go(self.start, *state)
        return self.found

    def _go(self, index: int, true: int, false: int) -> None:
        walker = self.walker
        stop = walker.stop(index, true, false)
        outcomes = walker.extents[stop.index].outcomes
        if not outcomes & ~self.found:
            return
        if not stop.bit:
            self.found |= outcomes
            self.ways[outcomes] = true, false
            return
        key = (stop.index, stop.total, true & stop.mask, false & stop.mask)
        if key in self._seen:
            return
        self._seen.add(key)
        self.budget.left -= 1
        if self.budget.spent:
            self.found |= outcomes
            return
        for cell in walker.splitter.cells(stop.bit, true, false):
            self._go(stop.index, true | cell.true, false | cell.false)


def reachable(
    program: Program, state: State, splitter: Splitter, budget: Budget | None = None, found: int = 0
) -> int:
    """The outcomes that can still be first, as bits of the chart.

    `found` are outcomes known to be reachable: they are not searched for again.
    """
    search = Search(Walker(program, splitter), program.chart.start, budget or Budget(), found)
    return search.run(state)
