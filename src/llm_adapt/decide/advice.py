"""One situation in, the whole advice out: ranking, reasons, path, plan and what is still open."""

from collections.abc import Mapping
from functools import cached_property

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.conditions import YES
from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank
from llm_adapt.decide.reasons import Reasons, looked_at
from llm_adapt.decide.selection import Selection
from llm_adapt.decide.why_not import why_not_first
from llm_adapt.decide.words import fill
from llm_adapt.rules.advice import (
    Advice,
    Ask,
    Change,
    Differs,
    Flip,
    Given,
    Group,
    Known,
    Passed,
    Place,
    RuleSetUsed,
    Status,
    Verdict,
)
from llm_adapt.rules.model import Condition, Strength, Tally
from llm_adapt.rules.outlook import Bounds, Open, Outlook
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Origin, Situation
from llm_adapt.rules.value import Unreadable, Value, as_told, shown

GROUPS = {
    Status.RECOMMENDED: Group.RECOMMENDED,
    Status.VIABLE: Group.WOULD_ALSO_WORK,
    Status.NOT_ADVISED: Group.NOT_ADVISED,
    Status.RULED_OUT: Group.RULED_OUT,
}
WORDS: tuple[Known, ...] = ("no", "yes", "unknown")
NO_ADVICE = "No advice yet: nothing that is known decides anything."
# First place is called close when another is at most this many points behind it.
CLOSE_MARGIN = Strength.WEAK.points


@record(frozen=True)
class _Seen:
    """What the ranking is told beside the scores; `leads`: whether first place is advice yet."""

    outlook: Outlook
    bounds: Bounds
    leads: bool


