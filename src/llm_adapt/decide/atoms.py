"""Every comparison of a rule set as one bit; answers as the bits they make true and false.

A state of knowledge is a pair of integers: the atoms known to hold and those known not to. An atom
in neither is unknown. The answer `n/a` makes every comparison of its question false.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, inf
from operator import ge, gt, le, lt

from llm_adapt.rules.model import Condition, IsOneOf, Kind, Question, Scale, Threshold, singles
from llm_adapt.rules.record import record
from llm_adapt.rules.value import NOT_APPLICABLE, Between, Value

Bits = tuple[int, int]
NOTHING: Bits = (0, 0)
Answers = Mapping[str, Value]
Atom = IsOneOf | Threshold
_COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt}
_BELOW = ("<", "<=")


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
        self.bit: dict[Atom, int] = {}
        # By question: what each value of a choice or item of a list settles; a number's line.
        self.choices: dict[str, dict[str, Bits]] = {}
        self.lines: dict[str, Line] = {}
        self.masks: dict[str, int] = {}
        found = sorted(
            {s for c in conditions for s in singles(c) if isinstance(s, IsOneOf | Threshold)},
            key=repr,
        )
        grouped: dict[str, list[Atom]] = {}
        pairs: list[tuple[Threshold, Scale]] = []
        for atom in found:
            alone = grouped.setdefault(atom.field, [])
            if isinstance(atom, Threshold) and isinstance(atom.bound, Scale):
                pairs.append((atom, atom.bound))
                grouped.setdefault(atom.bound.of, [])
            else:
                alone.append(atom)
        # Questions in their own order, so that ties between them fall as the rule set lists them.
        for name, question in questions.items():
            if name in grouped:
                self._add(question, grouped[name])
        related: dict[tuple[str, str], dict[int, tuple[str, Scale]]] = {}
        for atom, scale in pairs:
            bounds = related.setdefault((atom.field, scale.of), {})
            bounds[self._new(*plain(atom, questions[atom.field]))] = atom.op, scale
        self.relations = [Relation(*both, bounds) for both, bounds in related.items()]
        # Every bit that an answer can settle, alone or with another.
        self.reach = dict(self.masks)
        for relation in self.relations:
            for name in (relation.top, relation.bottom):
                self.reach[name] |= relation.mask

    def _new(self, atom: Atom) -> int:
        return self.bit.setdefault(atom, 1 << len(self.bit))

    def _add(self, question: Question, atoms: list[Atom]) -> None:
        name = question.id
        bits = {self._new(key): key for atom in atoms for key in plain(atom, question)}
        self.masks[name] = mask = sum(bits)
        if question.numeric:
            self.lines[name] = Line(
                {
                    bit: (atom.op, atom.bound)
                    for bit, atom in bits.items()
                    if isinstance(atom, Threshold) and not isinstance(atom.bound, Scale)
                }
            )
            return
        named = {bit: atom.values for bit, atom in bits.items() if isinstance(atom, IsOneOf)}
        several = question.kind is Kind.SEVERAL
        self.choices[name] = {}
        for value in question.choices:
            true = sum(bit for bit, values in named.items() if value in values)
            if true or not several:
                self.choices[name][value] = true, 0 if several else mask & ~true

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
        return [*_numbers(question, found), NOT_APPLICABLE]

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


def plain(atom: Atom, question: Question) -> list[Atom]:
    """What a comparison stands for: itself without names, or one for each item of a list."""
    if isinstance(atom, Threshold):
        bound = replace(atom.bound, name="") if isinstance(atom.bound, Scale) else atom.bound
        return [Threshold(atom.field, atom.op, bound)]
    if question.kind is Kind.SEVERAL:
        return [IsOneOf(atom.field, (item,)) for item in atom.values]
    return [atom]


def _samples(cuts: list[float]) -> Iterator[float]:
    """A number below the first cut, at it, between it and the next, ..., above the last."""
    yield -inf
    for cut, following in pairwise([*cuts, inf]):
        yield cut
        yield inf if following == inf else (cut + following) / 2


def _numbers(question: Question, cuts: Collection[float]) -> Iterator[float]:
    """An answer at each cut and one between it and the next, from the least to the most."""
    whole, least = question.kind is Kind.INTEGER, question.minimum
    most = inf if question.maximum is None else question.maximum
    points = [least, *sorted(cut for cut in cuts if least < cut < most)]
    points += [most] if most in cuts else []
    for point, following in pairwise([*points, inf]):
        if (point > least or not question.positive) and not (whole and point != int(point)):
            yield int(point) if whole else point
        # The least stands for all up to the first cut, unless it is one itself, or no answer.
        if point > least or question.positive or least in cuts:
            yield from _between(point, min(following, most), whole=whole, last=following == inf)


def _between(low: float, high: float, *, whole: bool, last: bool) -> Iterator[float]:
    """A number with few digits above one and below another, or at it when it comes `last`."""
    if whole:
        first = floor(low) + 1
        end = high if last else ceil(high) - 1
        if first <= end:
            yield first if end == inf else int((first + end) / 2)
    elif high == inf:
        yield low * 2 or 1
    elif low < high:
        middle = (low + high) / 2
        rounded = (float(f"{middle:.{digits}g}") for digits in range(1, 12))
        yield next((number for number in rounded if low < number < high), middle)
