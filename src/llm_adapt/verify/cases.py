"""The tests of a rule set: two examples of each rule, its cases, and documented projects."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from llm_adapt.decide.advice import Adviser, differs
from llm_adapt.decide.chart import NONE
from llm_adapt.decide.conditions import WORDS, YES
from llm_adapt.decide.program import Evaluation, Program
from llm_adapt.decide.rank import rank
from llm_adapt.decide.selection import Selection
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Path, Plain, mapping, sequence, text, texts
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.rules.value import Value

# The best of a project has to stand among so many.
AMONG = 3
_PRE_TRAINED = {"cpt", "pretrain"}
_TUNED = {"peft", "full_ft"}
_PROMPTED = {"icl"}
Parts = frozenset[str]


class Marks(NamedTuple):
    """How a ranking fares: what it puts first, and whether the best is among the first three."""

    acceptable: bool
    best: bool
    among_three: bool
    wrong: bool


@record(frozen=True)
class Documented:
    """A project that somebody has written about.

    `best` is what worked best there, `fine` holds it and what would have done as well, `wrong`
    what was measured to do badly.
    """

    name: str
    answers: Mapping[str, Value]
    best: Parts
    fine: frozenset[Parts]
    wrong: frozenset[Parts]

    def marks(self, order: Sequence[Parts]) -> Marks:
        """How a ranking of this project fares."""
        first = order[0]
        among = self.best in order[:AMONG]
        return Marks(first in self.fine, first == self.best, among, first in self.wrong)

    def faults(self, order: Sequence[Parts]) -> Iterator[str]:
        """What is to be said against a ranking: first place acceptable, the best near the top."""
        marks = self.marks(order)
        if not marks.acceptable:
            did = "which did badly there" if marks.wrong else f"not {_said(self.best)}"
            yield f"first is {_said(order[0])}, {did}"
        elif not marks.among_three:
            said = ", ".join(map(_said, order[:AMONG]))
            yield f"{_said(self.best)}, the best, is not among the first three: {said}"


@record(frozen=True)
class Trial:
    """One test: a situation, what must come of it, and the place where that is written.

    `todo` says why it is known to fail; it has to fail then. A documented `project` is judged by
    the ranking as a whole.
    """

    id: str
    path: Path
    answers: Mapping[str, Value]
    expect: Mapping[str, Plain]
    todo: str = ""
    rule: str = ""
    project: Documented | None = None


def trials(rules: RuleSet) -> list[Trial]:
    """Every test of a rule set: examples by rule, then cases, each in order of their ids."""
    found: list[Trial] = []
    for rule in rules.rules.values():
        for kind, raw in (("fires", rule.examples.fires), ("silent", rule.examples.silent)):
            path: Path = ("rules", rule.id, "examples", kind)
            expect: dict[str, Plain] = {kind: [rule.id]}
            name = f"{rule.id}/{kind}"
            found.append(Trial(name, path, rules.read(raw), expect, "", rule.id))
    for case in rules.cases.values():
        answers = rules.read(case.answers)
        found.append(Trial(case.id, ("cases", case.id), answers, case.expect, case.todo))
    return found


def of_project(project: Documented) -> Trial:
    """A documented project as a test."""
    return Trial(project.name, ("expected", "best"), project.answers, {}, project=project)


def failures_of(
    program: Program, trial: Trial, article: Program | None = None
) -> Iterator[tuple[Path, str]]:
    """What is wrong with a test, each with the path of the expectation; nothing: it passed."""
    if not trial.todo:
        yield from _Judgement(program, trial, article).faults()
    elif passes(program, trial, article):
        yield (*trial.path, "todo"), "it is as it should be now: remove todo"


def passes(program: Program, trial: Trial, article: Program | None = None) -> bool:
    """Whether all comes out as a test demands."""
    return next(_Judgement(program, trial, article).faults(), None) is None


class _Judgement:
    """One test under way; only what it asks for is worked out."""

    def __init__(self, program: Program, trial: Trial, article: Program | None) -> None:
        self.program = program
        self.trial = trial
        self.article = article
        self.found = program.evaluate(trial.answers)

    def faults(self) -> Iterator[tuple[Path, str]]:
        """What is not as expected; what takes long is looked at last."""
        if self.trial.project:
            for fault in self.trial.project.faults(places(self.found)):
                yield self.trial.path, fault
        each: dict[str, Callable[[str], str]] = {
            "not_first": lambda name: f"first is {name}" if name == self.found.first else "",
            "fires": self._fires,
            "silent": lambda name: f"{name} fires" if self._holds(name) else "",
            "ruled_out": lambda n: "" if n in self.found.ruled_out else f"{n} is not ruled out",
            "how": partial(self._comes, "variant"),
            "warns": partial(self._comes, "warning"),
            "prepares": partial(self._comes, "preparation"),
        }
        whole: dict[str, Callable[[Plain], Iterator[str]]] = {
            "first": self._first,
            "score": self._score,
            "before": self._before,
            "differs": self._differs,
            "verdict": self._verdict,
        }
        for key in [key for key in (*each, *whole) if self.trial.expect.get(key) is not None]:
            raw = self.trial.expect[key]
            path = self.trial.path if self.trial.rule else (*self.trial.path, "expect", key)
            faults = map(each[key], texts(raw)) if key in each else whole[key](raw)
            yield from ((path, fault) for fault in faults if fault)

    def _first(self, raw: Plain) -> Iterator[str]:
        wanted = texts(raw)
        if self.found.first not in wanted:
            yield f"first is {self.found.first}, not {' or '.join(wanted)}"

    def _before(self, raw: Plain) -> Iterator[str]:
        order = rank(self.found)
        for pair in sequence(raw):
            named = texts(pair)
            places = [order.index(name) if name in order else -1 for name in named]
            if -1 in places or places != sorted(places):
                yield f"not in the order {', '.join(named)}: {', '.join(order)}"

    def _verdict(self, raw: Plain) -> Iterator[str]:
        answers = self.trial.answers
        situation = Situation({name: Answer(value) for name, value in answers.items()})
        outlook = Inquiry(self.program, answers).outlook(whole=False)
        said = Adviser(self.program, situation).verdict(outlook).value
        if said != text(raw):
            yield f"the verdict is {said}, not {text(raw)}"

    def _fires(self, name: str) -> str:
        known = name in self.program.logic
        said = f"says {WORDS[self.found.holds(name)]}" if known else "is not there"
        return "" if self._holds(name) else f"{name} does not fire: it {said}"

    def _holds(self, name: str) -> bool:
        return name in self.program.logic and self.found.holds(name) == YES

    def _comes(self, kind: str, name: str) -> str:
        shown = sorted(item.id for item in Selection(self.found).of(kind, self.found.parts))
        said = f"{name} does not come with {self.found.first}: {', '.join(shown) or '-'}"
        return "" if name in shown else said

    def _differs(self, raw: Plain) -> Iterator[str]:
        found = self.article and differs(self.article, self.program, self.trial.answers)
        theirs = found.strategy if found else "nothing else"
        if theirs != text(raw):
            yield f"the article alone says {theirs}, not {text(raw)}"

    def _score(self, raw: Plain) -> Iterator[str]:
        for name, wanted in mapping(raw).items():
            if self.found.scores.get(name) != wanted:
                yield f"the score of {name} is {self.found.scores.get(name)}, not {wanted}"


def places(found: Evaluation) -> list[Parts]:
    """The ranking as parts; where nothing can be recommended, `none` stands first."""
    order = [parts(name) for name in rank(found)]
    return [frozenset({NONE}), *order] if found.first == NONE else order


def parts(strategy: str) -> Parts:
    """A strategy as its parts, as people write them.

    Tuning is included in (continued) pre-training, prompting in everything.
    """
    found = set(strategy.split("+"))
    if found & _PRE_TRAINED:
        found -= _TUNED
    return frozenset(found - _PROMPTED if len(found) > 1 else found)


def _said(strategy: Parts) -> str:
    return "+".join(sorted(strategy, key=lambda part: (part != "rag", part)))
