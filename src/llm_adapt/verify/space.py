"""The answer space of a rule set: situations that make conditions hold, found or proved absent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from llm_adapt.decide.atoms import Variable
from llm_adapt.decide.logic import UNKNOWN, Logic
from llm_adapt.decide.program import Program
from llm_adapt.decide.reach import Budget, Splitter
from llm_adapt.decide.splitter import Block
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import NOT_APPLICABLE, Value

State = tuple[int, int]
# A condition with the value it is to have.
Wish = tuple[Logic, int]
Answered = Mapping[str, Value]
STEPS = 20_000
_KEPT, _NOT_APPLICABLE, _LEFT = range(3)


class UndecidedError(Exception):
    """The step budget was spent before a search came to its end."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Questions that are answered together, and what each way of answering makes true and false.

    `partly` has every way in which some of several questions are answered and others left open,
    with those left open; `answers` has answers for each.
    """

    questions: tuple[str, ...]
    options: tuple[State, ...]
    partly: tuple[tuple[State, tuple[str, ...]], ...] = ()
    answers: Mapping[State, Mapping[str, Value]] = field(default_factory=dict[State, Answered])


@dataclass(slots=True)
class Space:
    """Searches over the answers of one rule set, each within a step budget."""

    program: Program
    splitter: Splitter
    ways: Mapping[int, Ways]
    steps: int = STEPS

    @classmethod
    def of(cls, program: Program, steps: int = STEPS) -> "Space":
        """The space of a rule set."""
        splitter = Splitter(program.atoms, {})
        return cls(program, splitter, dict(_ways(program, splitter)), steps)

    def cells(self, bit: int, true: int, false: int) -> Iterator[State]:
        """The ways of answering what an atom belongs to that agree with what is settled."""
        for option in self.ways[bit].options:
            if not (option[0] & false or option[1] & true):
                yield option

    def find(self, wishes: Sequence[Wish], blocked: int = 0) -> State | None:
        """A state of knowledge in which every condition has its value, or the proof of none.

        Args:
            wishes: Conditions and the value, yes or no, that each is to have.
            blocked: Atoms that stay unknown.

        Raises:
            UndecidedError: The step budget is spent.
        """
        return next(self.all(wishes, blocked), None)

    def all(self, wishes: Sequence[Wish], blocked: int = 0) -> Iterator[State]:
        """Every such state; together they cover all situations that have those values.

        Raises:
            UndecidedError: The step budget is spent.
        """
        budget = Budget(self.steps)

        def go(true: int, false: int) -> Iterator[State]:
            budget.left -= 1
            if budget.spent:
                raise UndecidedError
            bit = 0
            for logic, wanted in wishes:
                value = logic.test(true, false)
                if value == UNKNOWN:
                    bit = bit or next(open_bits(logic, true, false, blocked), 0)
                elif value != wanted:
                    return
                if value == UNKNOWN and not bit:
                    return
            if not bit:
                yield true, false
                return
            for more, less in self.cells(bit, true, false):
                yield from go(true | more, false | less)

        return go(0, 0)

    def values(self, state: State) -> dict[str, Value] | None:
        """Answers that bring a state about, held against it; `None` where none were found."""
        found: dict[str, Value] = {}
        for question in self.program.atoms.questions.values():
            if question.id not in found:
                found |= self._answers(question, state)
        true, false = self.program.state(found)
        order = self.program.atoms.questions
        ordered = {name: found[name] for name in order if name in found}
        return None if state[0] & ~true or state[1] & ~false else ordered

    def _answers(self, question: Question, state: State) -> Mapping[str, Value]:
        atoms = self.program.atoms
        own = [atoms.variables[index] for index in atoms.by_question.get(question.id, ())]
        for ways in {id(w): w for v in own if (w := self._together(v))}.values():
            mask = 0
            for true, false in ways.options:
                mask |= true | false
            return ways.answers.get((state[0] & mask, state[1] & mask), {})
        known = [variable for variable in own if (state[0] | state[1]) & variable.mask]
        if question.kind is Kind.SEVERAL and known:
            chosen = {v.name.split(":", 1)[1] for v in known if state[0] & v.mask}
            return {question.id: tuple(item for item in question.values if item in chosen)}
        for variable in known:
            bits = state[0] & variable.mask, state[1] & variable.mask
            for cell in variable.cells:
                if (cell.true, cell.false) == bits and cell.value is not None:
                    return {question.id: cell.value}
        return {}

    def _together(self, variable: Variable) -> Ways | None:
        ways = self.ways.get(variable.mask & -variable.mask)
        return ways if ways is not None and ways.partly else None


def _ways(program: Program, splitter: Splitter) -> Iterator[tuple[int, Ways]]:
    """For each atom the questions it belongs to; atoms that no answer changes are among them."""
    known = sum(program.atoms.bit.values())
    blocks = {
        block.questions: _block_ways(program, block, known)
        for block in splitter.blocks
        # Each item of a list is a block of its own, found by its atom below.
        if program.atoms.questions[block.questions[0]].kind is not Kind.SEVERAL
    }
    for variable in program.atoms.variables:
        near = [ways for names, ways in blocks.items() if set(names) & set(variable.questions)]
        cells = variable.cells if variable.ratio is None else variable.cells[:1]
        alone = Ways(variable.questions, tuple((cell.true, cell.false) for cell in cells))
        left = variable.mask
        while left:
            bit = left & -left
            left ^= bit
            yield bit, near[0] if near else alone


def _block_ways(program: Program, block: Block, known: int) -> Ways:
    options = tuple((o.true & known, o.false & known) for o in block.options)
    if len(block.questions) == 1:
        return Ways(block.questions, options)
    found: dict[tuple[State, tuple[str, ...]], None] = {}
    answers: dict[State, Answered] = {}
    for fates in product((_KEPT, _NOT_APPLICABLE, _LEFT), repeat=len(block.questions)):
        for option in block.options:
            values: dict[str, Value] = {}
            for name, fate in zip(block.questions, fates, strict=True):
                if fate != _LEFT:
                    values[name] = option.values[name] if fate == _KEPT else NOT_APPLICABLE
            left = tuple(name for name in block.questions if name not in values)
            state = program.state(values)
            found[state, left] = None
            answers.setdefault(state, values)
    return Ways(block.questions, options, tuple(found), answers)


def open_bits(logic: Logic, true: int, false: int, settled: int) -> Iterator[int]:
    """The atoms that an unknown condition hangs on, those that stay unknown left aside."""
    loose = (logic.hold | logic.fail) & ~(true | false | settled)
    while loose:
        yield loose & -loose
        loose &= loose - 1
    for part in logic.parts:
        if part.test(true, false) == UNKNOWN:
            yield from open_bits(part, true, false, settled)
