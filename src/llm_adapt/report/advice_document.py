"""The whole report on one situation, made once for text, Markdown and HTML."""

import json
from collections.abc import Container, Iterable, Iterator

from llm_adapt.report.document import (
    Bar,
    Block,
    Chart,
    Copyable,
    Document,
    Entries,
    Entry,
    Line,
    Picture,
    Section,
    Span,
    Tone,
    bullets,
    code,
    line,
    list_of,
    named,
    para,
    quiet,
    strong,
)
from llm_adapt.report.phrases import (
    GRADES,
    NONE,
    answers_words,
    change_words,
    counted,
    listed,
    spaced,
    stopped,
    strategy_words,
)
from llm_adapt.report.takes_text import citations, spans_of, takes_blocks
from llm_adapt.rules.advice import (
    Advice,
    Advised,
    Ask,
    Citation,
    Flip,
    Group,
    Passed,
    Place,
    Reason,
    Status,
    Step,
    Verdict,
)
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.value import Between
from llm_adapt.rules.words import raw_words

# How many places of the ranking have their reasons told in full.
TOLD = 3
# How many of the open questions are told with their help; the others are named.
ASKED = 5
_WAY = "The way through the flowchart"
_TONES = {"for": Tone.GOOD, "against": Tone.BAD, "rules_out": Tone.BAD}


def advice_document(advice: Advice, rules: RuleSet, flowchart: str = "") -> Document:
    """Everything there is to say about a situation; a page shows the SVG of the flowchart too."""
    first = winner(advice)
    sections = [
        Section("Ranking", tuple(_ranking(advice))),
        _items("What went wrong so far", advice.so_far),
        Section("What it would take", tuple(takes_blocks(advice))),
        Section("Why, and why not", tuple(_reasons(advice.ranking))),
        _items("Before you begin", advice.preparations),
        Section("The plan, simple to complex", tuple(_plan(advice))),
        Section("What to find out next", tuple(asks(advice))),
        Section("What would change it", tuple(flip_blocks(advice.flips, rules))),
        Section("What the article alone would say", tuple(_article(advice, rules))),
        Section(_WAY, tuple(_path(advice, rules, flowchart)), folded=True),
        _items("How", () if first is None else first.how),
        _items("Watch out", () if first is None else first.warnings),
        _items("Data", advice.data_plan),
        source_section(_sources(advice)),
        Section("The answers behind it", tuple(_answers(advice)), folded=True),
    ]
    head = [para(how_sure(advice)), *_scope(advice), para(quiet(basis(advice, rules)))]
    told = tuple(section for section in sections if section.blocks)
    return Document(line(strong(advice.summary)), tuple(head), told)


def winner(advice: Advice) -> Place | None:
    """The strategy in first place, where there is one."""
    return next((p for p in advice.ranking if p.status is Status.RECOMMENDED), None)


def how_sure(advice: Advice) -> str:
    """How sure first place is: proved, or how often it stays when the rest is answered."""
    match advice.verdict:
        case Verdict.CLEAR | Verdict.CLOSE:
            return "How sure: proved. No open question can change first place."
        case Verdict.NONE:
            return "How sure: proved. No open question can put any of these first."
        case Verdict.UNDETERMINED:
            open_still = counted(len(advice.ask_next) + len(advice.open_but_idle), "open question")
            matter = counted(len(advice.ask_next), "open question")
            if advice.stability is None or advice.no_advice_yet:
                return f"How sure: open. {matter} can still change first place."
            return (
                f"How sure: {advice.stability.word}. First place stays in "
                f"{of_hundred(advice.stability.share)} plausible ways to answer the {open_still} "
                f"or leave them open; {len(advice.ask_next)} of them can change it. (This is "
                "about the rules, not a chance of being right.)"
            )


def of_hundred(share: float) -> str:
    """A share as `97 of 100`; it is never shown as nothing or everything unless it is."""
    count = round(100 * share)
    return f"{count if share in {0, 1} else min(max(count, 1), 99)} of 100"


def basis(advice: Advice, rules: RuleSet) -> str:
    """What the result rests on."""
    used, known = advice.ruleset, len(advice.answers)
    return (
        f"Verdict: {advice.verdict.value}. {known} of {counted(len(rules.questions), 'question')} "
        f"answered. Rule set {used.name} {used.version} ({used.digest})."
    )


