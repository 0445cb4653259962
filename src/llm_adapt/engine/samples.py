"""Complete situations picked evenly from all that are possible: cheap witnesses of what can be.

What a sample shows is certain; what none shows is left to the search that proves.
"""

from collections.abc import Sequence
from functools import cache

from llm_adapt.engine.chart import Chart
from llm_adapt.engine.lanes import Columns, Lanes
from llm_adapt.engine.ways import Choice

_WORD = 64
_MULTIPLIER, _INCREMENT = 6364136223846793005, 1442695040888963407
_STRIDE = 61


@cache
def _digits(words: int) -> int:
    """The same evenly spread binary digits every time."""
    value, found = 1, bytearray()
    for _ in range(2 * words):
        value = (value * _MULTIPLIER + _INCREMENT) % (1 << _WORD)
        found += (value >> _WORD // 2).to_bytes(_WORD // 16, "little")
    return int.from_bytes(found, "little")


class Samples:
    """Some complete situations, and beside each of them its neighbours that differ in one answer."""

    def __init__(
        self, chart: Chart, state: tuple[int, int], choices: Sequence[Choice], count: int
    ) -> None:
        self.chart = chart
        self.state = state
        self.count = count
        self.full = (1 << count) - 1
        self._taken = 0
        self._stream = _digits(1024 + count // _WORD + 1)
        self.choices = choices
        self.picked = {choice.index: self._pick(choice) for choice in choices}

    def _pick(self, choice: Choice) -> list[int]:
        """For each way of a choice, the situations that have it."""
        found: list[int] = []

        def halve(ways: int, lanes: int) -> None:
            if ways == 1:
                found.append(lanes)
                return
            coin = self._coin()
            halve(ways // 2, lanes & coin)
            halve(ways - ways // 2, lanes & ~coin)

        halve(len(choice.ways), self.full)
        return found

    def _coin(self) -> int:
        self._taken += _STRIDE
        return self._stream >> self._taken & self.full

    def outcomes(self) -> dict[int, int]:
        """What the situations come to."""
        columns: Columns = {}
        for choice in self.choices:
            columns |= _columns(choice, self.picked[choice.index])
        return Lanes(self.chart, self.state, columns, self.full).outcomes()

    def neighbours(self, turned: Sequence[tuple[Choice, str]], step: int) -> dict[int, int]:
        """The same with a block of neighbours for each question after the situations themselves.

        `step` picks which of the other answers to the question the neighbours have.
        """
        blocks = len(turned) + 1
        repeat = sum(1 << block * self.count for block in range(blocks))
        columns: Columns = {}
        for choice in self.choices:
            for bit, lanes in _columns(choice, self.picked[choice.index]).items():
                columns[bit] = lanes * repeat
        for block, (choice, question) in enumerate(turned, 1):
            here = _columns(choice, self.picked[choice.index])
            for bit, lanes in _columns(choice, self._turned(choice, question, step)).items():
                columns[bit] ^= (lanes ^ here[bit]) << block * self.count
        return Lanes(self.chart, self.state, columns, (1 << blocks * self.count) - 1).outcomes()

    def _turned(self, choice: Choice, question: str, step: int) -> list[int]:
        found = [0] * len(choice.ways)
        turns = choice.turns[question]
        for way, lanes in enumerate(self.picked[choice.index]):
            others = turns[way]
            found[others[step % len(others)] if others else way] |= lanes
        return found


def _columns(choice: Choice, picked: Sequence[int]) -> Columns:
    columns: Columns = {}
    rest = choice.mask
    while rest:
        bit = rest & -rest
        rest ^= bit
        lanes = 0
        for (true, _), chosen in zip(choice.ways, picked, strict=True):
            if true & bit:
                lanes |= chosen
        columns[bit] = lanes
    return columns
