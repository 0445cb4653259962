"""The truths that a test of the chart may still have while some answers are free.

A state of knowledge is refined by the atoms that are open: they will be settled one way or the
other, while every other unknown atom stays unknown for good. The outlook errs on one side only:
a truth it leaves out cannot come about.
"""

from collections.abc import Sequence

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.tally import SECOND_ARGUMENT, Side

# Sets of truths as bits.
JUST = (1 << NO, 1 << YES, 1 << UNKNOWN)

# What a side can be worth now, least and most; and the most it may come to, least and most.
Span = tuple[int, int, int, int]


class Outlook:
    """The truths of all tests of a chart, remembered by the atoms that they look at.

    `state` is the state of knowledge that most questions will be near to. Atoms in `doubtful` may
    stay unknown even where they are open: they hang on two answers.
    """

    def __init__(self, spots: Sequence[Spot], state: tuple[int, int], doubtful: int) -> None:
        self.spots = spots
        self.state = state
        self.doubtful = doubtful
        numbers: dict[tuple[int, int, int, int], int] = {}
        self.test_of = [
            numbers.setdefault(
                (id(s.logic), id(s.sides), s.level, s.context if s.logic else 0), len(numbers)
            )
            for s in spots
        ]
        self._ways = [_by_truths(spot) for spot in spots]
        self._truths: dict[tuple[int, int, int, int], int] = {}
        self._spans: dict[tuple[int, int, int, int], Span] = {}
        self._usual: dict[int, Span] = {}

    def truths(self, index: int, true: int, false: int, opened: int) -> int:
        """The truths that the test of a spot may have, as bits."""
        spot = self.spots[index]
        mask = spot.mask
        true, false, opened = true & mask, false & mask, opened & mask
        key = (self.test_of[index], true, false, opened)
        found = self._truths.get(key)
        if found is None:
            if spot.logic is None:
                found = self._tally(spot, true, false, opened)
            else:
                found = truths_of(spot.logic, *spot.seen(true, false), opened, self.doubtful)
            self._truths[key] = found
        return found

    def ways(self, index: int, true: int, false: int, opened: int) -> tuple[int, ...]:
        """Where a spot may lead."""
        return self._ways[index][self.truths(index, true, false, opened)]

    def others(self, index: int, ways: tuple[int, ...]) -> tuple[int, ...]:
        """Where else the spot could lead."""
        return tuple(way for way in self._ways[index][-1] if way not in ways)

    def _tally(self, spot: Spot, true: int, false: int, opened: int) -> int:
        low, high, least, most = self.span(spot, true, false, opened)
        found = JUST[YES] if high >= spot.level else 0
        if low < spot.level:
            if least < spot.level:
                found |= JUST[NO]
            if most >= spot.level:
                found |= JUST[UNKNOWN]
        return found

    def span(self, spot: Spot, true: int, false: int, opened: int) -> Span:
        """What a tally can be now, least and most; and the most it may come to, least and most."""
        low, high, least, most = self._usually(spot.sides)
        unusual = (true ^ self.state[0] | false ^ self.state[1]) & spot.mask | opened
        for side in spot.sides:
            if side.mask & unusual:
                was = self.side_span(side, *self.state, 0)
                span = self.side_span(side, true, false, opened)
                low += span[0] - was[0]
                high += span[1] - was[1]
                least += span[2] - was[2]
                most += span[3] - was[3]
        return low, high, least, most

    def _usually(self, sides: tuple[Side, ...]) -> Span:
        """The sum of sides in the usual state."""
        found = self._usual.get(id(sides))
        if found is None:
            spans = [self.side_span(side, *self.state, 0) for side in sides]
            low, high, least, most = (sum(span[place] for span in spans) for place in range(4))
            found = self._usual[id(sides)] = (low, high, least, most)
        return found

    def side_span(self, side: Side, true: int, false: int, opened: int) -> Span:
        """The same for one side."""
        true, false, opened = true & side.mask, false & side.mask, opened & side.mask
        key = (id(side), true, false, opened)
        found = self._spans.get(key)
        if found is None:
            sure: list[int] = []
            can: list[int] = []
            must: list[int] = []
            may: list[int] = []
            for points, logic in side.arguments:
                truths = truths_of(logic, true, false, opened, self.doubtful)
                if truths == JUST[NO]:
                    continue
                may.append(points)
                if truths & JUST[YES]:
                    can.append(points)
                if not truths & JUST[NO]:
                    must.append(points)
                if truths == JUST[YES]:
                    sure.append(points)
            low, high = _worth(sure), _worth(can)
            found = (low, high, _worth(must), _worth(may))
            if side.sign < 0:
                found = (-high, -low, -high, -low)
            self._spans[key] = found
        return found


def _by_truths(spot: Spot) -> tuple[tuple[int, ...], ...]:
    """The ways on from a spot for every set of truths."""
    ways = (spot.no, spot.yes, spot.unknown)
    return tuple(
        tuple(dict.fromkeys(way for value, way in enumerate(ways) if truths & JUST[value]))
        for truths in range(1 << len(JUST))
    )


def truths_of(logic: Logic, true: int, false: int, opened: int, doubtful: int) -> int:
    """The truths a condition may have, as bits, when its open atoms are taken one by one."""
    value = logic.test(true, false)
    if value != UNKNOWN or not logic.mask & opened:
        return JUST[value]
    # Whether one part decides all: the truth that does, and the one that all must have else.
    decides, agrees = (NO, YES) if logic.every else (YES, NO)
    single = logic.hold | logic.fail
    may_decide = bool(single & opened)
    stays = single & ~(true | false | opened)
    may_agree = not stays
    may_stay = bool(stays | single & opened & doubtful & ~(true | false))
    for part in logic.parts:
        truths = truths_of(part, true, false, opened, doubtful)
        may_decide = may_decide or bool(truths & JUST[decides])
        may_agree = may_agree and bool(truths & JUST[agrees])
        may_stay = may_stay or bool(truths & JUST[UNKNOWN])
    found = JUST[decides] if may_decide else 0
    if may_agree:
        found |= JUST[agrees]
    return found | JUST[UNKNOWN] if may_stay else found


def _worth(points: list[int]) -> int:
    """What arguments come to, the strongest first."""
    return (points[0] if points else 0) + (SECOND_ARGUMENT if len(points) > 1 else 0)