def _scope(advice: Advice) -> Iterator[Block]:
    for item in advice.out_of_scope:
        yield para(strong(f"Out of scope: {stopped(item.title)} "), item.text, *_first_step(item))


def _ranking(advice: Advice) -> Iterator[Block]:
    yield Chart("Score of each strategy, with every open answer", tuple(map(_bar, advice.ranking)))
    lowest = None
    told: set[str] = set()
    for group in Group:
        places = [place for place in advice.ranking if place.group is group]
        if places:
            yield para(strong(spaced(group).capitalize()))
            entries: list[Entry] = []
            for place in places:
                lowest = place.score if lowest is None else min(lowest, place.score)
                shows = group is not Group.RULED_OUT and place.score <= lowest
                entries.append(_row(place, told, shows=shows))
            yield list_of(entries)
    said = "Score: what speaks for it minus what speaks against it; range: with every open answer."
    if any(place.tied for place in advice.ranking):
        said += " = the same score as its neighbour; the one with less effort stands first."
    yield para(quiet(said))


def _row(place: Place, told: set[str], *, shows: bool) -> Entry:
    low, high = place.score_range
    said = f": score {place.score}, {low} to {high}. " if shows else ". "
    tone = Tone.GOOD if place.group is Group.RECOMMENDED else Tone.STRONG
    lines = [line(Span(place.title, tone), " ", *named(place.strategy), said)]
    if not place.reasons:
        lines.append(line("No argument speaks for it or against it."))
    why = place.why_not_first
    if why in told:
        why = f"{why.partition(': ')[0]}, as above."
    told.add(place.why_not_first)
    if why:
        lines.append(line(quiet(why)))
    if place.can_win and place.status is not Status.RECOMMENDED:
        lines.append(line("An open question could still put it first."))
    mark = f"{place.rank}{'=' if place.tied else '.'}"
    return Entry(mark, tuple(lines), Tone.PLAIN, id=f"strategy-{place.strategy}")


def _bar(place: Place) -> Bar:
    low, high = place.score_range
    tone = {Group.RECOMMENDED: Tone.GOOD, Group.RULED_OUT: Tone.BAD}.get(place.group, Tone.PLAIN)
    said = f"{spaced(place.status)}, {place.score} ({low} to {high})"
    return Bar(place.strategy, low, high, said, place.score, tone)


def _reasons(ranking: tuple[Place, ...]) -> Iterator[Block]:
    told: set[str] = set()
    for place in ranking[:TOLD]:
        yield para(strong(f"{place.rank}. {place.title}"), f": {spaced(place.status)}")
        if place.reasons:
            yield list_of(reason_entry(reason, told) for reason in place.reasons)
            told.update(reason.rule for reason in place.reasons)
        else:
            yield bullets([line(quiet("No rule speaks for it or against it on what is known."))])
    rest = ranking[TOLD:]
    if rest:
        yield para(strong("The others, by the rules that spoke"))
        yield list_of(_in_brief(place) for place in rest)


def reason_entry(reason: Reason, told: Container[str] = ()) -> Entry:
    """One reason: what it says, its rule, the answers it looked at and who says so."""
    strength = "" if reason.effect == "rules_out" else f" ({reason.strength.value})"
    mark, tone = spaced(reason.effect), _TONES[reason.effect]
    name = f"rule-{reason.rule}"
    if reason.rule in told:
        return Entry(mark, (line(code(reason.rule, name), f", as above{strength}"),), tone)
    looked_at = answers_words(reason.answers)
    answers = f"; {looked_at}" if looked_at else ""
    cited = [quiet("; "), *citations(reason.sources, ", ")] if reason.sources else []
    lines = (line(f"{reason.text}{strength}"), line(code(reason.rule), quiet(answers), *cited))
    return Entry(mark, lines, tone, id=name)


def _in_brief(place: Place) -> Entry:
    spans = [code(place.strategy, f"strategy-{place.strategy}"), Span(f": {spaced(place.status)}")]
    if not place.reasons:
        spans.append(Span("; no rule spoke"))
    for effect in ("rules_out", "for", "against"):
        names = [reason.rule for reason in place.reasons if reason.effect == effect]
        if names:
            spans.append(Span(f"; {'ruled out by' if effect == 'rules_out' else effect} "))
            for name in names:
                spans += [Span("" if name is names[0] else ", "), code(name, f"rule-{name}")]
    return Entry(f"{place.rank}.", (tuple(spans),), Tone.PLAIN)


