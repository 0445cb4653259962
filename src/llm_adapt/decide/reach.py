"""Which strategies some way of answering the rest can put first: exact, by branch and bound.

The search settles one block after another, only where the walk hangs on it. Two partial answers
are the same to it when the spot, the sum that a tally has settled and every atom that can still
be looked at are the same; so a sum that comes about in many ways is followed once.
"""

from dataclasses import dataclass, field

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.program import Program
from llm_adapt.decide.splitter import Splitter
from llm_adapt.decide.tests_ahead import Look, Tests, level_of

__all__ = ["Budget", "Search", "Splitter", "Stop", "Walker", "reachable"]

# Far above what the shipped rules need (hundreds); a set that needs more is told so.
BUDGET = 200_000
VETO_STEPS = 200
State = tuple[int, int]
Key = tuple[int, int, int, int, int]


@dataclass(slots=True)
class Budget:
    """Steps a search may still take. At the end of it everything counts as possible."""

    left: int = BUDGET

    @property
    def spent(self) -> bool:
        """Whether the search stopped before it was decided."""
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a walk stops: its end, or a test with an open atom (`bit`) to settle first.

    `total` says what a tally has heard so far and `mask` which atoms can still be looked at: stops
    that agree in both, and in those atoms, are followed by the same.
    """

    index: int
    bit: int
    total: int
    mask: int

    def key(self, true: int, false: int) -> Key:
        """Partial answers that stop with the same key can lead to the same, in the same ways."""
        return self.index, self.total, self.mask, true & self.mask, false & self.mask


class Walker:
    """Walks as far as what is settled decides; atoms that nobody can settle stay unknown.

    What `state` decides already is worked out once: `after` and `outcomes` of a spot are the
    atoms that can still be tested from there on and the outcomes that can still follow.
    """

    def __init__(
        self, program: Program, splitter: Splitter, state: State, *, lasting: bool = False
    ) -> None:
        self.spots = program.chart.spots
        self.splitter = splitter
        # Whether a test can stay unknown for good: only then is an unknown edge taken.
        self.lasting = lasting or bool(splitter.unknown)
        self.tests = Tests(splitter, lasting=self.lasting)
        self.after: list[int] = []
        self.outcomes: list[int] = []
        # Where a spot leads when its test is decided, or all its ways lead to the same.
        self.onto: list[int] = []
        tallies: dict[tuple[int, int], Look] = {}
        for index, spot in enumerate(self.spots):
            if spot.outcome is not None:
                self._put(index, 0, spot.outcomes)
                continue
            key = (id(spot.sides), level_of(spot))
            look = tallies.get(key) if spot.sides else None
            if look is None:
                look = tallies[key] = self.tests.look(spot, *spot.seen(*state))
            ways = self._ways(spot, look)
            if len(ways) == 1:
                (onto,) = ways
                self._put(onto, self.after[onto], self.outcomes[onto])
                continue
            after, outcomes = look.mask, 0
            for way in ways:
                after |= self.after[way]
                outcomes |= self.outcomes[way]
            self._put(index, after, outcomes)
            if spot.vetoed and outcomes.bit_count() > 1:
                # Vetoes hang together: the rule that bars one strategy often bars the next.
                self.outcomes[index] = Search(self, index, Budget(VETO_STEPS)).run(state)

    def _put(self, onto: int, after: int, outcomes: int) -> None:
        self.onto.append(onto)
        self.after.append(after)
        self.outcomes.append(outcomes)

    def _ways(self, spot: Spot, look: Look) -> set[int]:
        """The spots that can follow."""
        ways = (spot.no, spot.yes, spot.unknown)
        return {self.onto[way] for truth, way in enumerate(ways) if look.truths >> truth & 1}

    def stop(self, index: int, true: int, false: int) -> Stop:
        """Go on from a spot until something open decides."""
        while True:
            index = self.onto[index]
            spot = self.spots[index]
            if spot.outcome is not None:
                return Stop(index, 0, 0, 0)
            look = self.tests.look(spot, *spot.seen(true, false))
            ways = self._ways(spot, look)
            if len(ways) == 1:
                (index,) = ways
                continue
            mask = look.mask | self.splitter.markers
            for way in ways:
                mask |= self.after[way]
            return Stop(index, look.bit, look.heard, mask)


@dataclass(slots=True)
class Search:
    """A search for outcomes, each with the settled atoms that lead to it."""

    walker: Walker
    start: int
    budget: Budget = field(default_factory=Budget)
    found: int = 0
    ways: dict[int, State] = field(default_factory=dict[int, State])
    _seen: set[Key] = field(default_factory=set[Key])

    def run(self, state: State) -> int:
        """The outcomes that can still be first; those in `found` before are taken as known."""
        self._go(self.start, *state)
        return self.found

    def _go(self, index: int, true: int, false: int) -> None:
        walker = self.walker
        stop = walker.stop(index, true, false)
        outcomes = walker.outcomes[stop.index]
        if not outcomes & ~self.found:
            return
        if not stop.bit:
            self.found |= outcomes
            self.ways[outcomes] = true, false
            return
        key = stop.key(true, false)
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
    state = state[0] | splitter.forced[0], state[1] | splitter.forced[1]
    search = Search(
        Walker(program, splitter, state), program.chart.start, budget or Budget(), found
    )
    return search.run(state)
