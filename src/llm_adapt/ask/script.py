"""What an interview knows at one moment, and which question comes next: a value, no terminal."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from llm_adapt.decide.program import Program
from llm_adapt.proof.outlook import Inquiry, may_be_asked
from llm_adapt.proof.questions import Completions
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Value

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

    def answered(self, name: str, value: Value) -> "State":
        """With an answer."""
        situation = self.situation.having(name, Answer(value, Origin.ASKED))
        return replace(self._settled(name), situation=situation)

    def standing(self, first: str) -> "State":
        """With where the walk stands after an answer."""
        return replace(self, firsts=(*self.firsts, first))

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


def as_given(situation: Situation) -> Situation:
    """The situation as it is: nothing is assumed."""
    return situation


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays the same through an interview.

    `assume` adds the answers that follow from given ones as long as nobody gives them.
    """

    program: Program
    depth: Depth = Depth.PROOF
    assume: Callable[[Situation], Situation] = as_given

    def values(self, state: State) -> dict[str, Value]:
        """What is known, with what is assumed."""
        return self.assume(state.situation).values()

    def first(self, state: State) -> str:
        """Where the walk ends on what is known."""
        return self.program.first(self.values(state))

    def stand_ins(self, state: State) -> dict[str, str]:
        """Questions that nobody could answer, with the open ones that their answer follows from."""
        found: dict[str, str] = {}
        for name in state.unknown:
            source = self.program.rules.questions[name].break_even_of
            if source and source not in state.situation.answers and source not in state.unknown:
                found[name] = source
        return found

    def open(self, state: State) -> list[str]:
        """The questions that are neither answered nor known to have no answer."""
        done = {*self.values(state), *state.unknown}
        return [name for name in self.program.rules.questions if name not in done]


@dataclass(frozen=True, slots=True)
class Next:
    """The question that comes next, or none; how many may follow; why the interview ends.

    `reason` is `proof`, `steady` or `all`; empty while there is a question.
    """

    question: str | None
    at_most: int = 0
    reason: str = ""


def next_question(setting: Setting, state: State) -> Next:
    """Which question comes next."""
    if setting.depth is Depth.ALL:
        return _in_order(setting, state)
    stand_ins = setting.stand_ins(state)
    unknown = frozenset(state.unknown) - stand_ins.keys()
    program, values = setting.program, setting.values(state)
    open_ = [
        entry.question for entry in Inquiry(program, values, unknown).outlook(whole=False).open
    ]
    ahead = may_be_asked(program, values, unknown) if open_ else []
    matter = tuple(dict.fromkeys(stand_ins.get(name, name) for name in open_))
    left = {stand_ins.get(name, name) for name in (*ahead, *open_)}
    if state.wanted is not None:
        return Next(state.wanted, len(left | {state.wanted}))
    if not matter:
        return Next(None, 0, "proof")
    if setting.depth is Depth.QUICK and steady(setting, state):
        return Next(None, len(left), "steady")
    # One that was put off comes when only those are left.
    best = [*(n for n in matter if n not in state.later), *(n for n in state.later if n in matter)]
    return Next(best[0], len(left))


def _in_order(setting: Setting, state: State) -> Next:
    left = setting.open(state)
    if state.wanted is not None:
        return Next(state.wanted, len({*left, state.wanted}))
    ordered = [name for name in left if name not in state.later]
    ordered += [name for name in state.later if name in left]
    return Next(ordered[0], len(left)) if ordered else Next(None, 0, "all")


def steady(setting: Setting, state: State) -> bool:
    """Whether first place has held and no single further answer changes it."""
    now = setting.first(state)
    last = state.firsts[-STEADY:]
    if len(last) < STEADY or set(last) != {now}:
        return False
    return not any(_alone(setting, state, name, now) for name in setting.open(state))


def _alone(setting: Setting, state: State, name: str, now: str) -> bool:
    """Whether an answer to this question alone can change first place."""
    program, values = setting.program, setting.values(state)
    others = frozenset(program.rules.questions) - values.keys() - {name}
    return Completions(program, values, others).possible() != {now}


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


def unasked(setting: Setting, state: State) -> Unasked:
    """Why each open question that nobody asked cannot change first place."""
    program, tested = setting.program, setting.program.tested
    passed = _passed(setting, state)
    groups: tuple[list[str], list[str], list[str]] = ([], [], [])
    for name in setting.open(state):
        mask = program.atoms.reach.get(name, 0)
        groups[2 if mask & passed else 1 if mask & tested else 0].append(name)
    return Unasked(*(tuple(group) for group in groups))


def _passed(setting: Setting, state: State) -> int:
    """The atoms that the tests on the way taken look at."""
    passed = 0
    for node, _ in setting.program.evaluate(setting.values(state)).walk():
        passed |= node.mask
    return passed


def idle(setting: Setting, state: State) -> set[str]:
    """The answers that no test on the way taken looks at: they are kept, and do not count."""
    passed, reach = _passed(setting, state), setting.program.atoms.reach
    return {name for name in setting.values(state) if not reach.get(name, 0) & passed}
