"""All rules tested in one pass, and what their arguments come to for every need and strategy."""

from collections.abc import Mapping

from llm_adapt.decide.logic import YES, Logic, Test
from llm_adapt.decide.tally import SECOND_ARGUMENT
from llm_adapt.rules.model import Rule


class Firing:
    """The rules that argue or rule out, one bit for each.

    A rule that is a plain list of comparisons is tested in place; most are.
    """

    def __init__(self, rules: Mapping[str, Rule], logic: Mapping[str, Logic]) -> None:
        self._every: list[tuple[int, int, int]] = []
        self._some: list[tuple[int, int, int]] = []
        self._other: list[tuple[Test, int]] = []
        self._arguments: dict[int, tuple[tuple[int, int], ...]] = {}
        self._sides: list[tuple[str, int]] = []
        self.targets: tuple[str, ...] = ()
        self.vetoes = 0
        self.by_bit: dict[int, Rule] = {}
        for number, rule in enumerate(r for r in rules.values() if r.arguments or r.rules_out):
            self._add(1 << number, rule, logic[rule.id])
        self._number_sides()

    def _add(self, bit: int, rule: Rule, logic: Logic) -> None:
        self.by_bit[bit] = rule
        self.vetoes |= bit if rule.rules_out else 0
        if logic.parts:
            self._other.append((logic.test, bit))
        elif logic.every:
            self._every.append((logic.hold, logic.fail, bit))
        else:
            self._some.append((logic.hold, logic.fail, bit))

    def _number_sides(self) -> None:
        numbers: dict[tuple[str, str, bool], int] = {}
        for bit, rule in self.by_bit.items():
            found: list[tuple[int, int]] = []
            for argument in rule.arguments:
                key = (argument.target, argument.topic, argument.favours)
                if key not in numbers:
                    numbers[key] = len(numbers)
                    self._sides.append((argument.target, 1 if argument.favours else -1))
                found.append((numbers[key], argument.strength.points))
            self._arguments[bit] = tuple(found)
        self.targets = tuple(dict.fromkeys(target for target, _ in self._sides))

    def fired(self, true: int, false: int) -> int:
        """The rules that hold on what is known, as bits."""
        found = 0
        for hold, fail, bit in self._every:
            if true & hold == hold and false & fail == fail:
                found |= bit
        for hold, fail, bit in self._some:
            if true & hold or false & fail:
                found |= bit
        for test, bit in self._other:
            if test(true, false) == YES:
                found |= bit
        return found

    def totals(self, fired: int) -> dict[str, int]:
        """The tally of every need and strategy part that some rule argues about."""
        best: dict[int, int] = {}
        again: set[int] = set()
        while fired:
            bit = fired & -fired
            fired ^= bit
            for side, points in self._arguments[bit]:
                heard = best.get(side)
                if heard is None:
                    best[side] = points
                else:
                    again.add(side)
                    if points > heard:
                        best[side] = points
        found = dict.fromkeys(self.targets, 0)
        for side, points in best.items():
            target, sign = self._sides[side]
            found[target] += sign * points
        for side in again:
            target, sign = self._sides[side]
            found[target] += sign * SECOND_ARGUMENT
        return found

    def ruled_out(self, fired: int) -> dict[str, list[str]]:
        """The strategies that rules among the fired rule out, with the ids of those rules."""
        found: dict[str, list[str]] = {}
        fired &= self.vetoes
        while fired:
            bit = fired & -fired
            fired ^= bit
            rule = self.by_bit[bit]
            for name in rule.rules_out:
                found.setdefault(name, []).append(rule.id)
        return found
