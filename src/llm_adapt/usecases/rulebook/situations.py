"""Situations to hold two rule sets against: the small ones all, and a fixed choice of the rest."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from llm_adapt.decide.atoms import Atoms
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import NOT_APPLICABLE, Value
from llm_adapt.usecases.rulebook.paired import Pair

SEED = 20_240_807
# How much of the questions a situation answers; sparse ones are what people bring.
DENSITIES = (0.25, 0.5, 0.75, 1.0)
LISTED = 0.25
MAGNITUDES = (1, 7, 100, 10_000)
Values = dict[str, Value]


def sampled(pair: Pair, count: int) -> Iterator[Values]:
    """The same situations each time: every answer that conditions tell apart is as likely."""
    random = Random(SEED)  # noqa: S311 (a fixed choice, no secret)
    sampler = _Sampler(pair, random)
    for index in range(count):
        yield sampler.draw(DENSITIES[index % len(DENSITIES)])


class _Sampler:
    def __init__(self, pair: Pair, random: Random) -> None:
        self.atoms = pair.atoms
        self.random = random
        self.compared = {name for ratio in pair.atoms.ratios for name in ratio}
        self.options = {
            name: _options(pair, name)
            for name in pair.fields
            if pair.atoms.questions[name].kind is not Kind.SEVERAL
        }
        self.items = {
            name: _items(pair, pair.atoms.questions[name])
            for name in pair.fields
            if name not in self.options
        }

    def draw(self, density: float) -> Values:
        """One situation."""
        random = self.random
        values: Values = {}
        for name, options in self.options.items():
            if random.random() < density:
                values[name] = random.choice(self._beside(name, values) or options)
        for name, items in self.items.items():
            if random.random() < density:
                values[name] = tuple(item for item in items if random.random() < LISTED)
        return values

    def _beside(self, name: str, values: Values) -> list[Value]:
        """Numbers on both sides of what ratios to earlier answers are compared with."""
        if name not in self.compared or self.random.random() < LISTED:
            return []
        found = self.atoms.representatives(name, values)
        return [value for value in found if value != NOT_APPLICABLE]


def _options(pair: Pair, name: str) -> list[Value]:
    found = pair.atoms.representatives(name, {})
    return [value for value in found if value != NOT_APPLICABLE] or found


def _items(pair: Pair, question: Question) -> list[str]:
    prefix = f"{question.id}:"
    found = (pair.atoms.variables[index].name for index in pair.atoms.by_question[question.id])
    return [name.removeprefix(prefix) for name in found]


def small(pair: Pair, answers: int) -> Iterator[Values]:
    """Every situation of none, one or two answers; a list counts its items."""
    if not answers:
        yield {}
        return
    single = list(_single(pair))
    if answers == 1:
        yield from single
        return
    for name in pair.fields:
        if pair.atoms.questions[name].kind is Kind.SEVERAL:
            items = _items(pair, pair.atoms.questions[name])
            for listed in combinations(items, 2):
                yield {name: listed}
    yield from _compared(pair)
    for one, two in combinations(single, 2):
        if one.keys() != two.keys():
            yield one | two


def _single(pair: Pair) -> Iterator[Values]:
    for name in pair.fields:
        question = pair.atoms.questions[name]
        if question.kind is Kind.SEVERAL:
            yield {name: ()}
            for item in _items(pair, question):
                yield {name: (item,)}
            continue
        for value in numbers(pair.atoms, name, {}):
            yield {name: value}


def _compared(pair: Pair) -> Iterator[Values]:
    """Two numbers on either side of what their ratio is compared with."""
    for top, bottom in pair.atoms.ratios:
        for under in numbers(pair.atoms, bottom, {}):
            for over in pair.atoms.representatives(top, {bottom: under}):
                yield {top: over, bottom: under}


def numbers(atoms: Atoms, name: str, others: Values) -> list[Value]:
    """Answers that conditions tell apart; of numbers some sizes besides, for the sake of ratios."""
    found = atoms.representatives(name, others)
    if not atoms.questions[name].numeric or not any(name in ratio for ratio in atoms.ratios):
        return found
    read = (atoms.questions[name].read(number) for number in MAGNITUDES)
    return [*(value for value in read if isinstance(value, float | int)), *found]


def size(values: Values) -> int:
    """How many answers there are; a list counts its items."""
    return sum(max(1, len(v)) if isinstance(v, tuple) else 1 for v in values.values())


def shrunk(pair: Pair, values: Values) -> Values:
    """The situation without any answer or item that its two first places do without."""
    for name in list(values):
        for smaller in _without(values, name):
            before, after = pair.firsts(smaller)
            if before != after:
                return shrunk(pair, smaller)
    return values


def _without(values: Values, name: str) -> Iterator[Values]:
    yield {key: value for key, value in values.items() if key != name}
    value = values[name]
    if isinstance(value, tuple):
        for item in value:
            yield {**values, name: tuple(other for other in value if other != item)}
