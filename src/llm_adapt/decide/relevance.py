"""Which open questions can still change first place, and which of them settles most.

A question matters when some way of answering all others leaves first place hanging on it. The
list is empty exactly when no answer can change first place: that is the proof an interview
stops on. Questions that nobody can answer (`unknown`) stay open for good: the walk then takes
its unknown edges, and what matters is what can still change where it ends.

Situations looked at in one go find most of the questions that matter, each with a witness; the
search decides about the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.columns import SITUATIONS
from llm_adapt.decide.comparison import Comparison
from llm_adapt.decide.nearby import ways_near
from llm_adapt.decide.program import Program
from llm_adapt.decide.reach import Budget, Search, Walker
from llm_adapt.decide.situations import TURNS, Situations
from llm_adapt.decide.splitter import Block, Option, Splitter
from llm_adapt.rules.value import Value

# One question of an exact list, and one step of an interview; what needs more counts as relevant.
FIRST_STEPS = 60
QUESTION_STEPS = 300
STEP_STEPS = 20_000
TRIED_MEMBERS = 8


@dataclass(frozen=True, slots=True)
class Open:
    """An open question that matters: the strategies still possible, and how often it decides.

    `undecided` says that the budget ended first: it may matter, and so is named.
    """

    question: str
    possible: int
    outcomes: int
    gain: float
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Where an interview stands: questions that matter, best first.

    With none of them first place is certain. `left` are the open questions that can still come to
    matter, whatever is answered and whatever stays unknown. `decided` is false when nothing could
    be shown within the budget: then all of `left` are given as if they mattered.
    """

    matter: tuple[str, ...]
    left: tuple[str, ...]
    decided: bool


def relevant(program: Program, values: Mapping[str, Value], asked: frozenset[str]) -> list[Open]:
    """The questions that can still change first place, most settling first.

    `asked` are questions not to be named again: answered, or known to have no answer.
    """
    inquiry = Inquiry(program, values, asked - values.keys())
    possible = inquiry.possible()
    if possible.bit_count() < 2:  # noqa: PLR2004 (one outcome is certain)
        return []
    gains = inquiry.gains
    found: list[Open] = []
    for name in inquiry.may_matter:
        decided = True if gains.get(name) else inquiry.matters(name)
        if decided is not False:
            gain = gains.get(name, 0.0)
            found.append(Open(name, possible, possible, gain, undecided=decided is None))
    order = {name: index for index, name in enumerate(program.rules.questions)}
    return sorted(found, key=lambda o: (-round(o.gain, 6), order[o.question]))


def settled(program: Program, values: Mapping[str, Value]) -> bool:
    """Whether no answer can change first place any more."""
    return Inquiry(program, values).possible().bit_count() < 2  # noqa: PLR2004


def next_step(program: Program, values: Mapping[str, Value], unknown: frozenset[str]) -> Step:
    """What to ask next, quickly: questions with a witness, or proof that there are none."""
    inquiry = Inquiry(program, values, unknown - values.keys())
    order = {name: index for index, name in enumerate(program.rules.questions)}
    gains = inquiry.gains
    matter = tuple(sorted(gains, key=lambda name: (-gains[name], order[name])))
    decided = True
    if not matter:
        matter, decided = inquiry.last_resort()
    left = tuple(dict.fromkeys((*inquiry.left(), *matter))) if matter else ()
    return Step(matter, left, decided)


