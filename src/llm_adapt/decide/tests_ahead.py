"""What the tests of the flowchart can still come to, and what is open in them.

Some atoms can be settled yet; others stay unknown for good, because nobody has the answer. A test
that hangs on those alone is decided: it is unknown.
"""

from dataclasses import dataclass

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.splitter import Splitter
from llm_adapt.decide.tally import SECOND_ARGUMENT, Side
from llm_adapt.rules.model import Tally

State = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Span:
    """A side of a tally: what is heard, least and most; what may be heard, least and most."""

    now: State
    most: State
    heard: int
    loose: list[Logic]


@dataclass(frozen=True, slots=True)
class Look:
    """A test: the truths it can come to, an open atom, what a tally heard, and the atoms left."""

    truths: int
    bit: int
    heard: int
    mask: int


_ANY = 1 << NO | 1 << YES | 1 << UNKNOWN


class Tests:
    """The tests of a chart over what a splitter leaves open; `lasting` if some of it stays so."""

    def __init__(self, splitter: Splitter, *, lasting: bool) -> None:
        self.splitter = splitter
        self.lasting = lasting

    def look(self, spot: Spot, true: int, false: int) -> "Look":
        """What the test of a spot can come to."""
        if spot.logic is None:
            return self._tally(spot, true, false)
        truths = self._truths(spot.logic, true, false)
        return Look(truths, self._open_bit(spot.logic, true, false), 0, spot.mask)

    def _truths(self, logic: Logic, true: int, false: int) -> int:
        """The truths that a condition can still come to, as bits."""
        value = logic.test(true, false)
        if value != UNKNOWN:
            return 1 << value
        if not self.lasting:
            return 1 << NO | 1 << YES
        open_bits = (logic.hold | logic.fail) & ~(true | false)
        found = [self._truths(part, true, false) for part in logic.parts]
        if loose := self._all_loose(open_bits, true, false):
            found.append(_ANY)
        if open_bits & ~loose:
            found.append(1 << UNKNOWN)
        # One part that decides is enough; all of them must come to the other.
        decides = NO if logic.every else YES
        other = YES + NO - decides
        can = 1 << UNKNOWN
        if any(truths >> decides & 1 for truths in found):
            can |= 1 << decides
        if all(truths >> other & 1 for truths in found):
            can |= 1 << other
        return can

    def _all_loose(self, mask: int, true: int, false: int) -> int:
        if not self.splitter.markers:
            return mask & self.splitter.open
        found = 0
        while bit := self.splitter.loose(mask, true, false):
            found |= bit
            mask ^= bit
        return found

    def _open_bit(self, logic: Logic, true: int, false: int) -> int:
        if bit := self.splitter.loose(logic.hold | logic.fail, true, false):
            return bit
        for part in logic.parts:
            if part.test(true, false) == UNKNOWN and (bit := self._open_bit(part, true, false)):
                return bit
        return 0

    def _tally(self, spot: Spot, true: int, false: int) -> "Look":
        now = most = settled = heard = mask = bit = 0
        least_now = least_most = 0
        loose: list[Logic] = []
        for side in spot.sides:
            span = self._weigh(side, true, false)
            least_now += span.now[0]
            now += span.now[1]
            least_most += span.most[0]
            most += span.most[1]
            heard *= 64
            if span.loose:
                heard += span.heard
                loose += span.loose
            else:
                settled += span.now[1] + 2048 * span.most[1]
        level = level_of(spot)
        truths = (now >= level) << YES | (least_most < level) << NO
        if self.lasting:
            truths |= (least_now < level <= most) << UNKNOWN
        for logic in loose:
            mask |= logic.mask
            bit = bit or self._open_bit(logic, true, false)
        return Look(truths, bit, heard * 2**24 + settled + 2**22, mask)

    def _weigh(self, side: Side, true: int, false: int) -> "_Span":
        """What a side can come to, what is surely heard, and what is open."""
        holds: list[int] = []
        can_hold: list[int] = []
        must_not_fail: list[int] = []
        unknown: list[int] = []
        loose: list[Logic] = []
        for points, logic in side.arguments:
            truths = self._truths(logic, true, false)
            if truths == 1 << NO:
                continue
            unknown.append(points)
            if truths >> YES & 1:
                can_hold.append(points)
            if not truths >> NO & 1:
                must_not_fail.append(points)
            if truths == 1 << YES:
                holds.append(points)
            elif truths != 1 << UNKNOWN and len(holds) < 2:  # noqa: PLR2004 (a second one counts)
                loose.append(logic)
        now = _worth(holds), _worth(can_hold)
        most = _worth(must_not_fail), _worth(unknown)
        if side.sign < 0:
            now = -now[1], -now[0]
            most = now
        if now[0] == now[1] and most[0] == most[1]:
            loose = []
        return _Span(now, most, 1 + holds[0] * 4 + min(len(holds), 2) if holds else 1, loose)


def _worth(points: list[int]) -> int:
    """The strongest argument, and a little more when there is a second one."""
    return (points[0] + (SECOND_ARGUMENT if len(points) > 1 else 0)) if points else 0


def level_of(spot: Spot) -> int:
    """The level that the tally of a spot has to reach; 0 for other spots."""
    return spot.node.when.at_least if spot.node and isinstance(spot.node.when, Tally) else 0
