"""The result on one screen: what to do, how sure that is, why, and what to do next."""

from collections.abc import Iterator
from dataclasses import replace

from llm_adapt.report.advice_document import change_lines, how_sure, takes_lines, winner
from llm_adapt.report.document import (
    Block,
    Document,
    Entry,
    Line,
    Section,
    Span,
    Tone,
    code,
    line,
    list_of,
    named,
    para,
    quiet,
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
        [brief.measured(), brief.asking(), brief.steps(LADDER)]
        if advice.no_advice_yet
        else [
            [*brief.why(), *brief.against(), *brief.measured()],
            [*brief.so_far(), *brief.takes(), *brief.steps(most)],
            brief.others(),
            brief.asking(),
        ]
    )
    used = advice.ruleset
    more = para(
        quiet(
            f"{len(advice.answers)} of {counted(len(rules.questions), 'question')} answered, "
            f"rule set {used.name} {used.version}. -v shows the whole report, "
            "llm-adapt explain ID one thing of it."
        )
    )
    groups = [list_of(group) for group in map(tuple, told) if group]
    blocks: list[Block] = [*groups, more]
    sections = [Section("", (block,)) for block in blocks]
    return Document(line(strong(advice.summary)), tuple(brief.lead()), tuple(sections))


def with_glance(document: Document, advice: Advice, rules: RuleSet) -> Document:
    """The whole report with its summary at the top, for forms that are longer than a screen."""
    blocks = [
        block for part in brief_document(advice, rules).sections[:-1] for block in part.blocks
    ]
    glance = Section("At a glance", tuple(blocks))
    return replace(document, sections=(glance, *document.sections))


