"""One situation in, the whole advice out: ranking, reasons, path, plan and what is still open."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.conditions import WORDS
from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank
from llm_adapt.decide.reasons import Reasons
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
    Passed,
    Place,
    RuleSetUsed,
    Status,
    Verdict,
)
from llm_adapt.rules.model import Strength
from llm_adapt.rules.outlook import Bounds, Open, Outlook
from llm_adapt.rules.situation import Origin, Situation
from llm_adapt.rules.value import Value, as_told, shown

NO_ADVICE = "No advice yet: nothing that is known decides anything."
# First place is called close when another is at most this many points behind it.
CLOSE_MARGIN = Strength.WEAK.points


class Adviser:
    """Advice on one situation; each part of it is a method."""

    def __init__(self, program: Program, situation: Situation) -> None:
        self.program = program
        self.situation = situation
        self.values: dict[str, Value] = situation.values()
        self.decided = program.evaluate(self.values)
        self.first = self.decided.first
        self.scores = self.decided.scores
        self.vetoed = self.decided.ruled_out

    @cached_property
    def order(self) -> list[str]:
        """Every strategy, best first."""
        return rank(self.decided)

    @cached_property
    def reasons(self) -> Reasons:
        """The rules that speak."""
        return Reasons(self.decided)

    @cached_property
    def selection(self) -> Selection:
        """What comes with the recommendation."""
        return Selection(self.decided)

    def advice(self, outlook: Outlook, bounds: Bounds, differs: Differs | None = None) -> Advice:
        """Everything there is to say, with what is still open about the situation."""
        rules, selection, parts = self.program.rules, self.selection, self.decided.parts
        answers = self.situation.answers.items()
        named = {name for name, answer in answers if answer.origin is not Origin.ASSUMED}
        named |= {entry.question for entry in outlook.open}
        verdict = self.verdict(outlook)
        decided = any(node.answers and node.result != "unknown" for node in self.path)
        nothing_yet = verdict is Verdict.UNDETERMINED and not decided
        return Advice(
            ruleset=RuleSetUsed(rules.name, rules.version, rules.digest),
            verdict=verdict,
            summary=NO_ADVICE if nothing_yet else self._summary(verdict),
            no_advice_yet=nothing_yet,
            ranking=tuple(self._ranking(outlook, bounds, leads=not nothing_yet)),
            path=self.path,
            plan=selection.plan(),
            so_far=selection.whatever_wins("so_far"),
            out_of_scope=selection.whatever_wins("out_of_scope"),
            preparations=selection.of("preparation", parts or tuple(self.scores)),
            data_plan=selection.of("data", parts),
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

    def _ranking(self, outlook: Outlook, bounds: Bounds, *, leads: bool) -> Iterator[Place]:
        """The places in order; `leads`: whether first place is advice yet."""
        scores = self.scores
        for index, name in enumerate(self.order):
            out, parts = name in self.vetoed, self.program.parts[name]
            near = {*self.order[max(0, index - 1) : index + 2]}.difference({name}, self.vetoed)
            status, about = self.status(name), self.reasons.about(name)
            also = status is Status.VIABLE or not (leads or index)
            yield Place(
                rank=index + 1,
                strategy=name,
                title=self._title(name),
                status=status,
                group=Group.WOULD_ALSO_WORK if also else Group(status.value),
                score=scores[name],
                score_range=bounds.ranges[name],
                can_win=name in outlook.possible,
                tied=not out and any(scores[other] == scores[name] for other in near),
                why_not_first=(
                    ""
                    if status is Status.RECOMMENDED
                    else why_not_first(self.program.rules, name, self.path, about)
                ),
                reasons=about,
                how=() if out else self.selection.of("variant", parts),
                warnings=() if out else self.selection.of("warning", parts),
            )

    def status(self, name: str) -> Status:
        """Where a strategy stands; `none` is a decision like any other."""
        if name == self.first:
            return Status.RECOMMENDED
        if name == NONE:
            return Status.VIABLE
        if name in self.vetoed:
            return Status.RULED_OUT
        # Each part must earn its place: one that the arguments speak against is not advised.
        earned = all(self.scores[part] >= 0 for part in self.program.parts[name])
        return Status.VIABLE if earned else Status.NOT_ADVISED

    @cached_property
    def path(self) -> tuple[Passed, ...]:
        """The nodes the walk passed, with what each looked at."""
        return tuple(
            Passed(
                node=node.id,
                walk=node.walk,
                text=node.text,
                result=WORDS[value],
                because=fill(node.edges[value].because, self.program.rules, self.values),
                to=node.edges[value].to,
                answers=self.reasons.looked_at(node.when),
            )
            for node, value in self.decided.passed()
        )

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
                    Change(field, as_told(self.values.get(field)), shown(value))
                    for field, value in bounds.flips[name].items()
                ),
            )
            for name in self.order
            if name in bounds.flips
        )


def differs(article: Program, mine: Program, values: Mapping[str, Value]) -> Differs | None:
    """What the article alone would put first, when that is something else.

    Answers that the article's questions do not take are unknown to it.
    """
    known = article.rules.read({name: shown(value) for name, value in values.items()})
    theirs, ours = article.evaluate(known), mine.evaluate(values)
    if ours.first == theirs.first:
        return None
    for walk, result in ours.ended.items():
        if theirs.ended.get(walk) != result and walk in mine.rules.departures:
            return Differs(theirs.first, mine.rules.departures[walk])
    return Differs(theirs.first, "newer evidence weighs the answers differently")
