"""Pairs of neighbouring answers to one question, all else the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from llm_adapt.rules.value import Value
from llm_adapt.verify.space import Space


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to a question, with answers to what conditions compare it with."""

    question: str
    one: Value
    two: Value
    beside: Mapping[str, Value]


def steps_up(
    space: Space, question: str, order: Callable[[list[Value]], list[Value]]
) -> Iterator[Pair]:
    """Neighbouring answers to a question in an order, beside all it is compared with."""
    atoms = space.program.atoms
    partners = sorted({n for pair in atoms.ratios if question in pair for n in pair} - {question})

    def beside(names: list[str], values: dict[str, Value]) -> Iterator[dict[str, Value]]:
        if not names:
            yield values
            return
        for value in atoms.representatives(names[0], values):
            yield from beside(names[1:], {**values, names[0]: value})

    for values in beside(partners, {}):
        steps = order(atoms.representatives(question, values))
        for one, two in pairwise(steps):
            yield Pair(question, one, two, values)