class _Brief:
    """The parts of the summary; each entry has its label at the left."""

    def __init__(self, advice: Advice, rules: RuleSet, most: int) -> None:
        self.advice = advice
        self.rules = rules
        self.most = most
        self.longest = LENGTHS[most]
        self.first = winner(advice)

    def _cut(self, text: str, otherwise: str = "") -> str:
        return sentence(text, self.longest, otherwise)

    def _reason(self, reason: Reason) -> Line:
        """Why a rule speaks for or against; its title where its first clause is too long."""
        mark = Span("+ ", Tone.GOOD) if reason.effect == "for" else Span("- ", Tone.BAD)
        text = self._cut(reason.text, self.rules.rules[reason.rule].title)
        return line(mark, f"{text} ", *named(reason.rule))

    def _entry(self, label: str, lines: list[Line]) -> Iterator[Entry]:
        if lines:
            yield Entry(label.ljust(LABELS), tuple(lines))

    def lead(self) -> Iterator[Block]:
        """What it is, and how sure."""
        known = self.first is not None and not self.advice.no_advice_yet
        what = self.rules.strategies[self.first.strategy].text if self.first and known else ""
        yield para(f"{what} {how_sure(self.advice)}".lstrip())
        for item in self.advice.out_of_scope:
            yield para(strong(f"Out of scope: {stopped(item.title)} "), self._cut(item.text))

    def why(self) -> Iterator[Entry]:
        """The weightiest reasons, or the nodes that led here."""
        reasons = [] if self.first is None else self.first.reasons
        lines = [self._reason(reason) for reason in reasons if reason.effect == "for"]
        if not lines and not self.advice.no_advice_yet:
            alone = "No argument supports it by itself; the" if self.first else "The"
            lines = [line(f"{alone} flowchart ends there:"), *map(_decisive, self._ends())]
            if self.first is None:
                lines += [line(node.because) for node in self._ends() if node.because]
        yield from self._entry("Why", lines[: self.most])

    def _told(self) -> set[str]:
        """What speaks for one part and against another is told once."""
        reasons = () if self.first is None else self.first.reasons
        return set([r.rule for r in reasons if r.effect == "for"][: self.most])

    def _ends(self) -> Iterator[Passed]:
        """The last node of each walk that an answer decided."""
        for walk in reversed(self.rules.walks):
            known = [
                node
                for node in self.advice.path
                if node.walk == walk.id and node.answers and node.result != "unknown"
            ]
            yield from known[-1:]

    def against(self) -> Iterator[Entry]:
        """What speaks against it, and what to watch."""
        if self.first is None:
            return
        lines = [
            self._reason(reason)
            for reason in self.first.reasons
            if reason.effect == "against" and reason.rule not in self._told()
        ]
        lines += [
            line(Span("- ", Tone.BAD), f"{self._cut(stopped(item.title))} ", *named(item.id))
            for item in self.first.warnings
        ]
        yield from self._entry("Against", lines[: self.most])

    def so_far(self) -> Iterator[Entry]:
        """What was tried and failed: the likely cause."""
        lines = [
            line(
                Span("! ", Tone.BAD),
                f"{stopped(item.title)} {self._cut(item.text)} ",
                *named(item.id),
            )
            for item in self.advice.so_far
        ]
        yield from self._entry("So far", lines[: min(self.most, 2)])

    def takes(self) -> Iterator[Entry]:
        """What the first strategy takes."""
        takes = None if self.first is None else self.first.takes
        lines = [] if takes is None else list(takes_lines(takes, brief=True))
        yield from self._entry("It takes", lines)

    def measured(self) -> Iterator[Entry]:
        """The answers that data gave."""
        given = self.advice.answers.items()
        told = {n: answer.value for n, answer in given if answer.origin is Origin.MEASURED}
        yield from self._entry("Measured", [line(answers_words(told))] if told else [])

    def steps(self, most: int) -> Iterator[Entry]:
        """What to do next, with the measurement that ends it."""
        before = ", ".join(item.title for item in self.advice.preparations[:2])
        lines = [line(f"Before anything else: {stopped(before)}")] if before else []
        for step in self.advice.plan[:most]:
            # What the time rests on stands after a comma, and is for the whole report.
            takes = step.takes.partition(",")[0]
            title = f"{step.title} ({takes})" if takes else step.title
            ends = f" Stop when: {self._cut(step.stop_when)}" if step.stop_when else ""
            lines.append(line(f"{step.step}. ", strong(stopped(title)), ends))
        label = "The ladder" if self.advice.no_advice_yet else "Next"
        yield from self._entry(label, lines)

    def others(self) -> Iterator[Entry]:
        """The runner-up with what would make it first, and the rest by group."""
        rest = [p for p in self.advice.ranking if p is not self.first]
        runner = next((p for p in rest if p.group is not Group.RULED_OUT), None)
        if runner is not None:
            yield from self._entry("Runner-up", [self._runner_up(runner)])
        also: list[Span] = []
        for place in rest:
            if place.group is Group.WOULD_ALSO_WORK and place is not runner:
                comma = ", " if also else ""
                also += [Span(f"{comma}{place.title.partition(' (')[0]} "), *named(place.strategy)]
        yield from self._entry("Also works", [tuple(also)] if also else [])
        others = [p for p in rest if p.group is Group.NOT_ADVISED and p is not runner]
        names = ", ".join(p.strategy for p in others)
        yield from self._entry("Not advised", [line(code(names))] if names else [])
        out: dict[str, list[str]] = {}
        for place in rest:
            if place.group is Group.RULED_OUT:
                veto = next(r.rule for r in place.reasons if r.effect == "rules_out")
                out.setdefault(veto, []).append(place.strategy)
        lines = [line(code(", ".join(names)), " by ", code(rule)) for rule, names in out.items()]
        yield from self._entry("Ruled out", lines[: self.most])

    def _runner_up(self, place: Place) -> Line:
        flip = next((f for f in self.advice.flips if f.to == place.strategy), None)
        so_far = " (not advised so far)" if place.group is Group.NOT_ADVISED else ""
        if flip is None:
            return line(f"{place.title}{so_far}. ", self._cut(place.why_not_first))
        spans: list[Span] = [Span(f"{place.title}{so_far}, if ")]
        for change in change_lines(flip, self.rules):
            spans += [Span("" if len(spans) == 1 else " and "), *change]
        return tuple(spans)

    def asking(self) -> Iterator[Entry]:
        """The questions worth answering next."""
        asked = self.advice.ask_next[:ASKED]
        lines = [
            line(f"{index}. {ask.ask} ", *named(ask.field)) for index, ask in enumerate(asked, 1)
        ]
        yield from self._entry("Find out", lines)


def _decisive(node: Passed) -> Line:
    known = answers_words(node.answers)
    return line(Span("+ ", Tone.GOOD), f"{node.text} {node.result} ", quiet(f"({known})"))
