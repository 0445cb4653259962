"""The whole report on one situation, made once for text, Markdown and HTML."""

import json
from collections.abc import Container, Iterable, Iterator, Mapping

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
from llm_adapt.report.phrases import (
    GRADES,
    NONE,
    answers_words,
    change_words,
    counted,
    listed,
    spaced,
    span_words,
    stopped,
    strategy_words,
)
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
    Takes,
    Verdict,
)
from llm_adapt.rules.advice import Span as Amount
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.situation import Origin
from llm_adapt.rules.value import Between
from llm_adapt.rules.words import of_hundred, raw_words

# How many places of the ranking have their reasons told in full.
TOLD = 3
# How many of the open questions are told with their help; the others are named.
ASKED = 5
# How many of the assumptions behind what a strategy takes the summary names.
ASSUMED = 2
_WAY = "The way through the flowchart"
_TONES = {"for": Tone.GOOD, "against": Tone.BAD, "rules_out": Tone.BAD}


def advice_document(advice: Advice, rules: RuleSet, flowchart: str = "") -> Document:
    """Everything there is to say about a situation; a page shows the SVG of the flowchart too."""
    first = winner(advice)
    sections = [
        section("Ranking", *_ranking(advice)),
        section("What went wrong so far", items(advice.so_far), folded=True),
        section("What it would take", *_takes(advice)),
        section("Why, and why not", *_reasons(advice.ranking)),
        section("Before you begin", items(advice.preparations), folded=True),
        section("The plan, simple to complex", *_plan(advice)),
        section("What to find out next", *asks(advice)),
        section("What would change it", *flip_blocks(advice.flips, rules)),
        section("What the article alone would say", _article(advice, rules)),
        section(_WAY, *_path(advice, rules, flowchart), folded=True),
        section("How", items(first.how if first else ()), folded=True),
        section("Watch out", items(first.warnings if first else ()), folded=True),
        section("Data", items(advice.data_plan), folded=True),
        source_section(_sources(advice)),
        section("The answers behind it", *_answers(advice), folded=True),
    ]
    used, known = advice.ruleset, len(advice.answers)
    basis = (
        f"Verdict: {advice.verdict.value}. {known} of {counted(len(rules.questions), 'question')} "
        f"answered. Rule set {used.name} {used.version} ({used.digest})."
    )
    scope = (
        para(strong(f"Out of scope: {stopped(item.title)} "), item.text, *_first_step(item))
        for item in advice.out_of_scope
    )
    head = [para(how_sure(advice)), *scope, para(quiet(basis))]
    return document(line(strong(advice.summary)), head, sections)


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
            still = len(advice.ask_next) + len(advice.open_but_idle)
            assumed = sum(given.origin is Origin.ASSUMED for given in advice.answers.values())
            open_still = counted(still - assumed, "open question")
            beside = f" beside {counted(assumed, 'assumed answer')}" if assumed else ""
            whole = f"all {still}" if assumed else "them"
            matter = counted(len(advice.ask_next), "open question")
            if advice.stability is None or advice.no_advice_yet:
                return f"How sure: open. {matter} can still change first place."
            return (
                f"How sure: {advice.stability.word}. First place stays in "
                f"{of_hundred(advice.stability.share)} plausible ways to answer the {open_still} "
                f"or leave them open{beside}; {len(advice.ask_next)} of {whole} can change it. "
                "(This is about the rules, not a chance of being right.)"
            )


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
    why = place.why_not_first
    if why in told:
        why = f"{why.partition(': ')[0]}, as above."
    told.add(place.why_not_first)
    open_still = place.can_win and place.status is not Status.RECOMMENDED
    return entry(
        f"{place.rank}{'=' if place.tied else '.'}",
        line(Span(place.title, tone), " ", *named(place.strategy), said),
        "" if place.reasons else "No argument speaks for it or against it.",
        quiet(why),
        "An open question could still put it first." if open_still else "",
        anchor=f"strategy-{place.strategy}",
    )


def _bar(place: Place) -> Bar:
    low, high = place.score_range
    tone = {Group.RECOMMENDED: Tone.GOOD, Group.RULED_OUT: Tone.BAD}.get(place.group, Tone.PLAIN)
    said = f"{spaced(place.status)}, {place.score} ({low} to {high})"
    return Bar(place.strategy, low, high, said, place.score, tone)


def _takes(advice: Advice) -> Iterator[Block]:
    """What each strategy takes, with charts for a page."""
    known = [(place, place.takes) for place in advice.ranking if place.takes is not None]
    for title, name in (
        ("Working days to production", "production"),
        ("Money once, in USD; each step to the right is ten times as much", "once_usd"),
        ("Money a month, in USD; each step to the right is ten times as much", "monthly_usd"),
    ):
        spans = [(p, s) for p, takes in known if (s := getattr(takes, name)) is not None]
        bars = tuple(Bar(p.strategy, s.range[0], s.range[1], span_words(s)) for p, s in spans)
        yield Chart(title, bars, tenfold="USD" in title)
    yield list_of(entry(place.strategy, *takes_lines(takes)) for place, takes in known)


