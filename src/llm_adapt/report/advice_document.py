"""Advice laid out as a report: the verdict, the ranking, the reasons and the way there."""

from collections.abc import Iterable

from llm_adapt.report.advice_steps import following_sections
from llm_adapt.report.document import (
    Block,
    Document,
    Entries,
    Entry,
    Line,
    Paragraph,
    Section,
    Span,
    Table,
    Tone,
    bullets,
    code,
    named,
    plain,
    quiet,
    strong,
)
from llm_adapt.report.phrases import EFFECT, NONE, STATUS, cited, counted, strategy_words
from llm_adapt.report.source_list import advice_sources
from llm_adapt.rules.advice import Advice, Passed, Place, Reason, Status, Verdict
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.words import raw_words

# How many places of the ranking have their reasons told in full.
TOLD = 3
_TONES = {"for": Tone.GOOD, "against": Tone.BAD, "rules_out": Tone.BAD}
_VERDICTS = {
    Verdict.CLEAR: "clear",
    Verdict.CLOSE: "close",
    Verdict.UNDETERMINED: "undetermined",
    Verdict.NONE: "none",
}


def advice_document(advice: Advice, rules: RuleSet, *, full: bool = False) -> Document:
    """The whole report; `full` cites every source and ends in the answers it rests on."""
    sections = [
        Section("Ranking", (ranking_table(advice.ranking), *_legend(advice.ranking))),
        Section("Why, and why not", tuple(_reasons(advice.ranking))),
        Section("The way through the flowchart", tuple(_path(advice, rules)), folded=True),
        *following_sections(advice, rules, full=full),
        *advice_sources(advice, TOLD, everything=full),
    ]
    if full:
        sections.append(_answers(advice))
    else:
        sections.append(_more())
    return Document(_title(advice), (_basis(advice, rules),), tuple(sections))


def recommended(advice: Advice) -> str:
    """The strategy in first place, or `none`."""
    for place in advice.ranking:
        if place.status is Status.RECOMMENDED:
            return place.strategy
    return NONE


def _title(advice: Advice) -> Line:
    for place in advice.ranking[:1]:
        if advice.summary.startswith(place.title):
            return (Span(place.title, Tone.STRONG), Span(advice.summary[len(place.title) :]))
    return strong(advice.summary)


def _basis(advice: Advice, rules: RuleSet) -> Paragraph:
    known, total = len(advice.answers), len(rules.questions)
    return Paragraph(
        quiet(
            f"Verdict: {_VERDICTS[advice.verdict]}. {known} of {counted(total, 'question')} "
            f"answered. Rule set {advice.ruleset} {advice.version} ({advice.digest})."
        )
    )


def ranking_table(ranking: Iterable[Place]) -> Table:
    """The ranking as a table; a narrow page drops ranges first, then titles."""
    return Table(
        ("", "strategy", "", "score", " range", ""),
        tuple(
            (
                plain(f"{place.rank}{'=' if place.tied else ''}"),
                code(place.strategy),
                plain(place.title),
                plain(str(place.score)),
                plain(f" {place.score_range[0]} to {place.score_range[1]}"),
                _status(place),
            )
            for place in ranking
        ),
        right=(3,),
        spare=(4, 2),
        wide=2,
    )


def _status(place: Place) -> Line:
    open_still = place.can_win and place.status is not Status.RECOMMENDED
    tone = Tone.GOOD if place.status is Status.RECOMMENDED else Tone.PLAIN
    return (Span(STATUS[place.status], tone), Span(" *" if open_still else ""))


def _legend(ranking: tuple[Place, ...]) -> list[Block]:
    said = [
        "Score: what speaks for it minus what speaks against it; range: with every open answer."
    ]
    if any(place.tied for place in ranking):
        said.append("= the same score as its neighbour; the one with less effort stands first.")
    if any(place.can_win and place.status is not Status.RECOMMENDED for place in ranking):
        said.append("* an open question could still put it first.")
    return [Paragraph(quiet(" ".join(said)))]