class Adviser:
    """Advice on one situation; each part of it is a method."""

    def __init__(self, program: Program, situation: Situation) -> None:
        self.program = program
        self.situation = situation
        self.values: dict[str, Value] = situation.values()
        self.decided = program.evaluate(self.values)
        self.state = self.decided.state
        self.first = self.decided.first
        self.scores = self.decided.scores
        self.vetoed = self.decided.ruled_out

    @cached_property
    def order(self) -> list[str]:
        """Every strategy, best first."""
        return rank(self.decided)

    def advice(self, outlook: Outlook, bounds: Bounds, differs: Differs | None = None) -> Advice:
        """Everything there is to say, with what is still open about the situation."""
        rules = self.program.rules
        answers = self.situation.answers.items()
        named = {name for name, answer in answers if answer.origin is not Origin.ASSUMED}
        named |= {entry.question for entry in outlook.open}
        verdict = self.verdict(outlook)
        selection = Selection(self.program, self.values, self.state, self.first)
        reasons = Reasons(self.program, self.values, self.state)
        path = self.path()
        decided = any(node.answers and node.result != "unknown" for node in path)
        nothing_yet = verdict is Verdict.UNDETERMINED and not decided
        return Advice(
            ruleset=RuleSetUsed(rules.name, rules.version, rules.digest),
            verdict=verdict,
            summary=NO_ADVICE if nothing_yet else self._summary(verdict),
            no_advice_yet=nothing_yet,
            ranking=self._ranking(
                selection, reasons, path, _Seen(outlook, bounds, leads=not nothing_yet)
            ),
            path=path,
            plan=selection.plan(),
            so_far=selection.whatever_wins("so_far"),
            out_of_scope=selection.whatever_wins("out_of_scope"),
            preparations=selection.of("preparation", self._parts(self.first) or tuple(self.scores)),
            data_plan=selection.of("data", self._parts(self.first)),
            ask_next=tuple(self._ask(entry) for entry in outlook.open),
            open_but_idle=tuple(name for name in rules.questions if name not in named),
            flips=self._flips(bounds),
            flips_undecided=bounds.undecided,
            article_differs=differs,
            answers={
                name: Given(as_told(self.values[name]), self.situation.answers[name].origin)
                for name in rules.questions
                if name in self.values
            },
            stability=outlook.stability,
        )

    def verdict(self, outlook: Outlook) -> Verdict:
        """How sure first place is, from what is open and from the margin."""
        if len(outlook.possible) > 1:
            return Verdict.UNDETERMINED
        if self.first == NONE:
            return Verdict.NONE
        return Verdict.CLOSE if self._margin() <= CLOSE_MARGIN else Verdict.CLEAR

    def _margin(self) -> int:
        others = [s for name, s in self.scores.items() if name not in {self.first, *self.vetoed}]
        return self.scores[self.first] - max(others, default=-100)

    def _summary(self, verdict: Verdict) -> str:
        """The headline: what is first, how firmly, and a rival that is as near."""
        title = self._title(self.first)
        near = [
            self._title(name)
            for name in self.order
            if self.first not in {name, NONE}
            and self.status(name) is Status.VIABLE
            and 0 <= self.scores[self.first] - self.scores[name] <= CLOSE_MARGIN
        ]
        rival = f", closely before {near[0]}" if len(near) == 1 else ""
        match verdict:
            case Verdict.NONE:
                return "None of these yet: do the preparations below first."
            case Verdict.CLEAR:
                return f"Recommended: {title}."
            case Verdict.CLOSE:
                rival = rival or ", but others stand as well by the arguments"
                return f"Recommended: {title}{rival}."
            case Verdict.UNDETERMINED:
                return f"Best on what is known: {title}{rival}."

    def _title(self, name: str) -> str:
        return "none of these yet" if name == NONE else self.program.rules.strategies[name].title

    def _parts(self, strategy: str) -> tuple[str, ...]:
        return () if strategy == NONE else self.program.rules.strategies[strategy].parts

    def _ranking(
        self, selection: Selection, reasons: Reasons, path: tuple[Passed, ...], seen: _Seen
    ) -> tuple[Place, ...]:
        vetoed, scores = self.vetoed, self.scores
        places: list[Place] = []
        for index, name in enumerate(self.order):
            out = name in vetoed
            tied = not out and any(
                scores[other] == scores[name] and other not in vetoed
                for other in self.order[max(0, index - 1) : index + 2]
                if other != name
            )
            status, about = self.status(name), reasons.about(name)
            places.append(
                Place(
                    rank=index + 1,
                    strategy=name,
                    title=self._title(name),
                    status=status,
                    group=GROUPS[status] if seen.leads or index else Group.WOULD_ALSO_WORK,
                    score=scores[name],
                    score_range=seen.bounds.ranges[name],
                    can_win=name in seen.outlook.possible,
                    tied=tied,
                    why_not_first=(
                        ""
                        if status is Status.RECOMMENDED
                        else why_not_first(self.program.rules, name, path, about)
                    ),
                    reasons=about,
                    how=() if out else selection.of("variant", self._parts(name)),
                    warnings=() if out else selection.of("warning", self._parts(name)),
                )
            )
        return tuple(places)

    def status(self, name: str) -> Status:
        """Where a strategy stands; `none` is a decision like any other."""
        if name == self.first:
            return Status.RECOMMENDED
        if name == NONE:
            return Status.VIABLE
        if name in self.vetoed:
            return Status.RULED_OUT
        # Each part must earn its place: one that the arguments speak against is not advised.
        earned = all(self.scores[part] >= 0 for part in self._parts(name))
        return Status.VIABLE if earned else Status.NOT_ADVISED

    def path(self) -> tuple[Passed, ...]:
        """The nodes the walk passed, with what each looked at."""
        passed: list[Passed] = []
        for entered, value in self.decided.walk():
            node = entered.node
            if node is None:
                continue
            edge = (node.no, node.yes, node.unknown)[value]
            names = self._looked_at(node.when)
            passed.append(
                Passed(
                    node=node.id,
                    walk=node.walk,
                    text=node.text,
                    result=WORDS[value],
                    because=fill(edge.because, self.program.rules, self.values),
                    to=edge.to,
                    answers=names,
                )
            )
        return tuple(passed)

    def _looked_at(self, condition: Condition) -> dict[str, Plain]:
        """The answers that decided a node: its own, or those of the rules its tally heard."""
        if not isinstance(condition, Tally):
            return looked_at(condition, self.program, self.values)
        found: dict[str, Plain] = {}
        for rule in self.program.rules.rules.values():
            about = any(argument.target == condition.need for argument in rule.arguments)
            if about and self.program.logic[rule.id].test(*self.state) == YES:
                found.update(looked_at(rule.when, self.program, self.values))
        return {name: found[name] for name in self.program.rules.questions if name in found}

    def _ask(self, entry: Open) -> Ask:
        question = self.program.rules.questions[entry.question]
        return Ask(
            question.id,
            question.ask,
            question.help,
            entry.could_change,
            entry.could_move,
            entry.undecided,
        )

    def _flips(self, bounds: Bounds) -> tuple[Flip, ...]:
        """The smallest changes, by order of the ranking."""
        return tuple(
            Flip(
                name,
                tuple(
                    Change(field, _before(self.values, field), shown(value))
                    for field, value in bounds.flips[name].items()
                ),
            )
            for name in self.order
            if name in bounds.flips
        )


def _before(values: Mapping[str, Value], field: str) -> Plain:
    return as_told(values.get(field))


def differs(article: Program, mine: Program, values: Mapping[str, Value]) -> Differs | None:
    """What the article alone would put first, when that is something else.

    Answers that the article's questions do not take are unknown to it.
    """
    known: dict[str, Value] = {}
    for name, value in values.items():
        question = article.rules.questions.get(name)
        read = None if question is None else question.read(shown(value))
        if read is not None and not isinstance(read, Unreadable):
            known[name] = read
    first, theirs = mine.first(values), article.first(known)
    if first == theirs:
        return None
    ours, before = _results(mine, values), _results(article, known)
    for walk, result in ours.items():
        if before.get(walk) != result and walk in mine.rules.departures:
            return Differs(theirs, mine.rules.departures[walk])
    return Differs(theirs, "newer evidence weighs the answers differently")


def _results(program: Program, values: Mapping[str, Value]) -> dict[str, str]:
    """What each walk ends at."""
    return {
        passed.node.walk: (passed.node.no, passed.node.yes, passed.node.unknown)[value].to
        for passed, value in program.evaluate(values).walk()
        if passed.node
    }
