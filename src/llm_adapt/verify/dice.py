"""Numbers that look random and are the same every time: the core has no clock and no chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

_WORD = 1 << 64
_T = TypeVar("_T")


@dataclass(slots=True)
class Dice:
    """Draws one thing after another."""

    state: int = 1

    def pick(self, count: int) -> int:
        """A number below `count`."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % _WORD
        return (self.state >> 33) % count

    def choice(self, things: Sequence[_T]) -> _T:
        """One of some things."""
        return things[self.pick(len(things))]
