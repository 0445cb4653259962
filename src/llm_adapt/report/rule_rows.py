"""Rules in brief, as a report and as plain data."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
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
from llm_adapt.report.phrases import GRADES, counted
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.rule_row import RuleRow

SCHEMA = "llm-adapt/rules/v1"


def rows_document(rows: Iterable[RuleRow], rules: RuleSet) -> Document:
    """The list of rules, one section for each family."""
    listed = list(rows)
    title: Line = (
        Span(f"{counted(len(listed), 'rule')} of "),
        Span(f"{rules.name} {rules.version}", Tone.CODE),
    )
    sections = [
        Section(f"{family or 'rules'} ({len(found)})", (Entries(tuple(map(_row, found))),))
        for family, found in ((name, list(group)) for name, group in groupby(listed, _family))
    ]
    legend = ", ".join(f"{grade} {said}" for grade, said in GRADES.items())
    said = Paragraph(quiet(f"Grade of the best source: {legend}."))
    return Document(title, (said,) if listed else (), tuple(sections))


def _family(row: RuleRow) -> str:
    return row.family


def _row(row: RuleRow) -> Entry:
    return Entry(row.grade, tuple(_lines(row)))


def _lines(row: RuleRow) -> Iterator[Line]:
    yield Span(row.id, Tone.CODE), Span(f"  {row.title}")
    if row.effects:
        yield plain("; ".join(row.effects))
    if row.where is not None:
        yield quiet(f"{row.where.file}:{row.where.line}")


def rows_data(rows: Iterable[RuleRow], rules: RuleSet) -> dict[str, Any]:
    """The list as plain data, for JSON."""
    return {
        "schema": SCHEMA,
        "ruleset": {"name": rules.name, "version": rules.version, "digest": rules.digest},
        "rules": [asdict(row) for row in rows],
    }
