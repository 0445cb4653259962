"""Every comparison of a rule set as one bit; every answer as the bits it makes true and false.

A state of knowledge is a pair of integers: the atoms known to hold and those known not to.
An atom in neither is unknown. `n/a` makes every atom of its question false.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf
from operator import ge, gt, le, lt

from llm_adapt.decide.intervals import Interval, cells
from llm_adapt.rules.model import (
    AllOf,
    AnyOf,
    Condition,
    EndedAt,
    IsOneOf,
    Kind,
    NotOf,
    Question,
    RuleSet,
    Scale,
    Threshold,
)
from llm_adapt.rules.value import NOT_APPLICABLE, Value

Bits = tuple[int, int]
NOTHING: Bits = (0, 0)
_YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Cell:
    """Answers that no condition tells apart: their bits, and the numbers or value they cover."""

    true: int
    false: int
    value: Value | None = None
    interval: Interval | None = None


@dataclass(slots=True)
class Variable:
    """What can be decided by itself: a choice, a number, one item of a list, or a ratio.

    `questions` are those whose answer settles it: one, or for a ratio two.
    """

    index: int
    name: str
    questions: tuple[str, ...]
    mask: int
    cells: list[Cell]
    ratio: tuple[int, int] | None = None


@dataclass(slots=True)
class _Number:
    cuts: list[float] = field(default_factory=list[float])
    bits: list[Bits] = field(default_factory=list[Bits])
    nothing: Bits = NOTHING

    def at(self, value: float) -> Bits:
        index = bisect_left(self.cuts, value)
        exact = index < len(self.cuts) and self.cuts[index] == value
        return self.bits[2 * index + exact]


class Atoms:
    """The atoms of a rule set and the variables they hang on."""

    def __init__(self, rules: RuleSet, conditions: Iterable[Condition]) -> None:
        self.questions = rules.questions
        self.bit: dict[tuple[object, ...], int] = {}
        self.variables: list[Variable] = []
        self.of_bit: dict[int, int] = {}
        self.ended: dict[tuple[str, tuple[str, ...]], int] = {}
        self.by_question: dict[str, list[int]] = {}
        self.ratios: dict[tuple[str, str], _Number] = {}
        self._choices: dict[str, dict[str, Bits]] = {}
        self._numbers: dict[str, _Number] = {}
        self._masks: dict[str, int] = {}
        atoms = list(dict.fromkeys(atom for c in conditions for atom in atoms_of(c)))
        grouped: dict[str, list[IsOneOf | Threshold]] = {}
        for atom in sorted(atoms, key=repr):
            if isinstance(atom, EndedAt):
                self.ended[atom.walk, atom.results] = self._new((atom.walk, atom.results))
            else:
                grouped.setdefault(atom.field, []).append(atom)
        # Questions in their own order, so that ties between them fall as the rule set lists them.
        for name, question in self.questions.items():
            if name in grouped:
                self._add_question(question, grouped[name])
        self._add_ratios(rules, grouped)

    def _new(self, key: tuple[object, ...]) -> int:
        return self.bit.setdefault(key, 1 << len(self.bit))

    def _add_question(self, question: Question, atoms: list[IsOneOf | Threshold]) -> None:
        name = question.id
        if question.kind is Kind.SEVERAL:
            items = sorted({v for a in atoms if isinstance(a, IsOneOf) for v in a.values})
            self._choices[name] = {}
            for item in (value for value in question.values if value in items):
                bit = self._new((name, item))
                self._choices[name][item] = (bit, 0)
                self._add(f"{name}:{item}", (name,), [Cell(bit, 0, (item,)), Cell(0, bit, ())])
            self._masks[name] = sum(bit for bit, _ in self._choices[name].values())
            return
        if question.numeric:
            bits = {
                self._new((name, atom.op, atom.bound)): (atom.op, atom.bound)
                for atom in atoms
                if isinstance(atom, Threshold) and isinstance(atom.bound, float | int)
            }
            number, found = _number(bits, question.minimum, question.maximum, question.kind)
            self._numbers[name], self._masks[name] = number, sum(bits)
            self._add(name, (name,), found)
            return
        sets = {self._new((name, a.values)): a.values for a in atoms if isinstance(a, IsOneOf)}
        mask = self._masks[name] = sum(sets)
        values = _YES_NO if question.kind is Kind.YES_NO else tuple(question.values)
        table: dict[str, Bits] = {}
        for value in values:
            true = sum(bit for bit, allowed in sets.items() if value in allowed)
            table[value] = (true, mask & ~true)
        self._choices[name] = table
        found = [Cell(*bits, value) for value, bits in table.items()]
        self._add(name, (name,), [*found, Cell(0, mask, NOT_APPLICABLE)])

    def _add_ratios(self, rules: RuleSet, grouped: dict[str, list[IsOneOf | Threshold]]) -> None:
        scaled: dict[tuple[str, str], dict[int, tuple[str, float]]] = {}
        for name, atoms in sorted(grouped.items()):
            for atom in atoms:
                if isinstance(atom, Threshold) and isinstance(atom.bound, Scale):
                    bit = self._new((name, atom.op, atom.bound.of, atom.bound.factor))
                    pair = scaled.setdefault((name, atom.bound.of), {})
                    pair[bit] = (atom.op, atom.bound.factor)
        for (top, bottom), bits in scaled.items():
            for name in (top, bottom):
                if name not in self.by_question:
                    self._add_question(rules.questions[name], [])
            number, found = _number(bits, 0, None, Kind.NUMBER)
            self.ratios[top, bottom] = number
            members = (self.by_question[top][0], self.by_question[bottom][0])
            self._add(f"{top}/{bottom}", (top, bottom), found, members)

    def _add(
        self,
        name: str,
        questions: tuple[str, ...],
        found: list[Cell],
        ratio: tuple[int, int] | None = None,
    ) -> None:
        unique: dict[tuple[int, int], Cell] = {}
        for cell in found:
            unique.setdefault((cell.true, cell.false), cell)
        index = len(self.variables)
        mask = found[0].true | found[0].false
        variable = Variable(index, name, questions, mask, list(unique.values()), ratio)
        self.variables.append(variable)
        for question in questions:
            self.by_question.setdefault(question, []).append(index)
        while mask:
            low = mask & -mask
            self.of_bit[low] = index
            mask ^= low

    def answer(self, name: str, value: Value) -> Bits:
        """The bits that one answer settles, ratios left aside."""
        if name not in self._masks:
            return NOTHING
        mask = self._masks[name]
        if isinstance(value, str):
            return self._choices[name][value]
        if isinstance(value, tuple):
            true = 0
            table = self._choices[name]
            for item in value:
                true |= table.get(item, NOTHING)[0]
            return true, mask & ~true
        if isinstance(value, float | int):
            return self._numbers[name].at(value)
        return 0, mask

    def ratio(self, top: str, bottom: str, values: Mapping[str, Value]) -> Bits:
        """The bits that the ratio of two answers settles."""
        number = self.ratios[top, bottom]
        over, under = values.get(top), values.get(bottom)
        if NOT_APPLICABLE in (over, under):
            return number.nothing
        if isinstance(over, float | int) and isinstance(under, float | int):
            return number.at(over / under) if under else number.nothing
        return NOTHING

    def state(self, values: Mapping[str, Value]) -> Bits:
        """The bits that all answers settle."""
        true = false = 0
        for name, value in values.items():
            more, less = self.answer(name, value)
            true |= more
            false |= less
        for top, bottom in self.ratios:
            more, less = self.ratio(top, bottom, values)
            true |= more
            false |= less
        return true, false

    def representatives(self, name: str, values: Mapping[str, Value]) -> list[Value]:
        """Answers to a choice or number that cover every way conditions can tell them apart.

        Ratios to numbers that are known among `values` count as cuts of their own.
        """
        question = self.questions[name]
        if not question.numeric:
            cells_ = self.variables[self.by_question[name][0]].cells
            return [cell.value for cell in cells_ if cell.value is not None]
        cuts = set(self._numbers[name].cuts)
        for (top, bottom), number in self.ratios.items():
            other = values.get(bottom if name == top else top)
            if name in {top, bottom} and isinstance(other, float | int) and other:
                for cut in number.cuts:
                    cuts.add(cut * other if name == top else (other / cut if cut else 0))
        whole = question.kind is Kind.INTEGER
        found: list[Value] = []
        for interval in cells(sorted(cuts), question.minimum, question.maximum):
            above = question.positive and interval.low <= question.minimum
            if above and interval.low == interval.high:
                continue
            some = replace(interval, low_in=False) if above else interval
            example = some.example(whole=whole)
            if example is not None:
                found.append(int(example) if whole else example)
        return [*found, NOT_APPLICABLE]


def _number(
    bits: Mapping[int, tuple[str, float]], minimum: float, maximum: float | None, kind: Kind
) -> tuple[_Number, list[Cell]]:
    number = _Number(sorted({bound for _, bound in bits.values()}))
    mask = sum(bits)
    for sample in _samples(number.cuts):
        true = sum(bit for bit, (op, bound) in bits.items() if _COMPARE[op](sample, bound))
        number.bits.append((true, mask & ~true))
    number.nothing = (0, mask)
    found: list[Cell] = []
    for interval in cells(number.cuts, minimum, maximum):
        example = interval.example(whole=kind is Kind.INTEGER)
        if example is None:
            continue
        last = found[-1] if found else None
        true, false = number.at(example)
        if last and last.interval and (last.true, last.false) == (true, false):
            joined = Interval(
                last.interval.low, interval.high, last.interval.low_in, interval.high_in
            )
            found[-1] = Cell(true, false, last.value, joined)
        else:
            found.append(Cell(true, false, example, interval))
    return number, [*found, Cell(0, mask, NOT_APPLICABLE)]


_COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt}


def _samples(cuts: list[float]) -> Iterator[float]:
    """A number below the first cut, at it, between it and the next, ..., above the last."""
    yield -inf
    for cut, following in pairwise([*cuts, inf]):
        yield cut
        yield inf if following == inf else (cut + following) / 2


def atoms_of(condition: Condition) -> Iterator[IsOneOf | Threshold | EndedAt]:
    """The single comparisons of a condition, predicates and tallies left aside."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from atoms_of(part)
        case NotOf():
            yield from atoms_of(condition.part)
        case IsOneOf() | Threshold() | EndedAt():
            yield condition
        case _:
            return
