"""Arguments heard for and against, added up so that what says the same counts once.

Within one topic the strongest argument of a side counts in full and a second one adds a point:
correlated evidence is no stronger for being repeated. Topics add up; what speaks against is
subtracted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llm_adapt.decide.logic import UNKNOWN, YES, Logic
from llm_adapt.rules.model import Rule

SECOND_ARGUMENT = 1
Points = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Side:
    """The arguments of one topic that pull the same way: points and condition, strongest first."""

    sign: int
    arguments: tuple[tuple[int, Logic], ...]
    mask: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        mask = 0
        for _, logic in self.arguments:
            mask |= logic.mask
        object.__setattr__(self, "mask", mask)

    def now(self, true: int, false: int) -> int:
        """What the arguments that surely hold are worth."""
        best = 0
        for points, logic in self.arguments:
            if logic.test(true, false) == YES:
                if best:
                    return self.sign * (best + SECOND_ARGUMENT)
                best = points
        return self.sign * best

    def bounds(self, true: int, false: int) -> tuple[int, int]:
        """The least and most they can be worth once every answer is known."""
        sure = possible = sure_count = possible_count = 0
        for points, logic in self.arguments:
            value = logic.test(true, false)
            if value == YES:
                sure = sure or points
                sure_count += 1
            if value in {YES, UNKNOWN}:
                possible = possible or points
                possible_count += 1
        low = sure + (SECOND_ARGUMENT if sure_count > 1 else 0)
        high = possible + (SECOND_ARGUMENT if possible_count > 1 else 0)
        return (low, high) if self.sign > 0 else (-high, -low)

    def open_logic(self, true: int, false: int) -> tuple[int, Logic] | None:
        """The weightiest argument still unknown, with its points."""
        for points, logic in self.arguments:
            if logic.test(true, false) == UNKNOWN:
                return points, logic
        return None


def sides_for(
    targets: frozenset[str], rules: Mapping[str, Rule], logic: Mapping[str, Logic]
) -> tuple[Side, ...]:
    """The arguments about any of the targets, by target, topic and direction."""
    grouped: dict[tuple[str, str, bool], list[tuple[int, str]]] = {}
    for rule in rules.values():
        for argument in rule.arguments:
            if argument.target in targets:
                key = (argument.target, argument.topic, argument.favours)
                grouped.setdefault(key, []).append((argument.strength.points, rule.id))
    return tuple(
        Side(
            1 if favours else -1,
            tuple((points, logic[rule]) for points, rule in sorted(found, key=_strongest)),
        )
        for (_, _, favours), found in sorted(grouped.items())
    )


def _strongest(argument: tuple[int, str]) -> tuple[int, str]:
    return -argument[0], argument[1]


def total(sides: tuple[Side, ...], true: int, false: int) -> int:
    """The tally of what is known now."""
    return sum(side.now(true, false) for side in sides)


def total_bounds(sides: tuple[Side, ...], true: int, false: int) -> tuple[int, int]:
    """Bounds of the tally over every way of answering the rest; not always reached."""
    low = high = 0
    for side in sides:
        least, most = side.bounds(true, false)
        low += least
        high += most
    return low, high