def _path(advice: Advice, rules: RuleSet, flowchart: str) -> Iterator[Block]:
    if rules.flowchart_note:
        yield para(quiet(rules.flowchart_note))
    ends: list[str] = []
    for walk in rules.walks:
        passed = [node for node in advice.path if node.walk == walk.id]
        if passed:
            end = passed[-1].to
            ends.append(end)
            yield para(strong(walk.title))
            yield list_of((*map(_node, passed), Entry("=>", (line(walk.results.get(end, end)),))))
    first = winner(advice)
    name = NONE if first is None else first.strategy
    reached = rules.join.get(tuple(ends), name)
    if reached != name:
        out = next((p.why_not_first for p in advice.ranking if p.strategy == reached), "")
        yield para(f"The way ends at {strategy_words(rules, reached)}. {out} What comes next is:")
    yield para("You are here: ", strong(strategy_words(rules, name)))
    if flowchart:
        yield Picture(flowchart, "The flowchart, with the way that these answers take")


def _node(node: Passed) -> Entry:
    lines = [line(f"{node.text} ", *named(node.node))]
    lines += [line(quiet(said)) for said in (node.because, answers_words(node.answers)) if said]
    tone = Tone.STRONG if node.result == "unknown" else Tone.PLAIN
    return Entry(node.result, tuple(lines), tone, id=f"node-{node.node}")


def _article(advice: Advice, rules: RuleSet) -> Iterator[Block]:
    if advice.article_differs is not None:
        title = strategy_words(rules, advice.article_differs.strategy)
        because = advice.article_differs.because
        yield para(f"The article alone would put {title} first, because: {because}")


def _plan(advice: Advice) -> Iterator[Block]:
    if advice.no_advice_yet:
        yield para("Nothing decides yet where to begin, so this is the guide's ladder.")
    if advice.plan:
        yield list_of(_step(step, advice) for step in advice.plan)


def _step(step: Step, advice: Advice) -> Entry:
    known = {place.strategy for place in advice.ranking if place.status is Status.RECOMMENDED}
    part = "" if step.strategy in known else f", for {step.strategy}"
    lasts = f" Takes {stopped(step.takes)}" if step.takes else ""
    lines = [
        line(strong(stopped(step.title)), f"{lasts} ", *named(step.id, f"step-{step.id}"), part),
        line(step.do),
    ]
    for label, said in (
        ("First step", step.first_step),
        ("Measure", step.measure),
        ("Stop when", step.stop_when),
        ("Go on when", step.go_on_when),
    ):
        if said:
            lines.append(line(strong(f"{label}: "), said))
    return Entry(f"{step.step}.", tuple(lines), Tone.PLAIN, id=f"step-{step.id}")


def asks(advice: Advice) -> Iterator[Block]:
    """What is worth finding out, best first."""
    idle = len(advice.open_but_idle)
    if not advice.ask_next:
        which = "the one question" if idle == 1 else f"the {idle} questions"
        said = f"Nothing: {which} not answered cannot change first place."
        yield para(said if idle else "Nothing: every question has an answer.")
        return
    same = len({ask.could_change for ask in advice.ask_next}) == 1
    if same:
        yield para(_could(advice.ask_next[0].could_change))
    asked = enumerate(advice.ask_next[:ASKED], 1)
    yield list_of(_ask(index, ask, same=same) for index, ask in asked)
    rest = [ask.field for ask in advice.ask_next[ASKED:]]
    if rest:
        yield para("Then: ", code(", ".join(rest)))
    if idle:
        which = "The other open question" if idle == 1 else f"The other {idle} open questions"
        yield para(f"{which} cannot change first place.")


def _ask(index: int, ask: Ask, *, same: bool) -> Entry:
    lines = [line(strong(f"{ask.ask} "), *named(ask.field)), line(quiet(ask.why))]
    if ask.could_move:
        moves = f"Alone it could move first place in {of_hundred(ask.could_move)}."
        lines.append(line(quiet(moves)))
    if not same:
        lines.append(line(quiet(_could(ask.could_change))))
    return Entry(f"{index}.", tuple(lines), Tone.PLAIN, id=f"question-{ask.field}")


