"""Complete situations that agree with what is known, dealt out evenly among what is open."""

from collections.abc import Sequence
from functools import cache

from llm_adapt.decide.columns import FULL, SITUATIONS, Column, Evaluation, positions, sheet_of
from llm_adapt.decide.program import Program
from llm_adapt.decide.splitter import Block, Option, Splitter
from llm_adapt.rules.model import Kind

# How far the answers of a question are moved on to other situations.
TURNS = (691, 1249)


class Situations:
    """Complete situations that agree with what is known, and where each of them ends."""

    def __init__(self, program: Program, splitter: Splitter, state: tuple[int, int]) -> None:
        self.sheet = sheet_of(program)
        self.splitter = splitter
        known = state[0] | state[1]
        self.true = [FULL if state[0] >> i & 1 else 0 for i in range(self.sheet.width)]
        self.false = [FULL if state[1] >> i & 1 else 0 for i in range(self.sheet.width)]
        self.blocks = [block for block in splitter.blocks if block.mask & ~known]
        self.chosen = {id(block): _spread(block, splitter) for block in self.blocks}
        for block in self.blocks:
            _lay(block, self.chosen[id(block)], self.true, self.false, known)
        self._known = known
        # Atoms that nobody can settle stay unknown in every situation.
        self._lasting = bool(splitter.unknown)
        self._base = Evaluation(self.sheet, (self.true, self.false), lasting=self._lasting)
        self.ends = self._base.ends()
        self.tested = self._base.tested

    def outcomes(self) -> int:
        """The outcomes that these situations end at, as bits of the chart."""
        found = 0
        for index, column in self.ends.items():
            found |= self.sheet.chart.spots[index].outcomes if column else 0
        return found

    def changed(self, question: str, turn: int) -> Column:
        """The situations that end elsewhere when their answers to a question are moved round."""
        blocks = [b for b in self.blocks if question in b.questions]
        mask = 0
        for block in blocks:
            mask |= block.mask
        if not mask & self.tested:
            return 0
        true, false = list(self.true), list(self.false)
        for block in blocks:
            moved = [_turned(column, turn) for column in self.chosen[id(block)]]
            _lay(block, moved, true, false, self._known)
        moved_on = Evaluation(
            self.sheet, (true, false), lasting=self._lasting, base=self._base, mask=mask
        )
        return moved_on.moved(self._base)

    def option(self, block: Block, situation: int) -> Option:
        """The option of a block that one situation has."""
        for option, column in zip(block.options, self.chosen[id(block)], strict=True):
            if column >> situation & 1:
                return option
        return block.options[0]


def _turned(column: Column, turn: int) -> Column:
    return (column << turn | column >> (SITUATIONS - turn)) & FULL


def _lay(
    block: Block, chosen: Sequence[Column], true: list[Column], false: list[Column], known: int
) -> None:
    for position in positions(block.mask & ~known):
        bit = 1 << position
        true[position] = false[position] = 0
        for option, column in zip(block.options, chosen, strict=True):
            if option.true & bit:
                true[position] |= column
            elif option.false & bit:
                false[position] |= column


def _spread(block: Block, splitter: Splitter) -> list[Column]:
    """The situations dealt out among the options, the same way each time."""
    count = len(block.options)
    several = splitter.atoms.questions[block.questions[0]].kind is Kind.SEVERAL
    # An item of a list is there in one of four; other options are dealt evenly, near enough.
    width = 2 if several else count.bit_length() + 1 if count > 1 else 0
    parts = [FULL]
    first = (block.mask & -block.mask).bit_length()
    for step in range(width):
        scattered = _scattered(first, step)
        parts = [p for part in parts for p in (part & scattered, part & ~scattered)]
    chosen = [0] * count
    for index, part in enumerate(parts):
        chosen[(index > 0) if several and count > 1 else index % count] |= part
    return chosen


@cache
def _scattered(first: int, step: int) -> Column:
    """Half of the situations, scattered; a number that looks random and never changes."""
    seed = (first * 16 + step + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    column = 0
    for _ in range(SITUATIONS // 32):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        column = column << 32 | seed >> 32
    return column
