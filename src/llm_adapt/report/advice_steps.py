"""What follows from advice: the plan, how, what to watch, what to find out, what would flip it."""

from collections.abc import Iterable, Sequence

from llm_adapt.report.document import (
    Block,
    Entries,
    Entry,
    Line,
    Paragraph,
    Section,
    Span,
    Tone,
    named,
    plain,
    quiet,
)
from llm_adapt.report.phrases import (
    change_words,
    cited,
    stopped,
    strategy_words,
)
from llm_adapt.rules.advice import Advice, Advised, Ask, Flip, Place, Status, Step
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.words import number_words

# How many of the open questions are told with their help; the others are named.
ASKED = 5
# In a terminal these sections name their items only; there are many of them.
NAMED_ONLY = ("Data",)


def following_sections(advice: Advice, rules: RuleSet, *, full: bool) -> Iterable[Section]:
    """The sections after the reasons, sources aside; `full` cites the sources of every item."""
    first = [place for place in advice.ranking if place.status is Status.RECOMMENDED]
    how = [item for place in first for item in place.how]
    warnings = [item for place in first for item in place.warnings]
    groups = (
        ("Before you begin", advice.preparations),
        ("How", how),
        ("Watch out", warnings),
        ("Data", advice.data_plan),
    )
    items = {title: found for title, found in groups if found}
    if "Before you begin" in items:
        yield items_section("Before you begin", items.pop("Before you begin"), full=full)
    if advice.plan:
        yield Section("The plan, simple to complex", (_plan(advice.plan, first),))
    yield Section("What to find out next", tuple(_asks(advice)))
    if advice.flips:
        yield Section("What would change it", tuple(flip_entries(advice.flips, rules)))
    if advice.costs:
        yield Section("What it would take", tuple(_costs(advice, rules)))
    if advice.article_differs is not None:
        differs = advice.article_differs
        title = strategy_words(rules, differs.strategy)
        said = f"The article alone would put {title} first, because: {differs.because}"
        yield Section("What the article alone would say", (Paragraph(plain(said)),))
    for title, found in items.items():
        brief = not full and title in NAMED_ONLY
        yield titles_section(title, found) if brief else items_section(title, found, full=full)


def _costs(advice: Advice, rules: RuleSet) -> Iterable[Block]:
    yield Paragraph(quiet("Ranges for few inputs; llm-adapt estimate narrows them and says more."))
    entries = [
        Entry(
            cost.strategy,
            (
                plain(
                    f"{cost.title}: {_rounded(cost.low)} to {_rounded(cost.high)} {cost.unit}, "
                    f"typically {_rounded(cost.typical)}"
                ),
            ),
        )
        for cost in advice.costs
        if cost.strategy in rules.strategies
    ]
    yield Entries(tuple(entries))


def _rounded(value: float) -> str:
    # Three digits say all that a range of this width can mean.
    return number_words(float(f"{value:.3g}"))


def titles_section(title: str, items: Iterable[Advised]) -> Section:
    """Warnings and data steps by their titles; `explain` has the rest."""
    entries = [
        Entry("-", ((Span(f"{stopped(item.title)} "), *named(item.id)),), Tone.PLAIN)
        for item in items
    ]
    return Section(title, (Entries(tuple(entries)),), folded=True)


def items_section(title: str, items: Iterable[Advised], *, full: bool = True) -> Section:
    """Variants, warnings and the like; `full` with the licences of tools and with sources."""
    entries = Entries(tuple(_item(item, full=full) for item in items))
    return Section(title, (entries,), folded=True)


def _item(item: Advised, *, full: bool) -> Entry:
    title = Span(f"{stopped(item.title)} ", Tone.STRONG)
    lines: list[Line] = [(title, Span(f"{item.text} "), *named(item.id))]
    if item.first_step:
        lines.append((Span("First step: ", Tone.STRONG), Span(item.first_step)))
    if item.tools:
        lines.append(_tools(item, full=full))
    if full and item.sources:
        lines.append(quiet("; ".join(cited(source) for source in item.sources)))
    return Entry("-", tuple(lines), Tone.PLAIN)


def _tools(item: Advised, *, full: bool) -> Line:
    spans: list[Span] = []
    for tool in item.tools:
        licence = tool.get("licence") if full else ""
        spans += [
            Span(", " if spans else "Tools: "),
            Span(tool["title"], Tone.PLAIN, tool.get("url", "")),
            Span(f" ({licence})" if licence else "", Tone.QUIET),
        ]
    return tuple(spans)


def _plan(plan: Iterable[Step], first: Sequence[Place]) -> Entries:
    known = {place.strategy for place in first}
    entries: list[Entry] = []
    for step in plan:
        part = "" if step.strategy in known else f", for {step.strategy}"
        lines: list[Line] = [(Span(f"{step.do} "), *named(step.id), Span(part))]
        if step.stop_when:
            lines.append((Span("Stop when: ", Tone.STRONG), Span(step.stop_when)))
        if step.go_on_when:
            lines.append((Span("Go on when: ", Tone.STRONG), Span(step.go_on_when)))
        entries.append(Entry(f"{step.step}.", tuple(lines), Tone.PLAIN))
    return Entries(tuple(entries))


def _asks(advice: Advice) -> Iterable[Block]:
    idle = len(advice.open_but_idle)
    if not advice.ask_next:
        if not idle:
            yield Paragraph(plain("Nothing: every question has an answer."))
            return
        verb = "Nothing: the one question" if idle == 1 else f"Nothing: the {idle} questions"
        yield Paragraph(plain(f"{verb} not answered cannot change first place."))
        return
    asked = advice.ask_next[:ASKED]
    same = len({ask.could_change for ask in advice.ask_next}) == 1
    if same:
        yield Paragraph(plain(_could(advice.ask_next[0])))
    yield Entries(tuple(_ask(ask, index, same=same) for index, ask in enumerate(asked, 1)))
    rest = [ask.field for ask in advice.ask_next[ASKED:]]
    if rest:
        yield Paragraph((Span("Then: "), Span(", ".join(rest), Tone.CODE)))
    if idle:
        verb = "The other open question" if idle == 1 else f"The other {idle} open questions"
        yield Paragraph(plain(f"{verb} cannot change first place."))


def _could(ask: Ask) -> str:
    return f"The answer could still put first: {', '.join(ask.could_change)}."


def _ask(ask: Ask, index: int, *, same: bool) -> Entry:
    lines: list[Line] = [(Span(f"{ask.ask} ", Tone.STRONG), *named(ask.field))]
    lines.append(quiet(ask.why))
    if not same:
        lines.append(quiet(_could(ask)))
    return Entry(f"{index}.", tuple(lines), Tone.PLAIN)


def flip_entries(flips: Iterable[Flip], rules: RuleSet) -> Iterable[Block]:
    """The smallest changes that put other strategies first."""
    yield Paragraph(quiet("The smallest change of answers that puts another strategy first."))
    entries: list[Entry] = []
    for flip in flips:
        lines: list[Line] = []
        for change in flip.changes:
            said = change_words(rules.questions.get(change.field), change)
            lines.append((Span(change.field, Tone.CODE), Span(f": {said}")))
        entries.append(Entry(flip.to, tuple(lines)))
    yield Entries(tuple(entries))
