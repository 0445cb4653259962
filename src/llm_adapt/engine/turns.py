"""Which questions must change their answers so that a test of the chart goes another way.

The sets found are necessary, not always enough: freeing the answers to a set leaves a way open
in three-valued logic, while no answer may really take it. No set that is enough is missing, so
the least number of changes can be bounded from below without trying answers.
"""

from collections.abc import Iterator, Mapping

from llm_adapt.engine.chart import Spot
from llm_adapt.engine.logic import NO, UNKNOWN, YES
from llm_adapt.engine.program import Program
from llm_adapt.engine.tally import SECOND_ARGUMENT, Side
from llm_adapt.model.question import Value

# What a side can be worth now, least and most; and the most it may come to, least and most.
_Span = tuple[int, int, int, int]


class Turns:
    """The sets of questions that can turn the spots of a chart, seen from one situation.

    A set is an integer with one bit for each question, in the order of the rule set.
    """

    def __init__(self, program: Program, values: Mapping[str, Value]) -> None:
        atoms = program.atoms
        self.spots = program.chart.spots
        self.state = program.state(values)
        self.names = tuple(name for name in program.rules.questions if name in atoms.by_question)
        self.masks = tuple(
            sum(atoms.variables[index].mask for index in atoms.by_question[name])
            for name in self.names
        )
        self._asked: dict[int, int] = {}
        self._freed: dict[int, int] = {0: 0}
        self._spans: dict[tuple[int, int], _Span] = {}
        self._sets: dict[tuple[object, ...], dict[int, list[int]]] = {}
        self._ways: dict[tuple[object, ...], frozenset[int]] = {}

    def asked(self, mask: int) -> int:
        """The questions whose answers some atoms hang on."""
        if mask not in self._asked:
            self._asked[mask] = sum(
                1 << place for place, own in enumerate(self.masks) if own & mask
            )
        return self._asked[mask]

    def freed(self, questions: int) -> int:
        """The atoms that are open once the answers to some questions are."""
        if questions not in self._freed:
            low = questions & -questions
            rest = self.freed(questions ^ low)
            self._freed[questions] = rest | self.masks[low.bit_length() - 1]
        return self._freed[questions]

    def way(self, spot: Spot) -> int:
        """Where a spot leads on the answers as they are."""
        value = spot.now(*spot.seen(*self.state))
        return (spot.no, spot.yes, spot.unknown)[value]

    def leads(self, questions: int) -> list[int]:
        """For each spot the outcomes that may follow it once some questions are answered anew."""
        found: list[int] = []
        for spot in self.spots:
            if spot.outcome is not None:
                found.append(spot.outcomes)
                continue
            ways = (spot.no, spot.yes, spot.unknown)
            outcomes = 0
            for value in self.possible(spot, questions):
                outcomes |= found[ways[value]]
            found.append(outcomes)
        return found

    def sets(self, spot: Spot, way: int, room: int) -> Iterator[int]:
        """The smallest sets of at most `room` questions that can send a spot a way, by size."""
        results = tuple(
            value
            for value, to in enumerate((spot.no, spot.yes, spot.unknown))
            if to == way
        )
        key = (id(spot.logic), id(spot.sides), spot.level, spot.context, results)
        known = self._sets.setdefault(key, {})
        for size in range(room + 1):
            if size not in known:
                known[size] = list(self._of_size(spot, results, size, known))
            yield from known[size]
            if size == 0 and known[0]:
                return

    def _of_size(
        self, spot: Spot, results: tuple[int, ...], size: int, known: Mapping[int, list[int]]
    ) -> Iterator[int]:
        smaller = [found for less in range(size) for found in known[less]]
        asked = self.asked(spot.mask)
        places = [place for place in range(len(self.names)) if asked >> place & 1]
        if size > len(places):
            return
        yield from self._grow(spot, results, size, places, smaller)

    def _grow(
        self,
        spot: Spot,
        results: tuple[int, ...],
        size: int,
        places: list[int],
        smaller: list[int],
        chosen: int = 0,
    ) -> Iterator[int]:
        if size == 0:
            if self.possible(spot, chosen) & set(results):
                yield chosen
            return
        for index in range(len(places) - size + 1):
            larger = chosen | 1 << places[index]
            if any(less & larger == less for less in smaller):
                continue
            yield from self._grow(
                spot, results, size - 1, places[index + 1 :], smaller, larger
            )

    def possible(self, spot: Spot, questions: int) -> frozenset[int]:
        """The truths that a spot's test may have once some questions are answered anew."""
        opened = self.freed(questions) & spot.mask
        key = (id(spot.logic), id(spot.sides), spot.level, spot.context, opened)
        if key not in self._ways:
            true, false = spot.seen(*self.state)
            if spot.logic is None:
                self._ways[key] = self._tallied(spot, opened)
            elif not opened:
                self._ways[key] = frozenset((spot.logic.test(true, false),))
            else:
                value = spot.logic.test(true & ~opened, false & ~opened)
                known = true | false | opened
                closed = not spot.logic.mask & ~known
                self._ways[key] = (
                    frozenset((value,))
                    if value != UNKNOWN
                    else frozenset((YES, NO) if closed else (YES, NO, UNKNOWN))
                )
        return self._ways[key]

    def _tallied(self, spot: Spot, opened: int) -> frozenset[int]:
        low = high = least = most = 0
        for side in spot.sides:
            span = self._span(side, opened)
            low, high = low + span[0], high + span[1]
            least, most = least + span[2], most + span[3]
        found = {YES} if high >= spot.level else set[int]()
        if low < spot.level:
            found |= {NO} if least < spot.level else set()
            found |= {UNKNOWN} if most >= spot.level else set()
        return frozenset(found)

    def _span(self, side: Side, opened: int) -> _Span:
        opened &= side.mask
        key = (id(side), opened)
        if key not in self._spans:
            true, false = self.state[0] & ~opened, self.state[1] & ~opened
            sure, can, must, may = _Worth(), _Worth(), _Worth(), _Worth()
            for points, logic in side.arguments:
                value = logic.test(true, false)
                if value == NO:
                    continue
                turned = logic.mask & opened
                may.hear(points)
                if value == YES:
                    sure.hear(points)
                if value == YES or turned:
                    can.hear(points)
                if value == YES or not turned:
                    must.hear(points)
            self._spans[key] = (
                (sure.worth, can.worth, must.worth, may.worth)
                if side.sign > 0
                else (-can.worth, -sure.worth, -can.worth, -sure.worth)
            )
        return self._spans[key]


class _Worth:
    """What arguments heard from the strongest on are worth."""

    __slots__ = ("heard", "worth")

    def __init__(self) -> None:
        self.worth = self.heard = 0

    def hear(self, points: int) -> None:
        """One argument more."""
        self.heard += 1
        if self.heard == 1:
            self.worth = points
        elif self.heard == 2:  # noqa: PLR2004 (the second adds its step, further ones nothing)
            self.worth += SECOND_ARGUMENT
