"""The answer space of a rule set: situations that make conditions hold, found or proved absent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from llm_adapt.engine.atoms import Variable
from llm_adapt.engine.intervals import Interval
from llm_adapt.engine.logic import UNKNOWN, Logic
from llm_adapt.engine.program import Program
from llm_adapt.engine.reach import Budget, Splitter
from llm_adapt.model.question import NOT_APPLICABLE, Kind, Question, Value

State = tuple[int, int]
# A condition with the value it is to have.
Wish = tuple[Logic, int]
STEPS = 20_000
_SHARES = (0.5, 0.25, 0.75, 0.9, 0.1)
_FACTORS = (1, 2, 7, 10, 70, 0.5, 0.1)


class UndecidedError(Exception):
    """The step budget was spent before a search came to its end."""


@dataclass(slots=True)
class Space:
    """Searches over the answers of one rule set, each within a step budget."""

    program: Program
    splitter: Splitter
    steps: int = STEPS

    @classmethod
    def of(cls, program: Program, steps: int = STEPS) -> "Space":
        """The space of a rule set."""
        return cls(program, Splitter(program.atoms, {}), steps)

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
            for cell in self.splitter.cells(bit, true, false):
                yield from go(true | cell.true, false | cell.false)

        return go(0, 0)

    def values(self, state: State) -> dict[str, Value] | None:
        """Answers that bring a state about, held against it; `None` where none were found."""
        values = Answers(self.program, state).values()
        true, false = self.program.state(values)
        return values if not (state[0] & ~true or state[1] & ~false) else None


def open_bits(logic: Logic, true: int, false: int, settled: int) -> Iterator[int]:
    """The atoms that an unknown condition hangs on, those that stay unknown left aside."""
    loose = (logic.hold | logic.fail) & ~(true | false | settled)
    while loose:
        yield loose & -loose
        loose &= loose - 1
    for part in logic.parts:
        if part.test(true, false) == UNKNOWN:
            yield from open_bits(part, true, false, settled)


class Answers:
    """Turns a state of knowledge into answers that bring it about."""

    def __init__(self, program: Program, state: State) -> None:
        self.atoms = program.atoms
        self.true, self.false = state
        self.found: dict[str, Value] = {}

    def values(self) -> dict[str, Value]:
        """Question id to answer; what the state leaves open is left out."""
        for name, question in self.atoms.questions.items():
            indices = self.atoms.by_question.get(name, [])
            own = [self.atoms.variables[index] for index in indices]
            self._plain(question, [variable for variable in own if not variable.ratio])
        for variable in self.atoms.variables:
            if variable.ratio and self._known(variable):
                self._quotient(variable)
        order = self.atoms.questions
        return {name: self.found[name] for name in order if name in self.found}

    def _known(self, variable: Variable) -> bool:
        return bool((self.true | self.false) & variable.mask)

    def _interval(self, variable: Variable) -> Interval | None:
        bits = self.true & variable.mask, self.false & variable.mask
        found = [c.interval for c in variable.cells if (c.true, c.false) == bits]
        return found[0] if found else None

    def _plain(self, question: Question, variables: list[Variable]) -> None:
        if question.kind is Kind.SEVERAL:
            items = [variable for variable in variables if self._known(variable)]
            if items:
                chosen = {v.name.split(":", 1)[1] for v in items if self.true & v.mask}
                self.found[question.id] = tuple(v for v in question.values if v in chosen)
            return
        for variable in variables:
            bits = self.true & variable.mask, self.false & variable.mask
            for cell in variable.cells:
                if variable.mask and (cell.true, cell.false) == bits and cell.value is not None:
                    self.found[question.id] = cell.value
                    break

    def _quotient(self, variable: Variable) -> None:
        top, bottom = variable.questions
        assert variable.ratio is not None  # noqa: S101 (called for ratios only)
        over, under = (self.atoms.variables[index] for index in variable.ratio)
        if NOT_APPLICABLE in {self.found.get(top), self.found.get(bottom)}:
            return
        ratio = self._interval(variable)
        upper = self._interval(over) if over.mask and self._known(over) else None
        lower = self._interval(under) if under.mask and self._known(under) else None
        asked = self.atoms.questions
        for share in _candidates(asked[bottom], lower or bounds(asked[bottom])):
            if ratio is None or not share:
                continue
            within = _both(_scaled(ratio, share), upper or bounds(asked[top]))
            whole = asked[top].kind is Kind.INTEGER
            example = within.example(whole=whole) if within else None
            if example is not None and not (asked[top].positive and example <= 0):
                self.found |= {top: example, bottom: share}
                return
        if not self.true & variable.mask:
            self.found[bottom if lower is None else top] = NOT_APPLICABLE


def bounds(question: Question) -> Interval:
    """The numbers that a question takes."""
    high = float("inf") if question.maximum is None else question.maximum
    return Interval(question.minimum, high, not question.positive, high < float("inf"))


def _candidates(question: Question, within: Interval) -> Iterator[float]:
    whole = question.kind is Kind.INTEGER
    top = within.high if within.high < float("inf") else max(within.low, 1) * 100
    spread = [within.low + (top - within.low) * share for share in _SHARES]
    steps = [max(within.low, 1) * factor for factor in _FACTORS]
    for number in [*steps, *spread, within.low, within.high]:
        rounded = int(number) if whole and number < float("inf") else number
        if within.meets(Interval(rounded, rounded)) and rounded < float("inf"):
            yield rounded


def _scaled(ratio: Interval, factor: float) -> Interval:
    return Interval(ratio.low * factor, ratio.high * factor, ratio.low_in, ratio.high_in)


def _both(one: Interval, two: Interval) -> Interval | None:
    if not one.meets(two):
        return None
    low, shut = max((one.low, not one.low_in), (two.low, not two.low_in))
    high, closed = min((one.high, one.high_in), (two.high, two.high_in))
    return Interval(low, high, not shut, closed)


def merged(values: Mapping[str, Value], changes: Mapping[str, Value | None]) -> dict[str, Value]:
    """Answers with changes laid over them; `None` takes one back."""
    joined = {**values, **changes}
    return {name: value for name, value in joined.items() if value is not None}
