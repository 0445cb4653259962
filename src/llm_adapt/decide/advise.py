"""One situation in, the whole advice out: ranking, reasons, path, plan and what is still open."""

from collections.abc import Mapping
from functools import cached_property

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.flips import Flips, find_flips
from llm_adapt.decide.logic import YES
from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank, ruled_out, scores
from llm_adapt.decide.reach import Splitter, reachable
from llm_adapt.decide.reasons import Reasons, looked_at
from llm_adapt.decide.relevance import Open, relevant
from llm_adapt.decide.score_range import score_range
from llm_adapt.decide.selection import Selection
from llm_adapt.decide.tally import total
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
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import Value, shown

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


class Adviser:
    """Advice on one situation; each part of it is a method."""

    def __init__(self, program: Program, situation: Situation) -> None:
        self.program = program
        self.situation = situation
        self.values: dict[str, Value] = situation.values()
        self.state = program.state(self.values)
        self.splitter = Splitter(program.atoms, self.values)
        self.possible = reachable(program, self.state, self.splitter)
        self.first = program.chart.first(*self.state)
        self.order = rank(program, *self.state)
        self.scores = scores(program, *self.state)
        self.vetoed = ruled_out(program, *self.state)

    def advice(self, differs: Differs | None = None) -> Advice:
        """Everything there is to say."""
        rules = self.program.rules
        open_questions = relevant(self.program, self.values, frozenset(self.values))
        named = {entry.question for entry in open_questions} | set(self.values)
        verdict = self.verdict()
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
            ranking=self._ranking(selection, reasons, path, leads=not nothing_yet),
            path=path,
            plan=selection.plan(),
            so_far=selection.whatever_wins("so_far"),
            out_of_scope=selection.whatever_wins("out_of_scope"),
            preparations=selection.of("preparation", self._parts(self.first) or tuple(self.scores)),
            data_plan=selection.of("data", self._parts(self.first)),
            ask_next=tuple(self._ask(entry) for entry in open_questions),
            open_but_idle=tuple(name for name in rules.questions if name not in named),
            flips=self.flips(),
            flips_undecided=self._found_flips.undecided,
            article_differs=differs,
            answers={
                name: Given(shown(self.values[name]), self.situation.answers[name].origin)
                for name in rules.questions
                if name in self.values
            },
        )

    def verdict(self) -> Verdict:
        """How sure first place is, from what is open and from the margin."""
        if self.possible.bit_count() > 1:
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
            and self._status(name) is Status.VIABLE
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
        self, selection: Selection, reasons: Reasons, path: tuple[Passed, ...], *, leads: bool
    ) -> tuple[Place, ...]:
        ranges = {name: self._range(name) for name in self.order}
        places: list[Place] = []
        for index, name in enumerate(self.order):
            out = name in self.vetoed
            score = self.scores[name]
            tied = not out and any(
                self.scores[other] == score and other not in self.vetoed
                for other in self.order[max(0, index - 1) : index + 2]
                if other != name
            )
            status, about = self._status(name), reasons.about(name)
            places.append(
                Place(
                    rank=index + 1,
                    strategy=name,
                    title=self._title(name),
                    status=status,
                    group=GROUPS[status] if leads or index else Group.WOULD_ALSO_WORK,
                    score=score,
                    score_range=ranges[name],
                    can_win=bool(self.program.chart.outcome_bit[name] & self.possible),
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

    def _range(self, name: str) -> tuple[int, int]:
        sides = self.program.scores[name]
        return score_range(sides, self.state, self.splitter)

    def _status(self, name: str) -> Status:
        if name in self.vetoed:
            return Status.RULED_OUT
        if name == self.first:
            return Status.RECOMMENDED
        # Each part must earn its place: one that the arguments speak against is not advised.
        parts = self._parts(name)
        sides = (self.program.scores[part] for part in parts)
        earned = all(total(side, *self.state) >= 0 for side in sides)
        return Status.VIABLE if earned else Status.NOT_ADVISED

    def path(self) -> tuple[Passed, ...]:
        """The nodes the walk passed, with what each looked at."""
        passed: list[Passed] = []
        for spot, value in self.program.chart.walk(*self.state):
            node = spot.node
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
        others = tuple(n for n in self.program.chart.names(entry.possible) if n != self.first)
        return Ask(question.id, question.ask, question.help, others, entry.undecided)

    @cached_property
    def _found_flips(self) -> Flips:
        return find_flips(self.program, self.values)

    def flips(self) -> tuple[Flip, ...]:
        """The smallest changes, by order of the ranking."""
        found = self._found_flips.found
        return tuple(
            Flip(
                name,
                tuple(
                    Change(field, _before(self.values, field), shown(value))
                    for field, value in found[name].items()
                ),
            )
            for name in self.order
            if name in found
        )


def _before(values: Mapping[str, Value], field: str) -> Plain:
    return shown(values.get(field))


def differs(article: Program, mine: Program, values: Mapping[str, Value]) -> Differs | None:
    """What the article alone would put first, when that is something else."""
    known = {name: value for name, value in values.items() if name in article.rules.questions}
    first = mine.chart.first(*mine.state(values))
    theirs = article.chart.first(*article.state(known))
    if first == theirs:
        return None
    return Differs(theirs, _why(article, mine, known, values))


def _why(
    article: Program, mine: Program, known: Mapping[str, Value], values: Mapping[str, Value]
) -> str:
    """Why the newer rule set departs where the two walks part."""
    theirs, ours = _results(article, known), _results(mine, values)
    for walk, result in ours.items():
        if theirs.get(walk) != result and walk in mine.rules.departures:
            return mine.rules.departures[walk]
    return "newer evidence weighs the answers differently"


def _results(program: Program, values: Mapping[str, Value]) -> dict[str, str]:
    """What each walk ends at."""
    passed = program.chart.walk(*program.state(values))
    return {
        spot.node.walk: (spot.node.no, spot.node.yes, spot.node.unknown)[value].to
        for spot, value in passed
        if spot.node
    }