def spans_of(takes: Takes) -> dict[str, Amount]:
    """The amounts that something is known about, by label."""
    amounts = {
        "first version": takes.first_version,
        "production": takes.production,
        "once": takes.once_usd,
        "running": takes.monthly_usd,
        **takes.estimates,
    }
    return {label: span for label, span in amounts.items() if span is not None}


def takes_lines(takes: Takes, *, brief: bool = False) -> Iterator[Line]:
    """What a strategy takes: time and money, skills, what was assumed, and who says so."""
    known = spans_of(takes)
    told = [label for label in known if not brief or label not in takes.estimates]
    said = [f"{label} {span_words(known[label])}" for label in told]
    skills = f"; skills: {', '.join(map(spaced, takes.skills))}" if takes.skills else ""
    if said or skills:
        yield line(("; ".join(said) + skills).removeprefix("; "))
    if brief:
        if takes.assumes:
            yield line(quiet(f"Assumes: {stopped('; '.join(takes.assumes[:ASSUMED]))}"))
        return
    yield from (line(quiet(f"Assumes: {stopped(assumed)}")) for assumed in takes.assumes)
    sources = {s.id: s for span in known.values() for s in span.sources}
    yield citations(sources.values(), " ")


def citations(sources: Iterable[Citation], joint: str) -> Line:
    """Sources in brief, each of which leads to its entry among the sources."""
    spans: list[Span] = []
    for source in sources:
        name = Span(source.id, Tone.QUIET, to=f"source-{source.id}")
        spans += [quiet(joint if spans else ""), name, quiet(f" ({source.grade}, {source.date})")]
    return tuple(spans)


def _reasons(ranking: tuple[Place, ...]) -> Iterator[Block]:
    told: set[str] = set()
    for place in ranking[:TOLD]:
        yield para(strong(f"{place.rank}. {place.title}"), f": {spaced(place.status)}")
        if not place.reasons:
            yield bullets([quiet("No rule speaks for it or against it on what is known.")])
        yield list_of(reason_entry(reason, told) for reason in place.reasons)
        told.update(reason.rule for reason in place.reasons)
    if len(ranking) > TOLD:
        yield para(strong("The others, by the rules that spoke"))
        yield list_of(_in_brief(place) for place in ranking[TOLD:])


def reason_entry(reason: Reason, told: Container[str] = ()) -> Entry:
    """One reason: what it says, its rule, the answers it looked at and who says so."""
    strength = "" if reason.effect == "rules_out" else f" ({reason.strength.value})"
    mark, tone = spaced(reason.effect), _TONES[reason.effect]
    name = f"rule-{reason.rule}"
    if reason.rule in told:
        return entry(mark, line(code(reason.rule, name), f", as above{strength}"), tone=tone)
    looked_at = answers_words(reason.answers)
    answers = quiet(f"; {looked_at}" if looked_at else "")
    cited = [quiet("; "), *citations(reason.sources, ", ")] if reason.sources else []
    return entry(
        mark,
        f"{reason.text}{strength}",
        line(code(reason.rule), answers, *cited),
        tone=tone,
        anchor=name,
    )


def _in_brief(place: Place) -> Entry:
    spans = [code(place.strategy, f"strategy-{place.strategy}"), Span(f": {spaced(place.status)}")]
    if not place.reasons:
        spans.append(Span("; no rule spoke"))
    for effect, said in (("rules_out", "ruled out by"), ("for", "for"), ("against", "against")):
        names = [reason.rule for reason in place.reasons if reason.effect == effect]
        if names:
            rules = joined(line(code(name, f"rule-{name}")) for name in names)
            spans += [Span(f"; {said} "), *rules]
    return entry(f"{place.rank}.", tuple(spans))


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
            here = entry("=>", walk.results.get(end, end), tone=Tone.STRONG)
            yield list_of([*map(_node, passed), here])
    first = winner(advice)
    name = NONE if first is None else first.strategy
    reached = rules.join.get(tuple(ends), name)
    if reached != name:
        out = next((p.why_not_first for p in advice.ranking if p.strategy == reached), "")
        yield para(f"The way ends at {strategy_words(rules, reached)}. {out} What comes next is:")
    yield para("You are here: ", strong(strategy_words(rules, name)))
    yield Picture(flowchart, "The flowchart, with the way that these answers take")


