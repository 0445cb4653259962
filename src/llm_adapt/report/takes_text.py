"""What each strategy takes: time, money, skills, and what was assumed."""

from collections.abc import Iterable, Iterator

from llm_adapt.report.document import (
    Bar,
    Block,
    Chart,
    Entry,
    Line,
    Span,
    Tone,
    line,
    list_of,
    quiet,
)
from llm_adapt.report.phrases import spaced, span_words, stopped
from llm_adapt.rules.advice import Advice, Citation, Takes
from llm_adapt.rules.advice import Span as Amount

# How many of the assumptions behind what it takes the summary names.
ASSUMED = 2


def takes_blocks(advice: Advice) -> Iterator[Block]:
    """The section about it, with charts for a page."""
    known = [(place, place.takes) for place in advice.ranking if place.takes is not None]
    for title, name in (
        ("Working days to production", "production"),
        ("Money once, in USD; each step to the right is ten times as much", "once_usd"),
        ("Money a month, in USD; each step to the right is ten times as much", "monthly_usd"),
    ):
        spans = [(p, s) for p, takes in known if (s := getattr(takes, name)) is not None]
        bars = tuple(Bar(p.strategy, s.range[0], s.range[1], span_words(s)) for p, s in spans)
        if bars:
            yield Chart(title, bars, tenfold="USD" in title)
    if known:
        yield list_of(Entry(p.strategy, tuple(takes_lines(takes))) for p, takes in known)


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
    if sources:
        yield citations(sources.values(), " ")


def citations(sources: Iterable[Citation], joint: str) -> Line:
    """Sources in brief, each of which leads to its entry among the sources."""
    spans: list[Span] = []
    for source in sources:
        name = Span(source.id, Tone.QUIET, to=f"source-{source.id}")
        spans += [quiet(joint if spans else ""), name, quiet(f" ({source.grade}, {source.date})")]
    return tuple(spans)
