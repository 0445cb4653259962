"""Two answers to one question, all else equal: whether they can lead to different first places."""

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.reach import Budget, Walker


class Comparison:
    """Two walks side by side that differ in one answer: can they end apart?"""

    def __init__(self, walker: Walker, one: Bits, two: Bits, budget: Budget) -> None:
        self.walker = walker
        self.one, self.two = one, two
        self.budget = budget
        self.seen: set[tuple[object, ...]] = set()

    def run(self, start: int, state: Bits) -> bool:
        """Whether some way of answering the rest tells the two apart."""
        return self._go(start, start, *state)

    def _go(self, first: int, second: int, true: int, false: int) -> bool:
        walker = self.walker
        one = true | self.one[0], false | self.one[1]
        two = true | self.two[0], false | self.two[1]
        here, there = walker.stop(first, *one), walker.stop(second, *two)
        if not here.bit and not there.bit:
            return here.index != there.index
        ends = walker.outcomes[here.index], walker.outcomes[there.index]
        if not ends[0] & ends[1]:
            return True
        keys = here.key(*one), there.key(*two)
        if (ends[0] | ends[1]).bit_count() == 1 or keys[0] == keys[1] or keys in self.seen:
            return False
        self.seen.add(keys)
        self.budget.left -= 1
        if self.budget.spent:
            return True
        # The walk that lags behind goes first: it may fall in with the other.
        bit = max(here, there, key=lambda stop: (stop.bit > 0, stop.index)).bit
        return any(
            self._go(here.index, there.index, true | cell.true, false | cell.false)
            for cell in walker.splitter.cells(bit, true, false)
        )
