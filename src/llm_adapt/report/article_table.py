"""What the guide says, row by row, with what carries it: as a report and as plain data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from llm_adapt.report.document import (
    Document,
    Entries,
    Entry,
    Line,
    Paragraph,
    Section,
    Span,
    Tone,
    plain,
    quiet,
)
from llm_adapt.report.phrases import counted
from llm_adapt.rules.article_row import ArticleRow
from llm_adapt.rules.model import RuleSet

SCHEMA = "llm-adapt/article/v1"


def article_document(rows: Sequence[ArticleRow], rules: RuleSet) -> Document:
    """The table of rows."""
    title: Line = (Span("The guide in "), Span(f"{rules.name} {rules.version}", Tone.CODE))
    empty = sum(not row.carried_by for row in rows)
    said = f"{counted(len(rows), 'row')}; {empty or 'none'} of them carried by nothing."
    legend = "* newer evidence sharpens or overrules this row; see the profile current."
    entries = Entries(tuple(_entry(row) for row in rows))
    return Document(
        title,
        (Paragraph(plain(said)), Paragraph(quiet(legend))),
        (Section("What it says, and what carries it", (entries,)),),
    )


def _entry(row: ArticleRow) -> Entry:
    mark = f"{row.id}*" if row.sharpened else row.id
    return Entry(mark, tuple(_lines(row)))


def _lines(row: ArticleRow) -> Iterator[Line]:
    yield plain(row.text)
    if row.carried_by:
        yield quiet(", ".join(row.carried_by))
    else:
        yield (Span("carried by nothing", Tone.BAD),)


def article_data(rows: Iterable[ArticleRow], rules: RuleSet) -> dict[str, Any]:
    """The table as plain data, for JSON."""
    return {
        "schema": SCHEMA,
        "ruleset": {"name": rules.name, "version": rules.version, "digest": rules.digest},
        "rows": [asdict(row) for row in rows],
    }