def _reasons(ranking: tuple[Place, ...]) -> Iterable[Block]:
    told: set[str] = set()
    for place in ranking[:TOLD]:
        yield Paragraph(
            (
                Span(f"{place.rank} {place.title}", Tone.STRONG),
                Span(f": {STATUS[place.status]}, score {place.score}"),
            )
        )
        if place.reasons:
            yield Entries(tuple(reason_entry(reason, told) for reason in place.reasons))
            told.update(reason.rule for reason in place.reasons)
        else:
            yield bullets([quiet("No rule speaks for it or against it on what is known.")])
    rest = ranking[TOLD:]
    if rest:
        yield Paragraph(strong("The others, by the rules that spoke"))
        yield Entries(tuple(_in_brief(place) for place in rest))


def reason_entry(reason: Reason, told: Iterable[str]) -> Entry:
    """One reason: what it says, its rule, the answers it looked at and who says so."""
    strength = "" if reason.effect == "rules_out" else f" ({reason.strength})"
    mark, tone = EFFECT[reason.effect], _TONES[reason.effect]
    rule = Span(reason.rule, Tone.CODE)
    if reason.rule in told:
        return Entry(mark, ((rule, Span(f", as above{strength}")),), tone)
    looked_at = ", ".join(f"{name}: {raw_words(v)}" for name, v in reason.answers.items())
    behind = [looked_at, ", ".join(cited(source) for source in reason.sources)]
    rest = "".join(f"; {words}" for words in behind if words)
    lines: tuple[Line, ...] = (
        plain(f"{reason.text}{strength}"),
        (rule, Span(rest, Tone.QUIET)),
    )
    return Entry(mark, lines, tone)


def _in_brief(place: Place) -> Entry:
    spans = [Span(place.strategy, Tone.CODE), Span(f": {STATUS[place.status]}, {place.score}")]
    if not place.reasons:
        spans.append(Span("; no rule spoke"))
    for effect in ("rules_out", "for", "against"):
        names = [reason.rule for reason in place.reasons if reason.effect == effect]
        if names:
            word = "ruled out by" if effect == "rules_out" else EFFECT[effect]
            spans += [Span(f"; {word} "), Span(", ".join(names), Tone.QUIET)]
    return Entry(str(place.rank), (tuple(spans),), Tone.PLAIN)


def _path(advice: Advice, rules: RuleSet) -> Iterable[Block]:
    if rules.flowchart_note:
        yield Paragraph(quiet(rules.flowchart_note))
    ends: list[str] = []
    for walk in rules.walks:
        passed = [node for node in advice.path if node.walk == walk.id]
        if not passed:
            continue
        end = passed[-1].to
        ends.append(end)
        yield Paragraph(strong(walk.title))
        result = plain(f"{walk.results.get(end, end)}")
        yield Entries((*(_node(node) for node in passed), Entry("=>", (result,))))
    first = recommended(advice)
    reached = rules.join.get(tuple(ends), first)
    if reached != first:
        yield Paragraph(plain(_overruled(reached, advice, rules)))
    yield Paragraph((Span("You are here: "), Span(strategy_words(rules, first), Tone.STRONG)))


def _node(node: Passed) -> Entry:
    lines: list[Line] = [(Span(f"{node.text} "), *named(node.node))]
    if node.because:
        lines.append(quiet(node.because))
    looked_at = ", ".join(f"{name}: {raw_words(value)}" for name, value in node.answers.items())
    if looked_at:
        lines.append(quiet(looked_at))
    tone = Tone.STRONG if node.result == "unknown" else Tone.PLAIN
    return Entry(node.result, tuple(lines), tone)


def _overruled(reached: str, advice: Advice, rules: RuleSet) -> str:
    vetoes = [
        reason.rule
        for place in advice.ranking
        if place.strategy == reached
        for reason in place.reasons
        if reason.effect == "rules_out"
    ]
    by = f" by {', '.join(vetoes)}" if vetoes else ""
    title = strategy_words(rules, reached)
    return f"The way ends at {title}, which is ruled out{by}; what comes next in its place follows."


def _answers(advice: Advice) -> Section:
    rows = tuple(
        (code(name), plain(raw_words(value)), plain(advice.origins.get(name, "")))
        for name, value in advice.answers.items()
    )
    title = f"The {counted(len(rows), 'answer')} behind it"
    return Section(title, (Table(("question", "answer", "from"), rows),), folded=True)


def _more() -> Section:
    said = "llm-adapt explain ID ANSWERS tells more of anything named here, with its sources."
    return Section("More", (Paragraph(plain(said)),))
