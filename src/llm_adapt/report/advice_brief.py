"""The result on one screen: what to do, how sure that is, why, and what to do next."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from llm_adapt.report.advice_document import change_lines, how_sure, takes_lines, winner
from llm_adapt.report.document import (
    Block,
    Document,
    Entry,
    Line,
    Span,
    Tone,
    Words,
    code,
    document,
    entry,
    joined,
    line,
    list_of,
    named,
    para,
    quiet,
    section,
    strong,
)
from llm_adapt.report.phrases import answers_words, counted, sentence, stopped
from llm_adapt.rules.advice import Advice, Group, Passed, Place, Reason
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.situation import Origin

# How much of everything is told, and how long a piece of it may be; less fits a smaller screen.
LENGTHS = {3: 150, 2: 140, 1: 66}
ASKED = 2
LADDER = 5
# The labels at the left take one column all the way down.
LABELS = len("Not advised")


def brief_document(advice: Advice, rules: RuleSet, most: int = 3) -> Document:
    """The result in brief: at most `most` reasons, objections and steps."""
    brief = _Brief(advice, rules, most)
    told = (
        [[brief.measured()], [brief.asking()], [brief.steps(LADDER)]]
        if advice.no_advice_yet
        else [
            [brief.why(), brief.against(), brief.measured()],
            [brief.so_far(), brief.takes(), brief.steps(most)],
            brief.others(),
            [brief.asking()],
        ]
    )
    used = advice.ruleset
    more = (
        f"{len(advice.answers)} of {counted(len(rules.questions), 'question')} answered, "
        f"rule set {used.name} {used.version}. -v shows the whole report, "
        "llm-adapt explain ID one thing of it."
    )
    groups = (section("", list_of(group)) for group in told)
    sections = [*groups, section("", para(quiet(more)))]
    return document(line(strong(advice.summary)), brief.lead(), sections)


def with_glance(whole: Document, advice: Advice, rules: RuleSet) -> Document:
    """The whole report with its summary at the top, for forms that are longer than a screen."""
    parts = brief_document(advice, rules).sections[:-1]
    glance = section("At a glance", *(block for part in parts for block in part.blocks))
    return replace(whole, sections=(glance, *whole.sections))


def _labelled(label: str, lines: Iterable[Line | Words]) -> Entry:
    return entry(label.ljust(LABELS), *lines)


class _Brief:
    """The parts of the summary; each entry has its label at the left."""

    def __init__(self, advice: Advice, rules: RuleSet, most: int) -> None:
        self.advice = advice
        self.rules = rules
        self.most = most
        self.longest = LENGTHS[most]
        self.first = winner(advice)
        self.reasons = self.first.reasons if self.first else ()

    def _cut(self, text: str, otherwise: str = "") -> str:
        return sentence(text, self.longest, otherwise)

    def _reason(self, reason: Reason) -> Line:
        """Why a rule speaks for or against; its title where its first clause is too long."""
        mark = Span("+ ", Tone.GOOD) if reason.effect == "for" else Span("- ", Tone.BAD)
        text = self._cut(reason.text, self.rules.rules[reason.rule].title)
        return line(mark, f"{text} ", *named(reason.rule))

    def lead(self) -> Iterator[Block]:
        """What it is, and how sure."""
        known = self.first is not None and not self.advice.no_advice_yet
        what = self.rules.strategies[self.first.strategy].text if self.first and known else ""
        yield para(f"{what} {how_sure(self.advice)}".lstrip())
        for item in self.advice.out_of_scope:
            yield para(strong(f"Out of scope: {stopped(item.title)} "), self._cut(item.text))

    def _for(self) -> list[Reason]:
        """The weightiest reasons."""
        return [reason for reason in self.reasons if reason.effect == "for"][: self.most]

    def why(self) -> Entry:
        """The weightiest reasons, or the nodes that led here."""
        lines = list(map(self._reason, self._for()))
        if not lines and not self.advice.no_advice_yet:
            alone = "No argument supports it by itself; the" if self.first else "The"
            lines = [line(f"{alone} flowchart ends there:"), *map(_decisive, self._ends())]
            if self.first is None:
                lines += [line(node.because) for node in self._ends() if node.because]
        return _labelled("Why", lines[: self.most])

    def _ends(self) -> Iterator[Passed]:
        """The last node of each walk that an answer decided."""
        for walk in reversed(self.rules.walks):
            known = [
                node
                for node in self.advice.path
                if node.walk == walk.id and node.answers and node.result != "unknown"
            ]
            yield from known[-1:]

    def against(self) -> Entry:
        """What speaks against it, and what to watch; what speaks for a part too is told once."""
        told = {reason.rule for reason in self._for()}
        against = (r for r in self.reasons if r.effect == "against" and r.rule not in told)
        warnings = self.first.warnings if self.first else ()
        lines = [
            *map(self._reason, against),
            *(
                line(Span("- ", Tone.BAD), f"{self._cut(stopped(item.title))} ", *named(item.id))
                for item in warnings
            ),
        ]
        return _labelled("Against", lines[: self.most])

    def so_far(self) -> Entry:
        """What was tried and failed: the likely cause."""
        causes = (
            (f"{stopped(item.title)} {self._cut(item.text)} ", item.id)
            for item in self.advice.so_far[: min(self.most, 2)]
        )
        lines = (line(Span("! ", Tone.BAD), said, *named(name)) for said, name in causes)
        return _labelled("So far", lines)

    def takes(self) -> Entry:
        """What the first strategy takes."""
        takes = self.first.takes if self.first else None
        return _labelled("It takes", takes_lines(takes, brief=True) if takes else ())

    def measured(self) -> Entry:
        """The answers that data gave."""
        given = self.advice.answers.items()
        told = {n: answer.value for n, answer in given if answer.origin is Origin.MEASURED}
        return _labelled("Measured", [answers_words(told)])

    def steps(self, most: int) -> Entry:
        """What to do next, with the measurement that ends it."""
        before = ", ".join(item.title for item in self.advice.preparations[:2])
        lines = [line(f"Before anything else: {stopped(before)}")] if before else []
        for step in self.advice.plan[:most]:
            # What the time rests on stands after a comma, and is for the whole report.
            takes = step.takes.partition(",")[0]
            title = f"{step.title} ({takes})" if takes else step.title
            ends = f" Stop when: {self._cut(step.stop_when)}" if step.stop_when else ""
            lines.append(line(f"{step.step}. ", strong(stopped(title)), ends))
        return _labelled("The ladder" if self.advice.no_advice_yet else "Next", lines)

    def others(self) -> Iterator[Entry]:
        """The runner-up with what would make it first, and the rest by group."""
        rest = [p for p in self.advice.ranking if p is not self.first]
        runner = next((p for p in rest if p.group is not Group.RULED_OUT), None)
        if runner is not None:
            yield _labelled("Runner-up", [self._runner_up(runner)])
        also = (p for p in rest if p.group is Group.WOULD_ALSO_WORK and p is not runner)
        titles = (line(f"{p.title.partition(' (')[0]} ", *named(p.strategy)) for p in also)
        yield _labelled("Also works", [joined(titles)])
        against = (p for p in rest if p.group is Group.NOT_ADVISED and p is not runner)
        yield _labelled("Not advised", [code(", ".join(p.strategy for p in against))])
        out: dict[str, list[str]] = {}
        for place in rest:
            if place.group is Group.RULED_OUT:
                veto = next(r.rule for r in place.reasons if r.effect == "rules_out")
                out.setdefault(veto, []).append(place.strategy)
        lines = [line(code(", ".join(names)), " by ", code(rule)) for rule, names in out.items()]
        yield _labelled("Ruled out", lines[: self.most])

    def _runner_up(self, place: Place) -> Line:
        flip = next((f for f in self.advice.flips if f.to == place.strategy), None)
        so_far = " (not advised so far)" if place.group is Group.NOT_ADVISED else ""
        if flip is None:
            return line(f"{place.title}{so_far}. ", self._cut(place.why_not_first))
        return line(f"{place.title}{so_far}, if ", *joined(change_lines(flip, self.rules), " and "))

    def asking(self) -> Entry:
        """The questions worth answering next."""
        asked = enumerate(self.advice.ask_next[:ASKED], 1)
        return _labelled("Find out", (line(f"{i}. {a.ask} ", *named(a.field)) for i, a in asked))


def _decisive(node: Passed) -> Line:
    known = answers_words(node.answers)
    return line(Span("+ ", Tone.GOOD), f"{node.text} {node.result} ", quiet(f"({known})"))
