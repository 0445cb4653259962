"""What an interview knows at one moment, and which question comes next: a value, no terminal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from llm_adapt.engine.program import Program
from llm_adapt.engine.relevance import Inquiry, next_step, relevant
from llm_adapt.model.question import Value
from llm_adapt.model.situation import Answer, Origin, Situation

# --quick: first place has held over this many answers, and no single further one changes it.
STEADY = 3


class Depth(StrEnum):
    """How far an interview goes: to the first stable verdict, to the proof, or to the end."""

    QUICK = "quick"
    PROOF = "proof"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class State:
    """Everything that was said so far.

    `unknown` are questions the person cannot answer, `later` those put off, in that order.
    `trail` has the questions answered in this sitting, `firsts` where the walk stood after each
    answer. `wanted` is a question somebody asked for out of turn.
    """

    situation: Situation
    unknown: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    firsts: tuple[str, ...] = ()
    wanted: str | None = None

    @property
    def values(self) -> dict[str, Value]:
        """Question id to value."""
        return self.situation.values()

    def answered(self, name: str, value: Value, first: str) -> "State":
        """With an answer; `first` is where the walk stands with it."""
        situation = self.situation.having(name, Answer(value, Origin.ASKED))
        return replace(self._settled(name), situation=situation, firsts=(*self.firsts, first))

    def not_known(self, name: str) -> "State":
        """With a question that stays open for good, unless it is changed."""
        settled = self._settled(name)
        situation = self.situation.having(name, None)
        return replace(settled, situation=situation, unknown=(*settled.unknown, name))

    def put_off(self, name: str) -> "State":
        """With a question that comes back at the end."""
        kept = self._settled(name)
        return replace(kept, trail=self.trail, later=(*kept.later, name))

    def wanting(self, name: str | None) -> "State":
        """With a question that comes next, whatever it settles."""
        return replace(self, wanted=name)

    def _settled(self, name: str) -> "State":
        def without(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(other for other in names if other != name)

        return replace(
            self,
            unknown=without(self.unknown),
            later=without(self.later),
            trail=(*without(self.trail), name),
            wanted=None,
        )


@dataclass(frozen=True, slots=True)
class Next:
    """The question that comes next, or none; how many may follow; why the interview ends.

    `reason` is `proof`, `steady` or `all`; empty while there is a question. `decided` is false
    when it could not be shown within the budget of a step that the question matters.
    """

    question: str | None
    at_most: int = 0
    reason: str = ""
    decided: bool = True


def first_place(program: Program, values: Mapping[str, Value]) -> str:
    """Where the walk ends on what is known."""
    return program.chart.first(*program.state(values))


def next_question(program: Program, state: State, depth: Depth) -> Next:
    """Which question comes next."""
    if depth is Depth.ALL:
        return _in_order(program, state)
    values, unknown = state.values, frozenset(state.unknown)
    step = next_step(program, values, unknown)
    left = len(step.left)
    if state.wanted is not None:
        there = state.wanted in step.left
        return Next(state.wanted, left + (not there))
    if not step.matter:
        return Next(None, 0, "proof")
    if depth is Depth.QUICK and steady(program, state):
        return Next(None, left, "steady")
    return Next(_best(program, state, step.matter), left, decided=step.decided)


def _best(program: Program, state: State, matter: tuple[str, ...]) -> str:
    """The most settling question that was not put off; one put off when only those are left."""
    for name in matter:
        if name not in state.later:
            return name
    exact = relevant(program, state.values, frozenset({*state.values, *state.unknown}))
    names = [entry.question for entry in exact]
    others = [name for name in names if name not in state.later]
    return (others or [name for name in state.later if name in names] or list(matter))[0]


def _in_order(program: Program, state: State) -> Next:
    done = {*state.values, *state.unknown}
    left = [name for name in program.rules.questions if name not in done]
    if state.wanted is not None:
        return Next(state.wanted, len(left) + (state.wanted not in left))
    ordered = [name for name in left if name not in state.later]
    ordered += [name for name in state.later if name in left]
    return Next(ordered[0], len(left)) if ordered else Next(None, 0, "all")


def steady(program: Program, state: State) -> bool:
    """Whether first place has held and no single further answer changes it."""
    now = first_place(program, state.values)
    last = state.firsts[-STEADY:]
    if len(last) < STEADY or set(last) != {now}:
        return False
    return not any(_alone(program, state, name) for name in _open(program, state))


def _open(program: Program, state: State) -> list[str]:
    done = {*state.values, *state.unknown}
    return [name for name in program.rules.questions if name not in done]


def _alone(program: Program, state: State, name: str) -> bool:
    """Whether an answer to this question alone can change first place."""
    others = frozenset(n for n in program.rules.questions if n != name) - state.values.keys()
    inquiry = Inquiry(program, state.values, others)
    bit = program.chart.outcome_bit[first_place(program, state.values)]
    return bool(inquiry.possible() & ~bit)


@dataclass(frozen=True, slots=True)
class Unasked:
    """The questions that were not asked, by the reason why they do not matter."""

    no_test: tuple[str, ...] = field(default=())
    other_way: tuple[str, ...] = field(default=())
    too_light: tuple[str, ...] = field(default=())

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.no_test) + len(self.other_way) + len(self.too_light)


def unasked(program: Program, state: State) -> Unasked:
    """Why each open question that nobody asked cannot change first place."""
    passed = tested = 0
    for spot in program.chart.spots:
        tested |= spot.mask
    for spot, _ in program.chart.walk(*program.state(state.values)):
        passed |= spot.mask
    groups: tuple[list[str], list[str], list[str]] = ([], [], [])
    for name in _open(program, state):
        mask = mask_of(program, name)
        groups[2 if mask & passed else 1 if mask & tested else 0].append(name)
    return Unasked(*(tuple(group) for group in groups))


def mask_of(program: Program, name: str) -> int:
    """The atoms that an answer to the question can settle."""
    indices = program.atoms.by_question.get(name, [])
    return sum(program.atoms.variables[index].mask for index in indices)


def idle(program: Program, state: State) -> set[str]:
    """The answers that no test on the way taken looks at: they are kept, and do not count."""
    passed = 0
    for spot, _ in program.chart.walk(*program.state(state.values)):
        passed |= spot.mask
    return {name for name in state.values if not mask_of(program, name) & passed}
