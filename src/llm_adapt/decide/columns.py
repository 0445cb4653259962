"""Many complete situations decided at once: one bit of a whole number for each of them.

Every atom becomes two columns, where it holds and where it does not; conditions, tallies and the
flowchart are then a few operations on columns. What is found so is exact for the situations
looked at; it finds witnesses, and leaves proofs that there are none to the search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from weakref import WeakKeyDictionary

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import Logic
from llm_adapt.decide.program import Program
from llm_adapt.decide.tally import SECOND_ARGUMENT, Side
from llm_adapt.decide.tests_ahead import level_of

SITUATIONS = 2048
FULL = (1 << SITUATIONS) - 1
Column = int
Pair = tuple[Column, Column]
assert SECOND_ARGUMENT == 1  # noqa: S101 (added as one bit below)


@dataclass(frozen=True, slots=True)
class Form:
    """A condition as positions of columns."""

    every: bool
    hold: tuple[int, ...]
    fail: tuple[int, ...]
    parts: tuple["Form", ...]

    def over(self, true: Sequence[Column], false: Sequence[Column]) -> Pair:
        """Where the condition holds, and where it does not."""
        yes, no = (FULL, 0) if self.every else (0, FULL)
        pairs = [(true[i], false[i]) for i in self.hold]
        pairs += [(false[i], true[i]) for i in self.fail]
        pairs += [part.over(true, false) for part in self.parts]
        if self.every:
            for holds, fails in pairs:
                yes &= holds
                no |= fails
        else:
            for holds, fails in pairs:
                yes |= holds
                no &= fails
        return yes, no


def _form(logic: Logic) -> Form:
    parts = tuple(_form(part) for part in logic.parts)
    return Form(logic.every, positions(logic.hold), positions(logic.fail), parts)


@cache
def positions(mask: int) -> tuple[int, ...]:
    """The places of the bits of a mask."""
    found: list[int] = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return tuple(found)


class Sheet:
    """The forms of all conditions of a program, made once."""

    def __init__(self, program: Program) -> None:
        self.chart = program.chart
        self.ended = sum(program.atoms.ended.values())
        self.width = len(program.atoms.bit)
        self.forms: dict[int, Form] = {}
        self.side_mask: dict[int, int] = {}
        # Spots with the same test in the same context share its columns.
        self.keys: dict[int, tuple[int, int]] = {}
        for spot in self.chart.spots:
            if spot.logic is not None:
                self._keep(spot.logic)
                context = spot.context if spot.logic.mask & self.ended else -1
                self.keys[id(spot)] = id(spot.logic), context
            else:
                self.keys[id(spot)] = id(spot.sides), level_of(spot)
            for side in spot.sides:
                self.side_mask[id(side)] = 0
                for _, logic in side.arguments:
                    self._keep(logic)
                    self.side_mask[id(side)] |= logic.mask

    def _keep(self, logic: Logic) -> None:
        if id(logic) not in self.forms:
            self.forms[id(logic)] = _form(logic)


_SHEETS: "WeakKeyDictionary[Program, Sheet]" = WeakKeyDictionary()


def sheet_of(program: Program) -> Sheet:
    """The sheet of a program."""
    if program not in _SHEETS:
        _SHEETS[program] = Sheet(program)
    return _SHEETS[program]


class Evaluation:
    """One pass over the chart; `base` lends what the changed atoms in `mask` do not touch."""

    def __init__(
        self,
        sheet: Sheet,
        columns: tuple[list[Column], list[Column]],
        *,
        lasting: bool,
        base: "Evaluation | None" = None,
        mask: int = 0,
    ) -> None:
        self.sheet, self.base, self.mask = sheet, base, mask
        self.true, self.false = columns
        self.lasting = lasting
        self.tests: dict[tuple[int, int], Column] = {}
        self.sides: dict[tuple[int, bool], Planes] = {}
        self.tested = 0
        self.arrived = [0] * len(sheet.chart.spots)

    def ends(self) -> dict[int, Column]:
        """The end spots with the situations that arrive there."""
        chart, found = self.sheet.chart, dict[int, Column]()
        self.arrived[chart.start] = FULL
        for index in range(chart.start, -1, -1):
            here = self.arrived[index]
            if not here:
                continue
            spot = chart.spots[index]
            if spot.outcome is not None:
                found[index] = here
                continue
            self.tested |= spot.mask
            for way, column in self.split(spot, here):
                self.arrived[way] |= column
        return found

    def moved(self, base: "Evaluation") -> Column:
        """The situations that end elsewhere than at the base.

        Followed is what differs: a situation that comes by other ways, or meets another truth.
        """
        chart, found = self.sheet.chart, 0
        moved = [0] * len(chart.spots)
        for index in range(chart.start, -1, -1):
            spot, shifted = chart.spots[index], moved[index]
            if spot.outcome is not None:
                found |= shifted
            elif spot.mask & self.mask:
                before = base.arrived[index]
                for way, column in base.split(spot, before):
                    moved[way] ^= column
                for way, column in self.split(spot, before ^ shifted):
                    moved[way] ^= column
            elif shifted:
                for way, column in base.split(spot, shifted):
                    moved[way] ^= column
        return found

    def split(self, spot: Spot, here: Column) -> list[tuple[int, Column]]:
        """Where the situations at a spot go on to."""
        if not here:
            return []
        yes = self.holds(spot)
        left = here & ~yes
        if self.lasting and spot.unknown != spot.no and left:
            no = self.fails(spot)
            return [(spot.yes, here & yes), (spot.no, left & no), (spot.unknown, left & ~no)]
        return [(spot.yes, here & yes), (spot.no, left)]

    def holds(self, spot: Spot) -> Column:
        """Where the test of a spot holds."""
        key = self.sheet.keys[id(spot)]
        found = self.tests.get(key)
        if found is None:
            if self.base is not None and not spot.mask & self.mask:
                found = self.base.holds(spot)
            elif spot.logic is None:
                found = self._at_least(spot.sides, level_of(spot), most=False)
            else:
                found = self._in_context(spot, spot.logic)[0]
            self.tests[key] = found
        return found

    def fails(self, spot: Spot) -> Column:
        """Where the test of a spot does not hold, whatever the rest."""
        if spot.logic is None:
            return FULL ^ self._at_least(spot.sides, level_of(spot), most=True)
        return self._in_context(spot, spot.logic)[1]

    def _in_context(self, spot: Spot, logic: Logic) -> Pair:
        true, false = self.true, self.false
        if logic.mask & self.sheet.ended:
            true, false = list(true), list(false)
            for position in positions(spot.context_mask):
                holds = spot.context >> position & 1
                true[position], false[position] = (FULL, 0) if holds else (0, FULL)
        return self.sheet.forms[id(logic)].over(true, false)

    def _at_least(self, sides: tuple[Side, ...], level: int, *, most: bool) -> Column:
        """Where what is heard (or could be, at `most`) comes to the level."""
        planes: tuple[dict[int, list[Column]], dict[int, list[Column]]] = ({}, {})
        for side in sides:
            into = planes[side.sign < 0]
            for plane, column in self._worth(side, most=most and side.sign > 0):
                into.setdefault(plane, []).append(column)
        for plane in positions(abs(level)):
            planes[level > 0].setdefault(plane, []).append(FULL)
        more, less = _added(planes[0]), _added(planes[1])
        reached = FULL
        for plane in range(max([*more, *less], default=-1) + 1):
            high, low = more.get(plane, 0), less.get(plane, 0)
            reached = high & ~low | ~(high ^ low) & reached
        return reached & FULL

    def _worth(self, side: Side, *, most: bool) -> "Planes":
        """What a side is worth: columns with the power of two they stand for."""
        key = id(side), most
        found = self.sides.get(key)
        if found is None:
            if self.base is not None and not self.sheet.side_mask[id(side)] & self.mask:
                found = self.base._worth(side, most=most)  # noqa: SLF001 (its own kind)
            else:
                found = self._heard(side, most=most)
            self.sides[key] = found
        return found

    def _heard(self, side: Side, *, most: bool) -> "Planes":
        found: Planes = []
        seen = second = 0
        for points, logic in side.arguments:
            holds, fails = self.sheet.forms[id(logic)].over(self.true, self.false)
            if most:
                holds = FULL ^ fails
            second |= holds & seen
            if new := holds & ~seen:
                seen |= holds
                found += [(plane, new) for plane in positions(points)]
        if second:
            found.append((0, second))
        return found


Planes = list[tuple[int, Column]]


def _added(planes: dict[int, list[Column]]) -> dict[int, Column]:
    """Columns of the same weight added up, three to two at a time."""
    found: dict[int, Column] = {}
    plane = 0
    while planes:
        columns = planes.pop(plane, [])
        carried: list[Column] = planes.get(plane + 1, [])
        while len(columns) > 1:
            one, two = columns.pop(), columns.pop()
            three = columns.pop() if columns else 0
            both = one ^ two
            columns.append(both ^ three)
            if carry := one & two | both & three:
                carried.append(carry)
        if carried:
            planes[plane + 1] = carried
        if columns:
            found[plane] = columns[0]
        plane += 1
    return found
