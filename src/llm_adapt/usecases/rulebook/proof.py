"""Whether two flowcharts lead every situation to the same first place: by search over all of them.

Both are walked at once, over everything that may be known or stay unknown. Where both have come
to parts that test the same and lead to the same, there is nothing left to compare.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES
from llm_adapt.rules.value import Value
from llm_adapt.usecases.rulebook.alike import Names
from llm_adapt.usecases.rulebook.paired import Pair
from llm_adapt.usecases.rulebook.partial import Known, Settling, outcome
from llm_adapt.usecases.rulebook.witness import witness

STEPS = 60_000
# Two wordings of one test are held against each other with this much of it.
TEST_STEPS = 4_000
# Beyond so many settled atoms the walk itself is the better guide.
FOCUS = 24


@dataclass(frozen=True, slots=True)
class Finding:
    """`proved`: they never differ. Otherwise a situation where they do, or neither was settled."""

    proved: bool
    values: Mapping[str, Value] | None = None


def compare_charts(pair: Pair, steps: int = STEPS) -> Finding:
    """Search for a situation with two different first places, or the proof of none."""
    mine, theirs = pair.old.chart, pair.new.chart
    names = Names()
    _unify(pair, names)
    race = Race(pair, mine.spots, theirs.spots, steps, names)
    parts = names.parts(mine.spots), names.parts(theirs.spots)
    return race.run(mine.start, theirs.start, parts)


def apart(pair: Pair) -> int:
    """The atoms of what only one of the rule sets tests."""
    return Names().apart(pair.old.chart.spots, pair.new.chart.spots)


def _unify(pair: Pair, names: Names) -> None:
    """Give two wordings of one test the same name, where they prove to mean the same."""
    known = {_called(spot): spot for spot in pair.old.chart.spots if spot.outcome is None}
    for spot in pair.new.chart.spots:
        other = known.get(_called(spot)) if spot.outcome is None else None
        if other is None or names.written(other) == names.written(spot):
            continue
        charts = [[*_ends(spot), replace(it, yes=0, no=1, unknown=2)] for it in (other, spot)]
        race = Race(pair, charts[0], charts[1], TEST_STEPS, None)
        if race.run(3, 3, ([0, 1, 2, 3], [0, 1, 2, 4])).proved:
            names.unify(other, spot)


def _called(spot: Spot) -> Hashable:
    node = None if spot.node is None else (spot.node.walk, spot.node.id)
    return node, spot.vetoed, spot.context


def _ends(spot: Spot) -> list[Spot]:
    return [replace(spot, outcome=name, mask=0) for name in ("yes", "no", "unknown")]


@dataclass(slots=True)
class Race:
    """One search over two charts with one numbering of atoms; without names, over two tests."""

    pair: Pair
    mine: list[Spot]
    theirs: list[Spot]
    steps: int
    names: Names | None
    unsure: bool = False
    found: Mapping[str, Value] | None = None
    seen: set[Hashable] = field(default_factory=set[Hashable])
    parts: tuple[list[int], list[int]] = ([], [])
    below: tuple[list[int], list[int]] = ([], [])
    # How often a place was met, and when next to look closer whether the rest is alike.
    met: dict[tuple[int, int], list[int]] = field(default_factory=dict[tuple[int, int], list[int]])

    def run(self, mine: int, theirs: int, parts: tuple[list[int], list[int]]) -> Finding:
        """Search from two spots on, with the names of the parts of both charts."""
        self.parts = parts
        self.below = _below(self.mine), _below(self.theirs)
        settling = Settling(self.pair.atoms)
        if self.names is None:
            self._go(mine, theirs, Known(), settling)
        else:
            apart = self.names.apart(self.mine, self.theirs)
            self._begin(mine, theirs, Known(), settling, apart)
        settled = self.found is None and not self.unsure and self.steps > 0
        return Finding(settled, self.found)

    def _begin(self, mine: int, theirs: int, known: Known, settling: Settling, apart: int) -> None:
        """Settle first what only one of the charts tests: mostly the rest is alike then."""
        assert self.names is not None  # noqa: S101 (called with names only)
        rest = self.names.rest(self.mine, mine, known)
        if rest == self.names.rest(self.theirs, theirs, known) or self._over():
            return
        # What rules out is tested at every end: settled early, many ends fall away.
        loose = apart & ~known.settled or self._vetoes() & ~known.settled
        if not loose or known.settled.bit_count() > FOCUS:
            self._go(mine, theirs, known, settling)
            return
        for following in settling.ways(loose & -loose, known):
            self.steps -= 1
            self._begin(mine, theirs, following, settling, apart)

    def _vetoes(self) -> int:
        mask = 0
        for spot in (*self.mine, *self.theirs):
            mask |= spot.mask if spot.vetoed is not None else 0
        return mask

    def _over(self) -> bool:
        return self.found is not None or self.steps <= 0

    def _go(self, mine: int, theirs: int, known: Known, settling: Settling) -> None:
        mine, bit = _advance(self.mine, mine, known)
        theirs, other_bit = _advance(self.theirs, theirs, known)
        if self.parts[0][mine] == self.parts[1][theirs]:
            return
        bit = bit or other_bit
        if not bit:
            self._differs(known)
            return
        key = mine, theirs, known.within(self.below[0][mine] | self.below[1][theirs])
        if key in self.seen:
            return
        self.seen.add(key)
        if self._alike(mine, theirs, known):
            return
        for following in settling.ways(bit, known):
            self.steps -= 1
            if self._over():
                return
            self._go(mine, theirs, following, settling)

    def _alike(self, mine: int, theirs: int, known: Known) -> bool:
        """Whether the rest of both is alike; looked at ever more rarely where it never was."""
        if self.names is None:
            return False
        times = self.met.setdefault((mine, theirs), [0, 1])
        times[0] += 1
        if times[0] < times[1]:
            return False
        rest = self.names.rest(self.mine, mine, known)
        if rest == self.names.rest(self.theirs, theirs, known):
            times[1] = times[0]
            return True
        times[1] = times[0] + max(1, (times[1] - times[0]) + times[0] // 4)
        return False

    def _differs(self, known: Known) -> None:
        if self.names is None:
            self.unsure, self.steps = True, 0
            return
        values = witness(self.pair, known)
        if values is None:
            self.unsure = True
        else:
            self.found = values


def _advance(spots: list[Spot], index: int, known: Known) -> tuple[int, int]:
    """Walk on as far as what is known leads; where that ends, and the atom that stops it."""
    while True:
        spot = spots[index]
        if spot.outcome is not None:
            return index, 0
        value, bit = outcome(spot, known)
        if bit:
            return index, bit
        index = {YES: spot.yes, NO: spot.no, UNKNOWN: spot.unknown}[value]


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
