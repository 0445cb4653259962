"""What an interview knows at one moment, and which question comes next: a value, no terminal.

It begins with the questions that open the first two blocks, what the system does and what goes
wrong. Then it goes through the blocks of the rule set in their order, and asks within a block what
is expected to settle first place most: by how much the plausible ways to answer the rest agree more
on it once the reply is known, where "I do not know" is a reply. What settles it hardly waits. It
stops when first place is robust enough for its depth.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from llm_adapt.decide.program import Program
from llm_adapt.proof.outlook import Inquiry, may_be_asked
from llm_adapt.proof.sampling import COMPLETIONS
from llm_adapt.rules.outlook import LEANING, ROBUST, Open, Outlook
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Value

# A block is passed by for the moment where a question of another settles first place this many
# times as much.
OVERSHADOWED = 2
# Who could not answer that many in a row will hardly know the next.
MOST_UNKNOWN = 8


class Depth(StrEnum):
    """How far an interview goes: until first place leans, is robust, is proved, or to the end."""

    QUICK = "quick"
    ROBUST = "robust"
    PROOF = "proof"
    ALL = "all"


# The share of first place, and the replies, from which on an interview stops. Robust is asked for
# with two standard errors of a share drawn from 400 completions on top, so that chance ends none.
STOPS = {Depth.QUICK: (LEANING, 5), Depth.ROBUST: (ROBUST + 0.03, 8)}


@record(frozen=True)
class State:
    """Everything that was said so far.

    `unknown` are questions the person cannot answer, `later` those put off, in that order.
    `trail` has the questions answered in this sitting. `wanted` is a question somebody asked for
    out of turn.
    """

    situation: Situation
    depth: Depth = Depth.ROBUST
    unknown: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    wanted: str | None = None

    def answered(self, name: str, value: Value) -> "State":
        """With an answer."""
        situation = self.situation.having(name, Answer(value, Origin.ASKED))
        return replace(self._without(name), situation=situation, trail=self._trail(name))

    def not_known(self, name: str) -> "State":
        """With a question that stays open for good, unless it is changed."""
        kept = self._without(name)
        situation = self.situation.having(name, None)
        unknown = (*kept.unknown, name)
        return replace(kept, situation=situation, unknown=unknown, trail=self._trail(name))

    @property
    def assumed(self) -> list[str]:
        """The answers of a preset that nobody has confirmed."""
        answers = self.situation.answers
        return [name for name, answer in answers.items() if answer.origin is Origin.ASSUMED]

    def confirmed(self) -> "State":
        """With what was assumed taken as said."""
        situation, taken = self.situation, self.assumed
        for name in taken:
            answer = replace(situation.answers[name], origin=Origin.ASKED, by="")
            situation = situation.having(name, answer)
        trail = tuple(name for name in self.trail if name not in taken)
        return replace(self, situation=situation, trail=(*trail, *taken))

    def put_off(self, name: str) -> "State":
        """With a question that comes back at the end."""
        kept = self._without(name)
        return replace(kept, later=(*kept.later, name))

    def _trail(self, name: str) -> tuple[str, ...]:
        return (*(other for other in self.trail if other != name), name)

    def _without(self, name: str) -> "State":
        unknown = tuple(other for other in self.unknown if other != name)
        later = tuple(other for other in self.later if other != name)
        return replace(self, unknown=unknown, later=later, wanted=None)


@record(frozen=True)
class Setting:
    """What stays the same through an interview.

    `assume` adds the answers that follow from given ones as long as nobody gives them.
    """

    program: Program
    assume: Callable[[Situation], Situation]

    def values(self, state: State) -> dict[str, Value]:
        """What is known, with what is assumed."""
        return self.assume(state.situation).values()

    def unknown(self, state: State) -> frozenset[str]:
        """The questions that stay open for good, with those that hang on them.

        How clean are labels of which one does not know whether there are any?
        """
        names = frozenset(state.unknown) - self.stand_ins(state).keys()
        questions = self.program.rules.questions.values()
        return names | {question.id for question in questions if question.after in names}

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


@record(frozen=True)
class Next:
    """The question that comes next, or none; how many may follow; why the interview ends.

    `reason` is `proof`, `robust`, `leaning`, `unknown` (the last ones were not known), `range` (all
    hangs on amounts known only roughly) or `all`, or `preset` where typical answers are to be
    confirmed; empty while there is a question.
    """

    question: str | None
    at_most: int = 0
    reason: str = ""
    outlook: Outlook | None = None


def next_question(setting: Setting, state: State) -> Next:
    """Which question comes next."""
    if state.assumed and state.wanted is None:
        return Next(None, 0, "preset")
    if state.depth is Depth.ALL:
        left = setting.open(state)
        ordered = [name for name in left if name not in state.later]
        ordered += [name for name in state.later if name in left]
        first = state.wanted or next(iter(ordered), None)
        return Next(first, len({*left, *filter(None, [first])}), "" if first else "all")
    given = setting.program, setting.values(state), setting.unknown(state)
    inquiry = Inquiry(*given)
    outlook = inquiry.outlook(whole=False)
    matter = _to_ask(setting, state, outlook)
    if matter.keys() <= {*state.later}:
        outlook = inquiry.outlook()
        matter = _to_ask(setting, state, outlook)
    ahead = {*matter, *(may_be_asked(*given) if matter else ())}
    if state.wanted is not None:
        return Next(state.wanted, len({*ahead, state.wanted}), outlook=outlook)
    if not matter:
        word = outlook.stability.word
        return Next(None, 0, "range" if outlook.open and word != "proved" else "proof", outlook)
    if reason := _enough(state, outlook.stability.share):
        return Next(None, len(ahead), reason, outlook)
    first = _opening(setting, state)
    if first is None:
        settle = inquiry.sample.settling
        # Those that only move it together with others follow, by how often full answers do.
        settled = {n: settle(e.question) + e.could_move / COMPLETIONS for n, e in matter.items()}
        first = _best(setting, state, settled)
    return Next(first, len(ahead), outlook=outlook)


def _enough(state: State, share: float) -> str:
    """Why to stop here, if one may."""
    wanted, replies = STOPS.get(state.depth, (0.0, len(state.trail) + 1))
    if len(state.trail) < replies:
        return ""
    if share >= wanted:
        return "robust" if share >= ROBUST else "leaning"
    last = state.trail[-MOST_UNKNOWN:]
    stuck = len(last) == MOST_UNKNOWN and all(name in state.unknown for name in last)
    return "unknown" if stuck else ""


def _to_ask(setting: Setting, state: State, outlook: Outlook) -> dict[str, Open]:
    """The questions to be asked that can change first place, and what each could change."""
    stand_ins = setting.stand_ins(state)
    answered = state.situation.answers
    return {
        stand_ins.get(entry.question, entry.question): entry
        for entry in reversed(outlook.open)
        # Known by a range only: no more is known, or it would have been said.
        if entry.question not in answered or entry.question in state.assumed
    }


def _opening(setting: Setting, state: State) -> str | None:
    """The questions that open the first two blocks: what the system does, what goes wrong.

    They are asked even where they move nothing: the rest is easier to answer after them.
    """
    opened: dict[str, str] = {}
    for question in setting.program.rules.questions.values():
        if question.block:
            opened.setdefault(question.block, question.id)
    left = {*setting.open(state)} - {*state.later}
    return next((name for name in [*opened.values()][:2] if name in left), None)


def _best(setting: Setting, state: State, settled: Mapping[str, float]) -> str:
    """The question that comes next, of those that can change first place."""
    questions = setting.program.rules.questions
    now = {name: share for name, share in settled.items() if name not in state.later}
    if not now:
        return next(name for name in state.later if name in settled)
    floor = max(now.values()) / OVERSHADOWED
    blocks = list(dict.fromkeys(question.block for question in questions.values()))
    worth = [name for name, share in now.items() if share >= floor]
    block = min((questions[name].block for name in worth), key=blocks.index)
    best = max((name for name in worth if questions[name].block == block), key=now.__getitem__)
    before = questions[best].after
    return before if before in now else best


def idle(setting: Setting, state: State) -> set[str]:
    """The answers that no test on the way taken looks at: they are kept, and do not count."""
    program, values = setting.program, setting.values(state)
    passed = 0
    for node, _ in program.evaluate(values).walk():
        passed |= node.mask
    return {name for name in values if not program.atoms.reach.get(name, 0) & passed}
