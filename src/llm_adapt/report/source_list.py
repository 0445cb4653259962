"""The sources that a report rests on, each listed once."""

from collections.abc import Iterable

from llm_adapt.report.document import (
    Entries,
    Entry,
    Line,
    Paragraph,
    Section,
    Span,
    Tone,
    named,
    quiet,
)
from llm_adapt.report.phrases import GRADES, counted, listed, stopped
from llm_adapt.rules.advice import Advice, Citation, Status


def advice_sources(advice: Advice, told: int, *, everything: bool) -> Iterable[Section]:
    """The sources of the reasons told in full; with `everything`, of all advice as well."""
    found: dict[str, Citation] = {}
    for place in advice.ranking[:told]:
        for reason in place.reasons:
            found.update((source.id, source) for source in reason.sources)
    if everything:
        first = [place for place in advice.ranking if place.status is Status.RECOMMENDED]
        items = [item for place in first for item in (*place.how, *place.warnings)]
        for item in (*items, *advice.preparations, *advice.data_plan):
            found.update((source.id, source) for source in item.sources)
    if found:
        yield source_section([found[name] for name in sorted(found)])


def source_section(sources: list[Citation]) -> Section:
    """Sources with their grade, title, date and address."""
    grades = sorted({source.grade for source in sources})
    legend = listed(f"{grade} {GRADES.get(grade, '')}".rstrip() for grade in grades)
    entries = Entries(tuple(_source(source) for source in sources))
    title = f"The {counted(len(sources), 'source')} behind it"
    return Section(title, (Paragraph(quiet(f"Grades: {legend}.")), entries), folded=True)


def _source(source: Citation) -> Entry:
    lines: list[Line] = [
        (Span(f"{stopped(source.title)} {source.date} "), *named(source.id)),
    ]
    if source.url:
        lines.append((Span(source.url, Tone.QUIET, source.url),))
    return Entry(source.grade, tuple(lines))
