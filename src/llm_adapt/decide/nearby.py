"""Situations close to where a question decides: witnesses that an even spread does not meet.

To look at a test deep in the chart, the conditions on one way to it are settled, tallies on the
way are left open, and situations are then spread over the rest.
"""

from collections.abc import Iterator
from itertools import islice

from llm_adapt.decide.logic import NO, UNKNOWN, YES
from llm_adapt.decide.reach import State, Walker
from llm_adapt.decide.splitter import Option

# Tests that are approached for one question, ways to each, and options tried on a way.
GOALS = 4
WAYS = 8
STEPS = 120
_Path = tuple[tuple[int, int], ...]


def ways_near(walker: Walker, start: int, state: State, question: str) -> Iterator[list[Option]]:
    """Answers that lead to tests of a question, if the tallies on the way do."""
    mask = sum(block.mask for block in walker.splitter.blocks if question in block.questions)
    goals = [
        index
        for index, spot in enumerate(walker.spots)
        if spot.mask & mask and walker.onto[index] == index
    ]
    # A test of few answers hangs on the question more often than a tally of many.
    goals.sort(key=lambda index: (bool(walker.spots[index].sides), -index))
    for goal in goals[:GOALS]:
        for path in islice(_paths(walker, start, goal), WAYS):
            found = _Settling(walker, path).run(state)
            if found is not None:
                yield found
                break


def _paths(walker: Walker, start: int, goal: int) -> Iterator[_Path]:
    """Ways from the start to a goal, those with few open tests first."""
    far = len(walker.spots)
    tests: list[int] = []
    for index, spot in enumerate(walker.spots):
        if index == goal:
            tests.append(0)
        elif spot.outcome is not None:
            tests.append(far)
        elif walker.onto[index] != index:
            tests.append(tests[walker.onto[index]])
        else:
            tests.append(min(far, 1 + min(tests[spot.yes], tests[spot.no])))

    def go(index: int, path: _Path) -> Iterator[_Path]:
        index = walker.onto[index]
        if index == goal:
            yield path
            return
        spot = walker.spots[index]
        ways = sorted(((spot.yes, YES), (spot.no, NO)), key=lambda way: tests[way[0]])
        for way, truth in ways:
            if tests[way] < far:
                yield from go(way, (*path, (index, truth)))

    if tests[start] < far:
        yield from go(start, ())


class _Settling:
    """Settles what the conditions of a path hang on so that each goes the way of the path."""

    def __init__(self, walker: Walker, path: _Path) -> None:
        self.walker = walker
        self.left = STEPS
        self.wanted = [(walker.spots[i], truth) for i, truth in path if not walker.spots[i].sides]

    def run(self, state: State) -> list[Option] | None:
        """Answers that do it; nothing when none were found."""
        return self._go(*state, [])

    def _go(self, true: int, false: int, taken: list[Option]) -> list[Option] | None:
        bit = 0
        for spot, truth in self.wanted:
            value = spot.sure(*spot.seen(true, false))
            if value == UNKNOWN:
                bit = bit or self.walker.splitter.loose(spot.mask, true, false)
            elif value != truth:
                return None
        if not bit:
            return taken
        for option in self.walker.splitter.cells(bit, true, false):
            self.left -= 1
            if self.left < 0:
                return None
            found = self._go(true | option.true, false | option.false, [*taken, option])
            if found is not None:
                return found
        return None
