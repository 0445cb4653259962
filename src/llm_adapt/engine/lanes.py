"""Many complete situations decided at once.

A column is an integer with one bit for each situation, set where an atom holds in it. A logical
step on two columns decides as many situations as they have bits, so that thousands cost little
more than one. Columns are complete: every atom that the chart can look at holds or does not.
"""

from llm_adapt.engine.chart import Chart, Spot
from llm_adapt.engine.logic import UNKNOWN, YES, Logic
from llm_adapt.engine.tally import SECOND_ARGUMENT, Side

Columns = dict[int, int]


class Lanes:
    """The chart on complete situations that share a state of knowledge: what is settled in all."""

    def __init__(self, chart: Chart, state: tuple[int, int], columns: Columns, full: int) -> None:
        self.chart = chart
        self.state = state
        self.columns = columns
        self.full = full
        self._known: dict[int, int] = {}
        self._tallies: dict[int, Counter] = {}

    def outcomes(self) -> dict[int, int]:
        """For each outcome bit, the situations that end there; outcomes that none has are absent."""
        spots = self.chart.spots
        here = {self.chart.start: self.full}
        found: dict[int, int] = {}
        # Spots come after all that follow them, so going down passes each after all before it.
        for index in range(self.chart.start, -1, -1):
            lanes = here.get(index, 0)
            if not lanes:
                continue
            spot = spots[index]
            if spot.outcome is not None:
                found[spot.outcomes] = lanes
                continue
            holds = self._holds(spot)
            here[spot.yes] = here.get(spot.yes, 0) | lanes & holds
            here[spot.no] = here.get(spot.no, 0) | lanes & ~holds
        return found

    def _holds(self, spot: Spot) -> int:
        state = spot.seen(*self.state)
        value = spot.sure(*state)
        if value != UNKNOWN:
            return self.full if value == YES else 0
        if spot.logic is None:
            return self.tally(spot.sides).at_least(spot.level)
        if spot.logic.mask & spot.context_mask:
            return self._vector(spot.logic, state)
        return self.vector(spot.logic)

    def vector(self, logic: Logic) -> int:
        """The situations in which a condition holds."""
        key = id(logic)
        if key not in self._known:
            self._known[key] = self._vector(logic, self.state)
        return self._known[key]

    def _vector(self, logic: Logic, state: tuple[int, int]) -> int:
        value = logic.test(*state)
        if value != UNKNOWN:
            return self.full if value == YES else 0
        known = state[0] | state[1]
        columns, every = self.columns, logic.every
        found = self.full if every else 0
        rest = logic.hold & ~known
        while rest:
            bit = rest & -rest
            rest ^= bit
            found = found & columns[bit] if every else found | columns[bit]
        rest = logic.fail & ~known
        while rest:
            bit = rest & -rest
            rest ^= bit
            found = found & ~columns[bit] if every else found | self.full & ~columns[bit]
        for part in logic.parts:
            vector = self._vector(part, state)
            found = found & vector if every else found | vector
        return found

    def tally(self, sides: tuple[Side, ...]) -> "Counter":
        """The sum of arguments in every situation."""
        key = id(sides)
        if key not in self._tallies:
            counter = self._tallies[key] = Counter(self.full)
            for side in sides:
                self._count(side, counter)
        return self._tallies[key]

    def _count(self, side: Side, counter: "Counter") -> None:
        one = two = 0
        for points, logic in side.arguments:
            holds = self.vector(logic)
            if holds:
                counter.add(side.sign * points, holds & ~one)
                two |= one & holds
                one |= holds
        counter.add(side.sign * SECOND_ARGUMENT, two)


class Counter:
    """A number for each situation, as columns of binary digits."""

    def __init__(self, full: int) -> None:
        self.full = full
        self.digits: list[int] = []
        self.less = 0

    def add(self, points: int, lanes: int) -> None:
        """Add points in some situations."""
        if not lanes:
            return
        if points < 0:
            # Subtracting here is adding everywhere else, and subtracting from all.
            self.less -= points
            points, lanes = -points, self.full & ~lanes
        place = 0
        while points:
            if points & 1:
                self._carry(place, lanes)
            points >>= 1
            place += 1

    def _carry(self, place: int, lanes: int) -> None:
        digits = self.digits
        while len(digits) <= place:
            digits.append(0)
        while lanes:
            if place == len(digits):
                digits.append(lanes)
                return
            digits[place], lanes = digits[place] ^ lanes, digits[place] & lanes
            place += 1

    def at_least(self, level: int) -> int:
        """The situations in which the number reaches a level."""
        level += self.less
        if level <= 0:
            return self.full
        if level >> len(self.digits):
            return 0
        above, equal = 0, self.full
        for place in range(len(self.digits) - 1, -1, -1):
            digit = self.digits[place]
            if level >> place & 1:
                equal &= digit
            else:
                above |= equal & digit
                equal &= ~digit
        return above | equal
