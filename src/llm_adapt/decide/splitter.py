"""The open answers as blocks that can be settled one by one, each in finitely many ways.

A block is a choice, a number, one item of a list, or a group of numbers that conditions compare
with each other. Its options cover every way in which conditions can tell answers apart, and each
carries an answer that really behaves so: what is found with blocks can be shown with answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from weakref import WeakKeyDictionary

from llm_adapt.decide.atoms import Atoms, Bits
from llm_adapt.decide.intervals import Interval, cells
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import NOT_APPLICABLE, Value

# A group of numbers with more combinations is taken apart; each is then free of the others.
MOST_COMBINATIONS = 4_000
Answers = Mapping[str, Value]
_Key = tuple[tuple[str, ...], tuple[tuple[str, Value], ...], str]


@dataclass(frozen=True, slots=True)
class Option:
    """One way of settling a block: the atoms it makes true and false, and answers that do so."""

    true: int
    false: int
    values: Answers


@dataclass(frozen=True, slots=True)
class Block:
    """Open answers that are settled together.

    `marker` is a bit of its own, set once the block is settled: with an answer that nobody has,
    some atoms stay open even then.
    """

    questions: tuple[str, ...]
    mask: int
    options: tuple[Option, ...]
    marker: int = 0


class Splitter:
    """The blocks that answers leave open; questions in `unknown` will never be answered."""

    def __init__(
        self, atoms: Atoms, values: Answers, unknown: frozenset[str] = frozenset()
    ) -> None:
        self.atoms = atoms
        self.values = values
        self.unknown = unknown
        self.open = 0
        self.markers = 0
        # What every way of answering agrees on, and answers to questions that settle nothing more.
        self.forced: Bits = (0, 0)
        self.agreed: dict[str, Value] = {}
        self.blocks: list[Block] = []
        self.of_bit: dict[int, Block] = {}
        self._next_marker = 1 << len(atoms.bit)
        groups = _groups(atoms)
        grouped = {name for group in groups for name in group}
        for name in atoms.by_question:
            if name not in grouped and name not in values and name not in unknown:
                self._add_single(name)
        for group in groups:
            self._add_group(group)

    def _add_single(self, name: str) -> None:
        question = self.atoms.questions[name]
        for index in self.atoms.by_question[name]:
            variable = self.atoms.variables[index]
            if not variable.mask or variable.ratio:
                continue
            found: list[Option] = []
            for cell in variable.cells:
                value = cell.value
                if question.numeric and cell.interval is not None:
                    value = _inside(cell.interval, self.atoms, name)
                if value is None and not cell.true:
                    value = NOT_APPLICABLE
                if value is not None:
                    found.append(Option(cell.true, cell.false, {name: value}))
            self._add((name,), variable.mask, found)

    def _add_group(self, group: tuple[str, ...]) -> None:
        members = [n for n in group if n not in self.values and n not in self.unknown]
        if not members:
            return
        combinations = _combinations(self.atoms, tuple(members), self._known(group), "")
        if combinations is None:
            self._add_apart(members)
            return
        unique: dict[Bits, Option] = {}
        mask = 0
        for option in combinations:
            unique.setdefault((option.true, option.false), option)
            mask |= option.true | option.false
        if mask:
            self._add(tuple(members), mask, list(unique.values()))

    def _known(self, group: Iterable[str]) -> dict[str, Value]:
        return {name: self.values[name] for name in group if name in self.values}

    def _add_apart(self, members: list[str]) -> None:
        for name in members:
            self._add_single(name)
        for variable in self.atoms.variables:
            open_questions = tuple(q for q in variable.questions if q in members)
            if variable.ratio and open_questions:
                found = [Option(cell.true, cell.false, {}) for cell in variable.cells]
                self._add(open_questions, variable.mask, found)

    def _add(self, questions: tuple[str, ...], mask: int, options: list[Option]) -> None:
        always, never = mask, mask
        for option in options:
            always &= option.true
            never &= option.false
        self.forced = self.forced[0] | always, self.forced[1] | never
        mask &= ~(always | never)
        if not mask:
            self.agreed |= options[0].values
            return
        partial = any(mask & ~(option.true | option.false) for option in options)
        marker = 0
        if partial:
            marker, self._next_marker = self._next_marker, self._next_marker << 1
            self.markers |= marker
            options = [Option(o.true | marker, o.false, o.values) for o in options]
        block = Block(questions, mask, tuple(options), marker)
        self.blocks.append(block)
        self.open |= mask
        while mask:
            low = mask & -mask
            self.of_bit[low] = block
            mask ^= low

    def loose(self, mask: int, true: int, false: int) -> int:
        """The lowest atom of the mask that a block can still settle; 0 when there is none."""
        left = mask & self.open & ~(true | false)
        if self.markers:
            while left:
                bit = left & -left
                marker = self.of_bit[bit].marker
                if not marker or not true & marker:
                    return bit
                left ^= bit
        return left & -left

    def cells(self, bit: int, true: int, false: int) -> Iterator[Option]:
        """The ways of settling the block of an open atom that agree with what is settled."""
        if bit not in self.of_bit:
            yield Option(*self.forced, {})
            return
        for option in self.of_bit[bit].options:
            if not (option.true & false or option.false & true):
                yield option

    def pairs(self, question: str) -> Iterator[tuple[Bits, Bits]]:
        """Two ways of answering one question, all else equal; enough to find any difference."""
        seen: set[tuple[Bits, Bits]] = set()
        for block in self.blocks:
            if question not in block.questions:
                continue
            for family in self._families(question, block):
                for other in family[1:]:
                    if (pair := (family[0], other)) not in seen:
                        seen.add(pair)
                        yield pair

    def _families(self, question: str, block: Block) -> Iterator[list[Bits]]:
        """Sets of options that differ in nothing but the answer to the question."""
        everything = [(option.true, option.false) for option in block.options]
        group = next((g for g in _groups(self.atoms) if question in g), ())
        if len(block.questions) > 1:
            found = _combinations(self.atoms, block.questions, self._known(group), question)
            if found is not None:
                by_others: dict[tuple[Value, ...], dict[Bits, None]] = {}
                for option in found:
                    others = tuple(option.values[n] for n in block.questions if n != question)
                    bits = option.true | block.marker, option.false
                    by_others.setdefault(others, {})[bits] = None
                yield from (list(family) for family in by_others.values())
                return
        yield everything


def _inside(interval: Interval, atoms: Atoms, name: str) -> float | None:
    """A number of the interval that the question takes."""
    question = atoms.questions[name]
    if question.positive and interval.low <= question.minimum:
        interval = Interval(question.minimum, interval.high, False, interval.high_in)  # noqa: FBT003
    if interval.low == interval.high and not (interval.low_in and interval.high_in):
        return None
    example = interval.example(whole=question.kind is Kind.INTEGER)
    if example is None:
        return None
    return int(example) if question.kind is Kind.INTEGER else example


def _groups(atoms: Atoms) -> list[tuple[str, ...]]:
    """Questions that conditions compare with each other, in the order of the rule set."""
    groups: list[set[str]] = []
    for pair in atoms.ratios:
        touching = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if not group & set(pair)]
        groups.append(set(pair).union(*touching))
    return sorted(tuple(name for name in atoms.questions if name in group) for group in groups)


_MADE: "WeakKeyDictionary[Atoms, dict[_Key, list[Option] | None]]" = WeakKeyDictionary()


def _combinations(
    atoms: Atoms, members: tuple[str, ...], known: Answers, last: str
) -> list[Option] | None:
    """Answers to the members that cover all they can make true; `None` when those are too many.

    `last` is the member whose answers are told apart most finely.
    """
    made = _MADE.setdefault(atoms, {})
    key = (members, tuple(sorted(known.items())), last)
    if key not in made:
        # Whole numbers first: others can still be picked to suit them, not the reverse.
        whole = {n for n in members if atoms.questions[n].kind is Kind.INTEGER}
        ordered = sorted(members, key=lambda name: (name == last, name not in whole))
        each = islice(_each(atoms, ordered, dict(known)), MOST_COMBINATIONS + 1)
        found = [_option(atoms, members, values) for values in each]
        made[key] = found if len(found) <= MOST_COMBINATIONS else None
    return made[key]


def _each(atoms: Atoms, ordered: list[str], values: dict[str, Value]) -> Iterator[dict[str, Value]]:
    if not ordered:
        yield values
        return
    name, rest = ordered[0], ordered[1:]
    question = atoms.questions[name]
    cuts = sorted(_critical(atoms, ordered, values)[name])
    for interval in cells(cuts, question.minimum, question.maximum):
        value = _inside(interval, atoms, name)
        if value is not None:
            yield from _each(atoms, rest, {**values, name: value})
    yield from _each(atoms, rest, {**values, name: NOT_APPLICABLE})


def _critical(atoms: Atoms, members: list[str], values: Answers) -> dict[str, set[float]]:
    """The numbers at which a member can change what it, or one compared with it, makes true."""
    found = {name: _own_cuts(atoms, name) for name in members}
    known = {n: {v} for n, v in values.items() if isinstance(v, float | int)}
    for _ in members:
        before = {**known, **{name: set(cuts) for name, cuts in found.items()}}
        for (top, bottom), number in atoms.ratios.items():
            for cut in number.cuts:
                if bottom in found and cut:
                    found[bottom] |= {value / cut for value in before.get(top, ())}
                if top in found:
                    found[top] |= {value * cut for value in before.get(bottom, ())}
        if len(members) == 2 - bool(known):
            break
    return found


def _own_cuts(atoms: Atoms, name: str) -> set[float]:
    question = atoms.questions[name]
    ends: set[float] = {question.minimum}
    if question.maximum is not None:
        ends.add(question.maximum)
    for index in atoms.by_question[name]:
        variable = atoms.variables[index]
        for cell in () if variable.ratio else variable.cells:
            if cell.interval is not None:
                ends |= {cell.interval.low, cell.interval.high}
    return {end for end in ends if end < float("inf")}


def _option(atoms: Atoms, members: tuple[str, ...], values: Answers) -> Option:
    true = false = 0
    for name in members:
        more, less = atoms.answer(name, values[name])
        true |= more
        false |= less
    for top, bottom in atoms.ratios:
        if top in members or bottom in members:
            more, less = atoms.ratio(top, bottom, values)
            true |= more
            false |= less
    return Option(true, false, {name: values[name] for name in members})