def _node(node: Passed) -> Entry:
    return entry(
        node.result,
        line(f"{node.text} ", *named(node.node)),
        quiet(node.because),
        quiet(answers_words(node.answers)),
        tone=Tone.STRONG if node.result == "unknown" else Tone.PLAIN,
        anchor=f"node-{node.node}",
    )


def _article(advice: Advice, rules: RuleSet) -> Block:
    differs = advice.article_differs
    if differs is None:
        return para()
    title = strategy_words(rules, differs.strategy)
    return para(f"The article alone would put {title} first, because: {differs.because}")


def _plan(advice: Advice) -> Iterator[Block]:
    if advice.no_advice_yet:
        yield para("Nothing decides yet where to begin, so this is the guide's ladder.")
    yield list_of(_step(step, advice) for step in advice.plan)


def _step(step: Step, advice: Advice) -> Entry:
    known = {place.strategy for place in advice.ranking if place.status is Status.RECOMMENDED}
    part = "" if step.strategy in known else f", for {step.strategy}"
    lasts = f" Takes {stopped(step.takes)}" if step.takes else ""
    return entry(
        f"{step.step}.",
        line(strong(stopped(step.title)), f"{lasts} ", *named(step.id, f"step-{step.id}"), part),
        step.do,
        labelled("First step", step.first_step),
        labelled("Measure", step.measure),
        labelled("Stop when", step.stop_when),
        labelled("Go on when", step.go_on_when),
        anchor=f"step-{step.id}",
    )


def labelled(label: str, said: str) -> Line:
    """What is said, after a label; nothing where nothing is."""
    return line(strong(f"{label}: "), said) if said else ()


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
    moves = f"Alone it could move first place in {of_hundred(ask.could_move)}."
    return entry(
        f"{index}.",
        line(strong(f"{ask.ask} "), *named(ask.field)),
        quiet(ask.why),
        quiet(moves if ask.could_move else ""),
        quiet("" if same else _could(ask.could_change)),
        anchor=f"question-{ask.field}",
    )


def _could(names: tuple[str, ...]) -> str:
    return f"The answer could still put first: {', '.join(names)}."


def flip_blocks(flips: Iterable[Flip], rules: RuleSet) -> Iterator[Block]:
    """The smallest changes that put other strategies first."""
    if told := list_of(entry(flip.to, *change_lines(flip, rules)) for flip in flips).entries:
        yield para(quiet("The smallest change of answers that puts another strategy first."))
        yield Entries(told)


def change_lines(flip: Flip, rules: RuleSet) -> Iterator[Line]:
    """Each changed answer in words."""
    for change in flip.changes:
        said = change_words(rules.questions.get(change.field), change)
        yield line(code(change.field, f"question-{change.field}"), f": {said}")


def items(advised: Iterable[Advised]) -> Entries:
    """Variants, warnings and the like, with the licences of tools and with sources."""
    return list_of(map(_item, advised))


def _item(item: Advised) -> Entry:
    return entry(
        "-",
        line(strong(f"{stopped(item.title)} "), f"{item.text} ", *named(item.id)),
        labelled("How to check", item.check),
        _first_step(item),
        _tools(item.tools),
        citations(item.sources, "; "),
        anchor=f"item-{item.id}",
    )


def _tools(tools: Iterable[Mapping[str, str]]) -> Line:
    said = joined(
        line(
            Span(tool["title"], url=tool.get("url", "")),
            quiet(f" ({tool['licence']})" if tool.get("licence") else ""),
        )
        for tool in tools
    )
    return line("Tools: ", *said) if said else ()


def _first_step(item: Advised) -> Line:
    return labelled("What to change" if item.check else "First step", item.first_step)


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
    grades = sorted({source.grade for source in sources})
    legend = f"Grades: {listed(f'{grade} {GRADES[grade]}' for grade in grades)}."
    entries = list_of(
        entry(
            source.grade,
            line(f"{stopped(source.title)} {source.date} ", *named(source.id)),
            Span(source.url or "", Tone.QUIET, source.url or ""),
            anchor=f"source-{source.id}",
        )
        for source in sources
    )
    title = f"The {counted(len(sources), 'source')} behind it"
    return section(title, para(quiet(legend if sources else "")), entries, folded=True)


def _answers(advice: Advice) -> Iterator[Block]:
    yield list_of(
        entry(
            "-",
            line(code(name), f": {raw_words(given.value)} ", quiet(f"({given.origin.value})")),
            anchor=f"question-{name}",
        )
        for name, given in advice.answers.items()
    )
    values = {name: given.value for name, given in advice.answers.items()}
    # Every JSON value is a value of YAML; a range is kept by the words it came from.
    written = (
        f"{name}: {json.dumps(v.written if isinstance(v, Between) else v, ensure_ascii=False)}\n"
        for name, v in values.items()
    )
    yield Copyable("".join(written), "the answers as a file")
