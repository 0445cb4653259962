"""Every comparison of a rule set as one bit; answers as the bits they make true and false.

A state of knowledge is a pair of integers: the atoms known to hold and those known not to. An atom
in neither is unknown. The answer `n/a` makes every comparison of its question false.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from math import inf
from operator import ge, gt, le, lt

from llm_adapt.decide.intervals import Interval, cells
from llm_adapt.rules.model import (
    AllOf,
    AnyOf,
    Condition,
    IsOneOf,
    Kind,
    NotOf,
    Question,
    Scale,
    Threshold,
)
from llm_adapt.rules.record import record
from llm_adapt.rules.value import NOT_APPLICABLE, Between, Value

Bits = tuple[int, int]
NOTHING: Bits = (0, 0)
Answers = Mapping[str, Value]
Atom = IsOneOf | Threshold
_COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt}
_BELOW = ("<", "<=")
_YES_NO = ("yes", "no")


class Line:
    """The bounds that a number is held against, as cuts of the line and the bits between them."""

    def __init__(self, bounds: Mapping[int, tuple[str, float]]) -> None:
        self.cuts = sorted({bound for _, bound in bounds.values()})
        self.mask = sum(bounds)
        self._bits: list[Bits] = []
        for sample in _samples(self.cuts):
            true = sum(bit for bit, (op, bound) in bounds.items() if _COMPARE[op](sample, bound))
            self._bits.append((true, self.mask & ~true))

    def at(self, value: float) -> Bits:
        """What a number makes true and false."""
        return self._bits[self._index(value)]

    def _index(self, value: float) -> int:
        index = bisect_left(self.cuts, value)
        return 2 * index + (index < len(self.cuts) and self.cuts[index] == value)

    def over(self, low: float, high: float) -> Bits:
        """What all numbers from one to another make true and false."""
        first, last = self._index(low), self._index(high)
        true, false = self._bits[first]
        for more, less in self._bits[first + 1 : last + 1]:
            true, false = true & more, false & less
        return true, false


@record(frozen=True)
class Relation:
    """Two numbers that conditions compare: `top` with numbers that grow with `bottom`, by bit."""

    top: str
    bottom: str
    bounds: Mapping[int, tuple[str, Scale]]

    @cached_property
    def mask(self) -> int:
        """The bits of all comparisons."""
        return sum(self.bounds)

    def bits(self, values: Answers) -> Bits:
        """What two answers make true and false together; nothing while one is unknown."""
        over, under = values.get(self.top), values.get(self.bottom)
        if NOT_APPLICABLE in (over, under) or under == 0:
            return 0, self.mask
        if not isinstance(over, float | int) or not isinstance(under, float | int):
            return NOTHING
        (least, most), (low, high) = ends_of(over), ends_of(under)
        true = false = 0
        for bit, (op, scale) in self.bounds.items():
            # What is least likely to hold, and what is most.
            small = scale.at(low)
            large = small if high == low else scale.at(high)
            worst, best = (least, large), (most, small)
            if op in _BELOW:
                worst, best = (most, small), (least, large)
            # Beside a zero every comparison is no.
            true |= bit if low and _COMPARE[op](*worst) else 0
            false |= 0 if _COMPARE[op](*best) else bit
        return true, false

    def cuts(self, name: str, other: float) -> Iterator[float]:
        """Where one of the two numbers changes what holds, the other being known."""
        if name == self.bottom:
            yield 0.0
        for _, scale in self.bounds.values():
            for end in set(ends_of(other)):
                found = scale.at(end) if name == self.top else scale.back(end)
                if found >= 0:
                    yield found


class Atoms:
    """The atoms of some conditions, and how answers settle them."""

    def __init__(self, questions: Mapping[str, Question], conditions: Iterable[Condition]) -> None:
        self.questions = questions
        self.bit: dict[tuple[object, ...], int] = {}
        # By question: what each value of a choice or item of a list settles; a number's line.
        self.choices: dict[str, dict[str, Bits]] = {}
        self.lines: dict[str, Line] = {}
        self.masks: dict[str, int] = {}
        self.relations: list[Relation] = []
        found = sorted({atom for c in conditions for atom in atoms_of(c)}, key=repr)
        grouped: dict[str, list[Atom]] = {}
        for atom in found:
            grouped.setdefault(atom.field, []).append(atom)
            if isinstance(atom, Threshold) and isinstance(atom.bound, Scale):
                grouped.setdefault(atom.bound.of, [])
        # Questions in their own order, so that ties between them fall as the rule set lists them.
        for name, question in questions.items():
            if name in grouped:
                self._add(question, grouped[name])
        self._relate(found)
        # Every bit that an answer can settle, alone or with another.
        self.reach = dict(self.masks)
        for relation in self.relations:
            for name in (relation.top, relation.bottom):
                self.reach[name] |= relation.mask

    def _new(self, key: tuple[object, ...]) -> int:
        return self.bit.setdefault(key, 1 << len(self.bit))

    def _add(self, question: Question, atoms: list[Atom]) -> None:
        name = question.id
        keys = [key for atom in atoms if not compares_two(atom) for key in keys_of(atom, question)]
        bits = {self._new(key): key for key in keys}
        self.masks[name] = mask = sum(bits)
        if question.numeric:
            self.lines[name] = Line(
                {bit: (str(key[1]), _number(key[2])) for bit, key in bits.items()}
            )
        elif question.kind is Kind.SEVERAL:
            self.choices[name] = {
                item: (self.bit[name, item], 0)
                for item in question.values
                if (name, item) in self.bit
            }
        else:
            values = _YES_NO if question.kind is Kind.YES_NO else tuple(question.values)
            self.choices[name] = {}
            for value in values:
                true = sum(bit for bit, key in bits.items() if value in _values(key[1]))
                self.choices[name][value] = (true, mask & ~true)

    def _relate(self, atoms: Iterable[Atom]) -> None:
        pairs: dict[tuple[str, str], dict[int, tuple[str, Scale]]] = {}
        for atom in atoms:
            if isinstance(atom, Threshold) and isinstance(atom.bound, Scale):
                bit = self._new(keys_of(atom, self.questions[atom.field])[0])
                pair = pairs.setdefault((atom.field, atom.bound.of), {})
                pair[bit] = (atom.op, atom.bound)
        self.relations = [Relation(top, bottom, bounds) for (top, bottom), bounds in pairs.items()]

    def answer(self, name: str, value: Value) -> Bits:
        """The bits that one answer settles by itself."""
        mask = self.masks.get(name, 0)
        if isinstance(value, str):
            return self.choices[name][value] if name in self.choices else NOTHING
        if isinstance(value, tuple):
            table = self.choices.get(name, {})
            true = sum(table[item][0] for item in value if item in table)
            return true, mask & ~true
        if isinstance(value, Between):
            return self.lines[name].over(value.low, value.high) if name in self.lines else NOTHING
        if isinstance(value, float | int):
            return self.lines[name].at(value) if name in self.lines else NOTHING
        return 0, mask

    def ranges(self, values: Answers) -> dict[str, Between]:
        """The numbers known by a range in which some comparison changes."""
        return {
            name: value
            for name, value in values.items()
            if isinstance(value, Between) and name in self.masks
            if sum(self.answer(name, value)) != self.masks[name]
            or self.reach[name] != self.masks[name]
        }

    def state(self, values: Answers) -> Bits:
        """The bits that all answers settle."""
        true = false = 0
        for name, value in values.items():
            more, less = self.answer(name, value)
            true |= more
            false |= less
        for relation in self.relations:
            more, less = relation.bits(values)
            true |= more
            false |= less
        return true, false

    def settled_by(self, name: str, values: Answers) -> Bits:
        """The bits that one of the answers settles, alone and beside the others."""
        true, false = self.answer(name, values[name])
        for relation in self.relations:
            if name in {relation.top, relation.bottom}:
                more, less = relation.bits(values)
                true, false = true | more, false | less
        return true, false

    def representatives(
        self, name: str, values: Answers, cuts: Iterable[float] = ()
    ) -> list[Value]:
        """Answers to a choice or number that cover every way conditions can tell them apart.

        Comparisons with numbers known among `values` count as cuts, as do the `cuts` given.
        """
        question = self.questions[name]
        if not question.numeric:
            unique = {bits: value for value, bits in reversed(self.choices[name].items())}
            return [*reversed(unique.values()), NOT_APPLICABLE]
        found = {*self.lines[name].cuts, *cuts}
        for relation in self.relations:
            other = values.get(relation.bottom if name == relation.top else relation.top)
            if name in {relation.top, relation.bottom} and isinstance(other, float | int):
                found.update(relation.cuts(name, other))
        whole = question.kind is Kind.INTEGER
        answers: list[Value] = []
        for interval in cells(sorted(found), question.minimum, question.maximum):
            at_least = question.positive and interval.low <= question.minimum
            if at_least and interval.low == interval.high:
                continue
            low_in = interval.low_in and not at_least
            example = Interval(interval.low, interval.high, low_in, interval.high_in).example(
                whole=whole
            )
            if example is not None:
                answers.append(int(example) if whole else example)
        return [*answers, NOT_APPLICABLE]

    def circular(self) -> tuple[str, ...]:
        """Numbers that conditions compare in a circle, which no proof follows; mostly none."""
        joined = {name: {name} for r in self.relations for name in (r.top, r.bottom)}
        for top, bottom in {tuple(sorted((r.top, r.bottom))) for r in self.relations}:
            if joined[top] is joined[bottom]:
                return tuple(sorted(joined[top]))
            joined[top] |= joined[bottom]
            for name in joined[top]:
                joined[name] = joined[top]
        return ()


def ends_of(value: float) -> tuple[float, float]:
    """The least and most that a number can be."""
    return (value.low, value.high) if isinstance(value, Between) else (value, value)


def compares_two(atom: Atom) -> bool:
    """Whether an atom compares two answers with each other."""
    return isinstance(atom, Threshold) and isinstance(atom.bound, Scale)


def keys_of(atom: Atom, question: Question) -> list[tuple[object, ...]]:
    """The keys of the bits that a comparison stands for: one, or one for each item of a list."""
    if isinstance(atom, IsOneOf):
        if question.kind is Kind.SEVERAL:
            return [(atom.field, item) for item in atom.values]
        return [(atom.field, atom.values)]
    if isinstance(atom.bound, Scale):
        return [(atom.field, atom.op, atom.bound.of, atom.bound.points)]
    return [(atom.field, atom.op, atom.bound)]


def atoms_of(condition: Condition) -> Iterator[Atom]:
    """The single comparisons of a condition, predicates and tallies left aside."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from atoms_of(part)
        case NotOf():
            yield from atoms_of(condition.part)
        case IsOneOf() | Threshold():
            yield condition
        case _:
            return


def _values(names: object) -> tuple[str, ...]:
    assert isinstance(names, tuple)  # noqa: S101 (the key of a choice)
    return names


def _number(bound: object) -> float:
    assert isinstance(bound, float | int)  # noqa: S101 (the key of a number)
    return bound


def _samples(cuts: list[float]) -> Iterator[float]:
    """A number below the first cut, at it, between it and the next, ..., above the last."""
    yield -inf
    for cut, following in pairwise([*cuts, inf]):
        yield cut
        yield inf if following == inf else (cut + following) / 2