def _could(names: tuple[str, ...]) -> str:
    return f"The answer could still put first: {', '.join(names)}."


def flip_blocks(flips: Iterable[Flip], rules: RuleSet) -> Iterator[Block]:
    """The smallest changes that put other strategies first."""
    entries = [Entry(flip.to, tuple(change_lines(flip, rules))) for flip in flips]
    if entries:
        yield para(quiet("The smallest change of answers that puts another strategy first."))
        yield list_of(entries)


def change_lines(flip: Flip, rules: RuleSet) -> Iterator[Line]:
    """Each changed answer in words."""
    for change in flip.changes:
        said = change_words(rules.questions.get(change.field), change)
        yield line(code(change.field, f"question-{change.field}"), f": {said}")


def _items(title: str, items: Iterable[Advised]) -> Section:
    return Section(title, tuple(item_blocks(items)), folded=True)


def item_blocks(items: Iterable[Advised]) -> Iterator[Entries]:
    """Variants, warnings and the like, with the licences of tools and with sources."""
    entries = [Entry("-", tuple(_item(item)), Tone.PLAIN, id=f"item-{item.id}") for item in items]
    if entries:
        yield list_of(entries)


def _item(item: Advised) -> Iterator[Line]:
    yield line(strong(f"{stopped(item.title)} "), f"{item.text} ", *named(item.id))
    if item.check:
        yield line(strong("How to check: "), item.check)
    if step := _first_step(item):
        yield step
    if item.tools:
        spans: list[Span] = [Span("Tools: ")]
        for tool in item.tools:
            comma = "" if tool is item.tools[0] else ", "
            licence = f" ({tool['licence']})" if tool.get("licence") else ""
            spans += [Span(comma), Span(tool["title"], url=tool.get("url", "")), quiet(licence)]
        yield tuple(spans)
    if item.sources:
        yield citations(item.sources, "; ")


def _first_step(item: Advised) -> Line:
    if not item.first_step:
        return ()
    return line(strong("What to change: " if item.check else "First step: "), item.first_step)


def _sources(advice: Advice) -> list[Citation]:
    """The sources of everything that the report tells in full, each once."""
    first = winner(advice)
    found = [source for p in advice.ranking[:TOLD] for r in p.reasons for source in r.sources]
    spans = [span for p in advice.ranking if p.takes for span in spans_of(p.takes).values()]
    found += [source for span in spans for source in span.sources]
    items = [*advice.so_far, *advice.out_of_scope, *advice.preparations, *advice.data_plan]
    items += [] if first is None else [*first.how, *first.warnings]
    found += [source for item in items for source in item.sources]
    return sorted({source.id: source for source in found}.values(), key=lambda source: source.id)


def source_section(sources: list[Citation]) -> Section:
    """Sources with their grade, title, date and address."""
    title = f"The {counted(len(sources), 'source')} behind it"
    if not sources:
        return Section(title, ())
    grades = sorted({source.grade for source in sources})
    legend = f"Grades: {listed(f'{grade} {GRADES[grade]}' for grade in grades)}."
    entries = list_of(
        Entry(
            source.grade,
            (
                line(f"{stopped(source.title)} {source.date} ", *named(source.id)),
                *([(Span(source.url, Tone.QUIET, source.url),)] if source.url else []),
            ),
            id=f"source-{source.id}",
        )
        for source in sources
    )
    return Section(title, (para(quiet(legend)), entries), folded=True)


def _answers(advice: Advice) -> Iterator[Block]:
    if not advice.answers:
        return
    yield list_of(
        Entry(
            "-",
            (line(code(name), f": {raw_words(given.value)} ", quiet(f"({given.origin.value})")),),
            Tone.PLAIN,
            id=f"question-{name}",
        )
        for name, given in advice.answers.items()
    )
    values = {name: given.value for name, given in advice.answers.items()}
    # Every JSON value is a value of YAML; a range is kept by the words it came from.
    written = (
        f"{name}: {json.dumps(v.written if isinstance(v, Between) else v, ensure_ascii=False)}"
        for name, v in values.items()
    )
    yield Copyable("\n".join(written) + "\n", "the answers as a file")
