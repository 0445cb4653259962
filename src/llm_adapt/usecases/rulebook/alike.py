"""Names for the parts of two charts: parts with one name decide the same.

A name says what a part tests and what it leads to, not how it is called, where it was written or
in which order. What is known already may be left out of it: then more parts are alike.
"""

from collections.abc import Hashable, Iterator

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.tally import Side
from llm_adapt.usecases.rulebook.partial import Known, open_bit, outcome


class Names:
    """Hands out numbers for parts and tests, the same for the same."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._tests: dict[Hashable, int] = {}
        self._written: dict[int, str] = {}

    def unify(self, one: Spot, other: Spot) -> None:
        """Take two wordings of a test for the same from now on."""
        self._tests[self.written(other)] = self._test(one)

    def parts(self, spots: list[Spot]) -> list[int]:
        """The name of the part that begins at each spot; those that follow stand before it."""
        found: list[int] = []
        for spot in spots:
            if spot.outcome is not None:
                found.append(self._number(spot.outcome))
                continue
            ways = found[spot.yes], found[spot.no], found[spot.unknown]
            found.append(self._part(self._test(spot), ways))
        return found

    def rest(self, spots: list[Spot], index: int, known: Known) -> int:
        """The name of what is left of a part once something is known."""
        made: dict[int, int] = {}

        def name(index: int) -> int:
            if index not in made:
                made[index] = named(spots[index])
            return made[index]

        def named(spot: Spot) -> int:
            if spot.outcome is not None:
                return self._number(spot.outcome)
            value, bit = outcome(spot, known)
            if not bit:
                return name({YES: spot.yes, NO: spot.no, UNKNOWN: spot.unknown}[value])
            ways = name(spot.yes), name(spot.no), name(spot.unknown)
            return self._part(self._left(spot, known), ways)

        return name(index)

    def apart(self, mine: list[Spot], theirs: list[Spot]) -> int:
        """The atoms of what only one of two charts tests."""
        said = [
            {piece: mask for spot in spots for piece, mask in self._pieces(spot)}
            for spots in (mine, theirs)
        ]
        atoms = 0
        for one, other in (said, said[::-1]):
            for piece, mask in one.items():
                atoms |= mask if piece not in other else 0
        return atoms

    def _pieces(self, spot: Spot) -> Iterator[tuple[Hashable, int]]:
        """What a test is made of: itself, or the arguments of a tally."""
        if spot.outcome is not None:
            return
        if spot.logic is not None:
            yield (spot.vetoed, self._test(spot)), spot.mask
        for side in spot.sides:
            for points, logic in side.arguments:
                yield (spot.level, side.sign, points, self._logic(logic)), logic.mask

    def _part(self, test: Hashable, ways: tuple[int, int, int]) -> int:
        return ways[0] if len(set(ways)) == 1 else self._number((test, ways))

    def _number(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _test(self, spot: Spot) -> int:
        return self._tests.setdefault(self.written(spot), len(self._tests))

    def written(self, spot: Spot) -> Hashable:
        """A test as it is written, order and repetition aside."""
        if spot.logic is not None:
            seen = spot.context & spot.logic.mask, spot.context_mask & spot.logic.mask
            return self._logic(spot.logic), seen
        sides = (repr((side.sign, self._arguments(side))) for side in spot.sides)
        return spot.level, tuple(sorted(sides))

    def _arguments(self, side: Side) -> list[tuple[int, str]]:
        return sorted((points, self._logic(logic)) for points, logic in side.arguments)

    def _left(self, spot: Spot, known: Known) -> Hashable:
        """An open test, without the arguments of a tally that are no longer heard."""
        if spot.logic is not None:
            return self._test(spot)
        true, false = spot.seen(known.true, known.false)
        sides: list[str] = []
        for side in spot.sides:
            heard = sorted(
                (points, said)
                for points, logic in side.arguments
                if (said := self._said(logic, true, false, known.blank))
            )
            sides += [repr((side.sign, heard))] if heard else []
        return "tally", spot.level, tuple(sorted(sides))

    def _said(self, logic: Logic, true: int, false: int, blank: int) -> str:
        value = logic.test(true, false)
        if value == NO:
            return ""
        if value == YES:
            return "yes"
        return self._logic(logic) if open_bit(logic, true, false, blank) else "unknown"

    def _logic(self, logic: Logic) -> str:
        key = id(logic)
        if key not in self._written:
            single = not logic.parts and (logic.hold | logic.fail).bit_count() == 1
            parts = sorted({self._logic(part) for part in logic.parts})
            self._written[key] = repr((single or logic.every, logic.hold, logic.fail, parts))
        return self._written[key]