class Inquiry:
    """One state of knowledge, asked about in several ways."""

    def __init__(
        self, program: Program, values: Mapping[str, Value], unknown: frozenset[str] = frozenset()
    ) -> None:
        self.program = program
        self.values = values
        self.unknown = unknown
        self.splitter = Splitter(program.atoms, values, unknown)
        self.sure = {**self.splitter.agreed, **values}
        self.known, forced = program.state(values), self.splitter.forced
        self.state = self.known[0] | forced[0], self.known[1] | forced[1]

    @cached_property
    def walker(self) -> Walker:
        """The walker over what is open."""
        return Walker(self.program, self.splitter, self.state)

    @cached_property
    def situations(self) -> Situations:
        """Complete situations that agree with what is known."""
        return Situations(self.program, self.splitter, self.state)

    @cached_property
    def may_matter(self) -> tuple[str, ...]:
        """The open questions that some test still ahead looks at, in their own order."""
        return self._asked(self.walker)

    @cached_property
    def gains(self) -> dict[str, float]:
        """The questions that change first place in a situation looked at, with how often."""
        found: dict[str, float] = {}
        for name in dict.fromkeys(q for block in self.splitter.blocks for q in block.questions):
            if share := self._shown(name):
                found[name] = share
        return found

    def _shown(self, name: str) -> float:
        """How often a question changes first place in the situations looked at."""
        for turn in TURNS:
            column = self.situations.changed(name, turn)
            if column and self._by_itself(name, turn, column):
                return column.bit_count() / SITUATIONS
        return 0.0

    def left(self) -> tuple[str, ...]:
        """The open questions that any test ahead can look at, unknown edges taken too."""
        walker = Walker(self.program, self.splitter, self.known, lasting=True)
        return self._asked(walker)

    def _asked(self, walker: Walker) -> tuple[str, ...]:
        live = walker.after[self.program.chart.start]
        asked = {name for b in self.splitter.blocks if b.mask & live for name in b.questions}
        return tuple(name for name in self.program.rules.questions if name in asked)

    def possible(self) -> int:
        """The outcomes that can still be first."""
        found = self.situations.outcomes()
        return Search(self.walker, self.program.chart.start, Budget(), found).run(self.state)

    def matters(self, question: str) -> bool | None:
        """Whether two answers to a question can give different first places, all else equal.

        Nothing when that was not decided within the budget.
        """
        start = self.program.chart.start
        for steps in (FIRST_STEPS, QUESTION_STEPS):
            budget = Budget(steps)
            found = any(
                Comparison(self.walker, one, two, budget).run(start, self.state)
                for one, two in self.splitter.pairs(question)
            )
            if not budget.spent:
                return found
            if steps == FIRST_STEPS and self._shown_near(question):
                return True
        return None

    def _shown_near(self, question: str) -> bool:
        """Whether a question changes first place in situations where a test of it is met."""
        start = self.program.chart.start
        for chosen in ways_near(self.walker, start, self.state, question):
            near = Inquiry(self.program, assembled(self.values, chosen), self.unknown)
            if question not in near.values and near._shown(question):
                return True
        return False

    def last_resort(self) -> tuple[tuple[str, ...], bool]:
        """A question that matters though no situation showed it; or none, and if that is proved."""
        situations = self.situations
        for column in situations.ends.values():
            there = [situations.option(b, column.bit_length() - 1) for b in situations.blocks]
            if question := self._between(there):
                return (question,), True
        found = situations.outcomes()
        search = Search(self.walker, self.program.chart.start, Budget(STEP_STEPS), found)
        search.run(self.state)
        for way in search.ways.values():
            if question := self._between([_agreeing(b, way) for b in situations.blocks]):
                return (question,), True
        if search.budget.spent or search.found != found:
            return self.may_matter, False
        if self.program.chart.outcome_bit[self._first(self.values)] & found:
            return (), True
        return self._astray(), True

    def _astray(self) -> tuple[str, ...]:
        """What the walk looks at where an unknown edge leads and no answer can.

        A rule set should not do that; where one does, only answers bring the walk back.
        """
        atoms, mask = self.program.atoms, 0
        for spot, _ in self.program.chart.walk(*self.known):
            mask |= spot.mask & ~(self.known[0] | self.known[1])
        done = {*self.values, *self.unknown}
        return tuple(
            name
            for name, indices in atoms.by_question.items()
            if name not in done and any(atoms.variables[i].mask & mask for i in indices)
        )

    def _by_itself(self, name: str, turn: int, column: int) -> bool:
        """Whether a question that is settled together with others changes something alone."""
        block = next(b for b in self.situations.blocks if name in b.questions)
        if len(block.questions) == 1 or not block.options[0].values:
            return True
        for _ in range(TRIED_MEMBERS):
            if not column:
                return False
            low = column & -column
            column ^= low
            situation = low.bit_length() - 1
            here = self._situation(situation)
            there = self.situations.option(block, (situation - turn) % SITUATIONS).values
            both = (
                ({**here, name: there[name]}, here),
                ({**here, **there, name: here[name]}, {**here, **there}),
            )
            if any(self._first(one) != self._first(two) for one, two in both):
                return True
        return False

    def _situation(self, situation: int) -> dict[str, Value]:
        chosen = [self.situations.option(b, situation) for b in self.situations.blocks]
        return assembled(self.sure, chosen)

    def _first(self, values: Mapping[str, Value]) -> str:
        return self.program.chart.first(*self.program.state(values))

    def _between(self, there: Sequence[Option | None]) -> str | None:
        """A question on which first place hangs, on the way from one situation to another."""
        blocks = self.situations.blocks
        chosen = [self.situations.option(block, 0) for block in blocks]
        before = self._first(assembled(self.sure, chosen))
        for index, option in enumerate(there):
            here = chosen[index]
            if option is None or option == here:
                continue
            chosen[index] = option
            after = self._first(assembled(self.sure, chosen))
            if after != before:
                return self._member(chosen, index, here, after)
            before = after
        return None

    def _member(self, chosen: list[Option], index: int, here: Option, after: str) -> str:
        values = assembled(self.sure, chosen)
        names = self.situations.blocks[index].questions
        for name in names:
            values = {**values, name: here.values[name]} if len(names) > 1 else values
            if self._first(values) != after:
                return name
        return next(iter(names))


def assembled(values: Mapping[str, Value], chosen: list[Option]) -> dict[str, Value]:
    """The answers known together with those of some options; items of a list come together."""
    found = dict(values)
    for option in chosen:
        for name, value in option.values.items():
            there = found.get(name)
            if isinstance(value, tuple) and isinstance(there, tuple):
                value = (*there, *value)  # noqa: PLW2901 (the joined list is the answer)
            found[name] = value
    return found


def _agreeing(block: Block, way: Bits) -> Option | None:
    """The option of a block that a partial answer has settled."""
    true, false = way[0] & block.mask, way[1] & block.mask
    if not true | false:
        return None
    for option in block.options:
        if not (true & ~option.true or false & ~option.false):
            return option
    return None
