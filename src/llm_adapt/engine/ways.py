"""What is open in a situation, as choices that can be made in any combination."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from llm_adapt.engine.atoms import Atoms, Bits, Cell, Variable
from llm_adapt.engine.intervals import Interval
from llm_adapt.model.question import Value

_NOUGHT = Interval(0, 0)
Numbers = dict[int, Interval | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something open that nothing else open restricts, with every way of settling it.

    `mask` are its open atoms. For each question that is open in it, `turns` gives for each way
    the other ways that a different answer to that question alone can lead to.
    """

    index: int
    mask: int
    ways: tuple[Bits, ...]
    turns: Mapping[str, tuple[tuple[int, ...], ...]]

    def pairs(self, question: str) -> list[tuple[int, int]]:
        """Pairs of ways such that a difference between any two shows in one of them."""
        turns = self.turns[question]
        if all(len(others) == len(turns) - 1 for others in turns):
            return [(place, place + 1) for place in range(len(turns) - 1)]
        return [(one, two) for one, others in enumerate(turns) for two in others if one < two]


def choices(atoms: Atoms, values: Mapping[str, Value]) -> list[Choice]:
    """Everything open, in the order of the rule set."""
    found: list[Choice] = []
    done: set[int] = set()
    for variable in atoms.variables:
        if variable.index in done:
            continue
        group = atoms.linked(variable.index)
        done |= set(group)
        if len(group) == 1:
            if variable.mask and variable.questions[0] not in values:
                found.append(_single(len(found), variable))
            continue
        key = tuple((index, values.get(atoms.variables[index].name)) for index in group)
        if key not in atoms.kept:
            atoms.kept[key] = _Linked(atoms, group, values).choice(0)
        choice = atoms.kept[key]
        if choice.mask:
            found.append(Choice(len(found), choice.mask, choice.ways, choice.turns))
    return found


def _single(index: int, variable: Variable) -> Choice:
    ways = tuple((cell.true, cell.false) for cell in variable.cells)
    count = range(len(ways))
    turns = tuple(tuple((place + step) % len(ways) for step in count[1:]) for place in count)
    return Choice(index, variable.mask, ways, {variable.questions[0]: turns})


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of settling linked numbers: what each number is, and the cell of each ratio."""

    true: int
    false: int
    places: tuple[int, ...]
    numbers: Numbers
    quotients: tuple[tuple[Bits, Interval | None], ...]


class _Linked:
    """Numbers that are compared with one another, and so cannot be settled apart."""

    def __init__(self, atoms: Atoms, group: tuple[int, ...], values: Mapping[str, Value]) -> None:
        variables = [atoms.variables[index] for index in group]
        self.numbers = [v for v in variables if v.ratio is None]
        self.ratios = [(v, v.ratio) for v in variables if v.ratio is not None]
        self.values = values
        self.open = [v for v in self.numbers if v.name not in values]
        self.positive = {v.index: atoms.questions[v.name].positive for v in self.numbers}
        self.mask = sum(v.mask for v in self.open)
        for ratio, ends in self.ratios:
            if any(v.index in ends for v in self.open):
                self.mask |= ratio.mask

    def choice(self, index: int) -> Choice:
        """All of it as one choice."""
        ways = list(self._ways())
        order: dict[Bits, int] = {}
        places = [order.setdefault((way.true, way.false), len(order)) for way in ways]
        turns: dict[str, tuple[tuple[int, ...], ...]] = {}
        for position, variable in enumerate(self.numbers):
            if variable.name in self.values:
                continue
            found: list[dict[int, None]] = [{} for _ in order]
            for one, here in zip(ways, places, strict=True):
                for two, there in zip(ways, places, strict=True):
                    if here != there and self._turned(position, one, two):
                        found[here][there] = None
            turns[variable.name] = tuple(tuple(others) for others in found)
        return Choice(index, self.mask, tuple(order), turns)

    def _ways(self) -> Iterator[_Way]:
        for picks in product(*(self._cells(variable) for variable in self.numbers)):
            numbers = {
                variable.index: interval
                for variable, (_, interval) in zip(self.numbers, picks, strict=True)
            }
            places = tuple(place for place, _ in picks)
            for quotients in product(*(self._quotients(r, ends, numbers) for r, ends in self.ratios)):
                true = false = 0
                for variable, place in zip(self.numbers, places, strict=True):
                    cell = variable.cells[place] if place < len(variable.cells) else None
                    true |= cell.true if cell else 0
                    false |= cell.false if cell else variable.mask
                for bits, _ in quotients:
                    true, false = true | bits[0], false | bits[1]
                yield _Way(true & self.mask, false & self.mask, places, numbers, quotients)

    def _cells(self, variable: Variable) -> list[tuple[int, Interval | None]]:
        """The cells a number can be in; the place after the last is that it does not apply."""
        last = len(variable.cells)
        if variable.name in self.values:
            value = self.values[variable.name]
            return [(last, Interval(value, value) if isinstance(value, float | int) else None)]
        found: list[tuple[int, Interval | None]] = []
        for place, cell in enumerate(variable.cells):
            if cell.interval is not None:
                low = cell.interval.low
                apart = self.positive[variable.index] and low == 0
                low_in = cell.interval.low_in and not apart
                found.append(
                    (place, Interval(low, cell.interval.high, low_in, cell.interval.high_in))
                )
        return [*found, (last, None)]

    def _quotients(
        self, ratio: Variable, ends: tuple[int, int], numbers: Numbers
    ) -> list[tuple[Bits, Interval | None]]:
        """The cells a ratio can be in, each with its numbers; without when there is no ratio."""
        top, bottom = numbers[ends[0]], numbers[ends[1]]
        nothing: list[tuple[Bits, Interval | None]] = [((0, ratio.mask), None)]
        if top is None or bottom is None or bottom.high == 0:
            return nothing
        quotient = top.over(bottom)
        found = [
            ((cell.true, cell.false), cell.interval)
            for cell in ratio.cells
            if cell.interval is not None and cell.interval.meets(quotient)
        ]
        return found + (nothing if bottom.meets(_NOUGHT) else [])

    def _turned(self, position: int, one: _Way, two: _Way) -> bool:
        """Whether another answer to one question alone can lead from one way to another."""
        mine = self.numbers[position].index
        for place, (left, right) in enumerate(zip(one.places, two.places, strict=True)):
            if place != position and left != right:
                return False
        for (_, ends), before, after in zip(
            self.ratios, one.quotients, two.quotients, strict=True
        ):
            if mine not in ends:
                if before[0] != after[0]:
                    return False
                continue
            other = ends[0] if mine == ends[1] else ends[1]
            left = self._needs(mine, other, ends, one, before[1])
            right = self._needs(mine, other, ends, two, after[1])
            if left is not None and right is not None and not left.meets(right):
                return False
        return True

    @staticmethod
    def _needs(
        mine: int, other: int, ends: tuple[int, int], way: _Way, quotient: Interval | None
    ) -> Interval | None:
        """What the other number of a ratio must be for this way to come about."""
        own, rest = way.numbers[mine], way.numbers[other]
        if own is None or rest is None:
            return rest
        if quotient is None:
            return _NOUGHT if other == ends[1] else rest
        wanted = own.over(quotient) if mine == ends[0] else own.times(quotient)
        return wanted.shared(rest)


def known_cell(variable: Variable, true: int, false: int) -> Cell | None:
    """The cell that a variable is known to be in."""
    known = true & variable.mask, false & variable.mask
    return next((c for c in variable.cells if (c.true, c.false) == known), None)
