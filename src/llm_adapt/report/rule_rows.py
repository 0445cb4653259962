"""Lists of rules, and of what the guide says: as reports and as plain data."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from llm_adapt.report.document import (
    Document,
    Entry,
    Line,
    Section,
    Span,
    Tone,
    code,
    line,
    list_of,
    para,
    quiet,
)
from llm_adapt.report.json_v1 import v1
from llm_adapt.report.phrases import GRADES, counted
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.rule_row import ArticleRow, RuleRow


def rows_document(rows: Sequence[RuleRow], rules: RuleSet) -> Document:
    """The list of rules, one section for each family."""
    sections: list[Section] = []
    for family, group in groupby(rows, lambda row: row.family):
        found = [Entry(row.grade, tuple(_rule(row))) for row in group]
        sections.append(Section(f"{family or 'rules'} ({len(found)})", (list_of(found),)))
    legend = ", ".join(f"{grade} {said}" for grade, said in GRADES.items())
    graded = para(quiet(f"Grade of the best source: {legend}."))
    said = graded if rows else para("None is like that.")
    title = line(f"{counted(len(rows), 'rule')} of ", code(f"{rules.name} {rules.version}"))
    return Document(title, (said,), tuple(sections))


def _rule(row: RuleRow) -> Iterator[Line]:
    yield line(code(row.id), f"  {row.title}")
    if row.effects:
        yield line("; ".join(row.effects))
    if row.where is not None:
        yield line(quiet(f"{row.where.file}:{row.where.line}"))


def article_document(rows: Sequence[ArticleRow], rules: RuleSet) -> Document:
    """What the guide says, row by row, with what carries it."""
    empty = sum(not row.carried_by for row in rows)
    said = f"{counted(len(rows), 'row')}; {empty or 'none'} of them carried by nothing."
    legend = "* newer evidence sharpens or overrules this row; see the profile current."
    entries = list_of(
        Entry(f"{row.id}*" if row.sharpened else row.id, (line(row.text), _carried(row)))
        for row in rows
    )
    title = line("The guide in ", code(f"{rules.name} {rules.version}"))
    head = (para(said), para(quiet(legend)))
    return Document(title, head, (Section("What it says, and what carries it", (entries,)),))


def _carried(row: ArticleRow) -> Line:
    if row.carried_by:
        return line(quiet(", ".join(row.carried_by)))
    return line(Span("carried by nothing", Tone.BAD))


def rows_data(kind: str, rows: Sequence[RuleRow | ArticleRow], rules: RuleSet) -> dict[str, Any]:
    """The `rules`, or the `article`'s rows, as plain data, for JSON."""
    used = {"name": rules.name, "version": rules.version, "digest": rules.digest}
    listed = "rules" if kind == "rules" else "rows"
    return v1(kind, {"ruleset": used, listed: rows})
