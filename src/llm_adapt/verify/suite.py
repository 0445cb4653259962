"""The tests a rule set carries: two examples of each rule, and cases."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from llm_adapt.decide.advise import Adviser, differs
from llm_adapt.decide.chart import NONE
from llm_adapt.decide.logic import YES, Truth
from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank, ruled_out, scores
from llm_adapt.decide.selection import Selection
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Path, Plain, mapping, sequence, text, texts
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.rules.value import Unreadable, Value


@dataclass(frozen=True, slots=True)
class Trial:
    """One test: a situation, what must come of it, and the place where that is written.

    `todo` says why it is known to fail; it has to fail then.
    """

    id: str
    path: Path
    answers: Mapping[str, Value]
    expect: Mapping[str, Plain]
    todo: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is wrong with a test, each with the path of the expectation; nothing: it passed."""

    trial: Trial
    faults: tuple[tuple[Path, str], ...]

    @property
    def passed(self) -> bool:
        """Whether all is as it should be, a test that has to fail included."""
        return not self.faults


def trials(rules: RuleSet) -> list[Trial]:
    """Every test of a rule set: examples by rule, then cases, each in order of their ids."""
    found: list[Trial] = []
    for rule in rules.rules.values():
        for kind, raw in (("fires", rule.fires), ("silent", rule.silent)):
            path: Path = ("rules", rule.id, "examples", kind)
            expect: dict[str, Plain] = {kind: [rule.id]}
            name = f"{rule.id}/{kind}"
            found.append(Trial(name, path, read_answers(rules, raw), expect, "", rule.id))
    for case in rules.cases.values():
        answers = read_answers(rules, case.answers)
        found.append(Trial(case.id, ("cases", case.id), answers, case.expect, case.todo))
    return found


def read_answers(rules: RuleSet, raw: Mapping[str, Plain]) -> dict[str, Value]:
    """Plain answers as values; what is no answer is left out (linking has told it)."""
    found: dict[str, Value] = {}
    for name, plain in raw.items():
        question = rules.questions.get(name)
        value = None if question is None else question.read(plain)
        if value is not None and not isinstance(value, Unreadable):
            found[name] = value
    return found


def judged(program: Program, trial: Trial, article: Program | None = None) -> Outcome:
    """Hold a test against a rule set."""
    faults = tuple(_Judgement(program, trial, article).faults())
    if not trial.todo:
        return Outcome(trial, faults)
    if faults:
        return Outcome(trial, ())
    return Outcome(trial, (((*trial.path, "todo"), "it is as it should be now: remove todo"),))


class _Judgement:
    """One test under way; only what it asks for is worked out."""

    def __init__(self, program: Program, trial: Trial, article: Program | None) -> None:
        self.program = program
        self.rules = program.rules
        self.trial = trial
        self.values = dict(trial.answers)
        self.article = article
        self.state = program.state(trial.answers)

    def faults(self) -> Iterator[tuple[Path, str]]:
        """What is not as expected."""
        checks: dict[str, Callable[[Plain], Iterator[str]]] = {
            "first": self._first,
            "not_first": self._not_first,
            "before": self._before,
            "verdict": self._verdict,
            "fires": self._fires,
            "silent": self._silent,
            "how": lambda raw: self._items("variant", raw),
            "warns": lambda raw: self._items("warning", raw),
            "prepares": lambda raw: self._items("preparation", raw),
            "ruled_out": self._ruled_out,
            "differs": self._differs,
            "score": self._score,
        }
        for key, raw in self.trial.expect.items():
            if raw is None:
                continue
            path = self.trial.path if self.trial.rule else (*self.trial.path, "expect", key)
            for fault in checks[key](raw):
                yield path, fault

    @cached_property
    def first(self) -> str:
        """The strategy in first place, or `none`."""
        return self.program.chart.first(*self.state)

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        return () if self.first == NONE else self.rules.strategies[self.first].parts

    def _first(self, raw: Plain) -> Iterator[str]:
        wanted = texts(raw)
        if self.first not in wanted:
            yield f"first is {self.first}, not {' or '.join(wanted)}"

    def _not_first(self, raw: Plain) -> Iterator[str]:
        if self.first in texts(raw):
            yield f"first is {self.first}"

    def _before(self, raw: Plain) -> Iterator[str]:
        order = rank(self.program, *self.state)
        for pair in sequence(raw):
            named = texts(pair)
            places = [order.index(name) if name in order else -1 for name in named]
            if -1 in places or places != sorted(places):
                yield f"not in the order {', '.join(named)}: {', '.join(order)}"

    def _verdict(self, raw: Plain) -> Iterator[str]:
        situation = Situation({name: Answer(value) for name, value in self.values.items()})
        found = Adviser(self.program, situation).verdict().value
        if found != text(raw):
            yield f"the verdict is {found}, not {text(raw)}"

    def _truth(self, name: str) -> int | None:
        logic = self.program.logic.get(name)
        return None if logic is None else logic.test(*self.state)

    def _fires(self, raw: Plain) -> Iterator[str]:
        for name in texts(raw):
            value = self._truth(name)
            if value != YES:
                said = "is not there" if value is None else f"says {Truth(value).name.lower()}"
                yield f"{name} does not fire: it {said}"

    def _silent(self, raw: Plain) -> Iterator[str]:
        for name in texts(raw):
            if self._truth(name) == YES:
                yield f"{name} fires"

    def _items(self, kind: str, raw: Plain) -> Iterator[str]:
        selection = Selection(self.program, self.values, self.state, self.first)
        # With nothing recommended only what belongs to no part is left.
        shown = {item.id for item in selection.of(kind, self._parts)}
        for name in texts(raw):
            if name not in shown:
                yield f"{name} does not come with {self.first}: {', '.join(sorted(shown)) or '-'}"

    def _ruled_out(self, raw: Plain) -> Iterator[str]:
        found = ruled_out(self.program, *self.state)
        for name in texts(raw):
            if name not in found:
                yield f"{name} is not ruled out"

    def _differs(self, raw: Plain) -> Iterator[str]:
        article = self.article
        found = None if article is None else differs(article, self.program, self.values)
        theirs = "nothing else" if found is None else found.strategy
        if theirs != text(raw):
            yield f"the article alone says {theirs}, not {text(raw)}"

    def _score(self, raw: Plain) -> Iterator[str]:
        found = scores(self.program, *self.state)
        for name, wanted in mapping(raw).items():
            if found.get(name) != wanted:
                yield f"the score of {name} is {found.get(name)}, not {wanted}"
