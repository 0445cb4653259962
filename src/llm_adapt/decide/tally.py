"""Arguments heard for and against, added up so that what says the same counts once.

Within one topic the strongest argument of a side counts in full and a second one adds a point:
correlated evidence is no stronger for being repeated. Topics add up; what speaks against is
subtracted. This module is the only place that says so; the proofs follow `hear` and `worth`.
"""

from collections.abc import Iterable, Mapping

from llm_adapt.decide.conditions import YES, Logic, Test
from llm_adapt.rules.model import Rule
from llm_adapt.rules.record import record

SECOND_ARGUMENT = 1
# The points of the strongest argument heard, and whether there was another.
Heard = tuple[int, bool]
SILENCE: Heard = (0, False)


def hear(heard: Heard, points: int) -> Heard:
    """What was heard of a topic with one argument more."""
    return (max(heard[0], points), heard[0] > 0)


def worth(heard: Heard) -> int:
    """What the arguments of a topic come to."""
    return heard[0] + (SECOND_ARGUMENT if heard[1] else 0)


@record(frozen=True)
class Topic:
    """The arguments about one thing that pull the same way: points and rule, strongest first."""

    target: str
    name: str
    sign: int
    arguments: tuple[tuple[int, str], ...]


def topics_of(rules: Mapping[str, Rule]) -> tuple[Topic, ...]:
    """All topics, by target, name and direction."""
    grouped: dict[tuple[str, str, int], list[tuple[int, str]]] = {}
    for rule in rules.values():
        for argument in rule.arguments:
            key = (argument.target, argument.topic, 1 if argument.favours else -1)
            grouped.setdefault(key, []).append((argument.strength.points, rule.id))
    return tuple(
        Topic(*key, tuple(sorted(found, key=lambda each: (-each[0], each[1]))))
        for key, found in sorted(grouped.items())
    )


class RuleMatcher:
    """The rules that argue or rule out, one bit for each, tested in one pass.

    A rule that is a plain list of comparisons is tested in place; most are.
    """

    def __init__(
        self, rules: Mapping[str, Rule], logic: Mapping[str, Logic], topics: tuple[Topic, ...]
    ) -> None:
        self._every: list[tuple[int, int, int]] = []
        self._some: list[tuple[int, int, int]] = []
        self._other: list[tuple[Test, int]] = []
        self.topics = topics
        self.rules: dict[int, Rule] = {}
        self.vetoes = 0
        speaking = [rule for rule in rules.values() if rule.arguments or rule.rules_out]
        for number, rule in enumerate(speaking):
            self._add(1 << number, rule, logic[rule.id])
        bits = {rule.id: bit for bit, rule in self.rules.items()}
        spoken: dict[int, list[tuple[int, int]]] = {bit: [] for bit in self.rules}
        for index, topic in enumerate(topics):
            for points, name in topic.arguments:
                spoken[bits[name]].append((index, points))
        self._spoken = {bit: tuple(found) for bit, found in spoken.items()}

    def _add(self, bit: int, rule: Rule, logic: Logic) -> None:
        self.rules[bit] = rule
        self.vetoes |= bit if rule.rules_out else 0
        if logic.parts:
            self._other.append((logic.test, bit))
        elif logic.every:
            self._every.append((logic.hold, logic.fail, bit))
        else:
            self._some.append((logic.hold, logic.fail, bit))

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

    def worths(self, fired: int) -> list[int]:
        """What each topic comes to, signed."""
        heard = [SILENCE] * len(self.topics)
        while fired:
            bit = fired & -fired
            fired ^= bit
            for topic, points in self._spoken[bit]:
                heard[topic] = hear(heard[topic], points)
        return [topic.sign * worth(each) for topic, each in zip(self.topics, heard, strict=True)]

    def ruled_out(self, fired: int) -> dict[str, list[str]]:
        """The strategies that rules among the fired rule out, with the ids of those rules."""
        found: dict[str, list[str]] = {}
        fired &= self.vetoes
        while fired:
            bit = fired & -fired
            fired ^= bit
            for name in self.rules[bit].rules_out:
                found.setdefault(name, []).append(self.rules[bit].id)
        return found


def bounds(
    topics: Iterable[Topic], logic: Mapping[str, Logic], true: int, false: int
) -> tuple[int, int]:
    """The least and most that topics could come to by themselves once every answer is known.

    True bounds, though not always reached: topics can hang on the same answers.
    """
    least = most = 0
    for topic in topics:
        sure = possible = SILENCE
        for points, rule in topic.arguments:
            value = logic[rule].test(true, false)
            if value == YES:
                sure = hear(sure, points)
            if value:
                possible = hear(possible, points)
        ends = topic.sign * worth(sure), topic.sign * worth(possible)
        least += min(ends)
        most += max(ends)
    return least, most
