"""Whether two flowcharts lead every situation to the same first place: by search over all of them.

Both are walked at once, over everything that may be known or stay unknown. Where both have come
to parts that test the same and lead to the same, there is nothing left to compare.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

from llm_adapt.advisor.rulebook.paired import Pair
from llm_adapt.advisor.rulebook.partial import Known, Settling, outcome
from llm_adapt.advisor.rulebook.witness import witness
from llm_adapt.engine.chart import Spot
from llm_adapt.engine.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.engine.tally import Side
from llm_adapt.model.question import Value

STEPS = 60_000
# Two wordings of one test are held against each other with this much of it.
TEST_STEPS = 4_000


@dataclass(frozen=True, slots=True)
class Finding:
    """`proved`: they never differ. Otherwise a situation where they do, or neither was settled."""

    proved: bool
    values: Mapping[str, Value] | None = None


def compare_charts(pair: Pair, steps: int = STEPS) -> Finding:
    """Search for a situation with two different first places, or the proof of none."""
    race = Race(pair, pair.old.chart.spots, pair.new.chart.spots, steps)
    start = pair.old.chart.start, pair.new.chart.start
    return race.run(*start, Alike(pair).parts())


class Alike:
    """Names for the parts of both charts: two parts with one name decide the same."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.names: dict[Hashable, int] = {}
        self.tests: dict[Hashable, int] = {}

    def parts(self) -> tuple[list[int], list[int]]:
        """The name of the part that begins at each spot, for both charts."""
        mine, theirs = self.pair.old.chart.spots, self.pair.new.chart.spots
        self._unify(mine, theirs)
        return self._parts(mine), self._parts(theirs)

    def _parts(self, spots: list[Spot]) -> list[int]:
        found: list[int] = []
        # A spot stands behind all that follow it.
        for spot in spots:
            if spot.outcome is not None:
                key: Hashable = spot.outcome
            else:
                ways = found[spot.yes], found[spot.no], found[spot.unknown]
                key = ways[0] if len(set(ways)) == 1 else (self._test(spot), ways)
            found.append(key if isinstance(key, int) else self._name(key))
        return found

    def _name(self, key: Hashable) -> int:
        return self.names.setdefault(key, len(self.names))

    def _test(self, spot: Spot) -> int:
        return self.tests.setdefault(written(spot), len(self.tests))

    def _unify(self, mine: list[Spot], theirs: list[Spot]) -> None:
        """Give two wordings of one test the same name, where they prove to mean the same."""
        known = {_called(spot): spot for spot in mine}
        for spot in theirs:
            other = known.get(_called(spot))
            if other is None or spot.outcome is not None or written(other) == written(spot):
                continue
            spots = [*_ends(spot), replace(other, yes=0, no=1, unknown=2)]
            others = [*_ends(spot), replace(spot, yes=0, no=1, unknown=2)]
            names = [0, 1, 2, 3], [0, 1, 2, 4]
            if Race(self.pair, spots, others, TEST_STEPS, tests=True).run(3, 3, names).proved:
                self.tests[written(spot)] = self._test(other)


def _called(spot: Spot) -> Hashable:
    node = None if spot.node is None else (spot.node.walk, spot.node.id)
    return node, spot.vetoed, spot.context


def _ends(spot: Spot) -> list[Spot]:
    return [replace(spot, outcome=name, mask=0) for name in ("yes", "no", "unknown")]


def written(spot: Spot) -> Hashable:
    """A test as it is written, orders and repetitions aside."""
    if spot.logic is not None:
        seen = spot.context & spot.logic.mask, spot.context_mask & spot.logic.mask
        return _logic(spot.logic), seen
    return spot.level, tuple(sorted(repr((side.sign, _arguments(side))) for side in spot.sides))


def _arguments(side: Side) -> list[tuple[int, str]]:
    return sorted((points, repr(_logic(logic))) for points, logic in side.arguments)


def _logic(logic: Logic) -> Hashable:
    single = not logic.parts and (logic.hold | logic.fail).bit_count() == 1
    parts = sorted(repr(_logic(part)) for part in logic.parts)
    return single or logic.every, logic.hold, logic.fail, tuple(dict.fromkeys(parts))


@dataclass(slots=True)
class Race:
    """One search: two charts over one numbering of atoms."""

    pair: Pair
    mine: list[Spot]
    theirs: list[Spot]
    steps: int
    tests: bool = False
    unsure: bool = False
    found: Mapping[str, Value] | None = None
    seen: set[Hashable] = field(default_factory=set[Hashable])
    names: tuple[list[int], list[int]] = ([], [])
    below: tuple[list[int], list[int]] = ([], [])

    def run(self, mine: int, theirs: int, names: tuple[list[int], list[int]]) -> Finding:
        """Search from two spots on, with the names of the parts of both charts."""
        self.names = names
        self.below = _below(self.mine), _below(self.theirs)
        self._go(mine, theirs, Known(), Settling(self.pair.atoms))
        settled = self.found is None and not self.unsure and self.steps > 0
        return Finding(settled, self.found)

    def _go(self, mine: int, theirs: int, known: Known, settling: Settling) -> None:
        mine, bit = self._advance(self.mine, mine, known)
        theirs, other_bit = self._advance(self.theirs, theirs, known)
        if self.names[0][mine] == self.names[1][theirs]:
            return
        bit = bit or other_bit
        if not bit:
            self._differs(known)
            return
        key = mine, theirs, known.within(self.below[0][mine] | self.below[1][theirs])
        if key in self.seen:
            return
        self.seen.add(key)
        for following in settling.ways(bit, known):
            self.steps -= 1
            if self.found is not None or self.steps <= 0:
                return
            self._go(mine, theirs, following, settling)

    @staticmethod
    def _advance(spots: list[Spot], index: int, known: Known) -> tuple[int, int]:
        """Walk on as far as what is known leads; where it ends, and the atom that stops it."""
        while True:
            spot = spots[index]
            if spot.outcome is not None:
                return index, 0
            value, bit = outcome(spot, known)
            if bit:
                return index, bit
            index = {YES: spot.yes, NO: spot.no, UNKNOWN: spot.unknown}[value]

    def _differs(self, known: Known) -> None:
        if self.tests:
            self.unsure = True
            self.steps = 0
            return
        values = witness(self.pair, known)
        if values is None:
            self.unsure = True
        else:
            self.found = values


def _below(spots: list[Spot]) -> list[int]:
    """The atoms that a spot and all that follow it look at."""
    found: list[int] = []
    for spot in spots:
        mask = spot.mask
        if spot.outcome is None:
            for way in (spot.yes, spot.no, spot.unknown):
                mask |= found[way]
        found.append(mask)
    return found
