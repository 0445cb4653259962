"""What a rule set has, listed: rules, questions, rows of the guide; as reports and plain data."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from llm_adapt.report.document import (
    Document,
    Entry,
    Span,
    Tone,
    code,
    document,
    entry,
    line,
    list_of,
    para,
    quiet,
    section,
    strong,
)
from llm_adapt.report.json_v1 import v1
from llm_adapt.report.phrases import GRADES, counted
from llm_adapt.rules.explanation import ArticleRow, RuleRow
from llm_adapt.rules.model import Kind, Question, RuleSet


def rows_document(rows: Sequence[RuleRow], rules: RuleSet) -> Document:
    """The list of rules, one section for each family."""
    sections = [
        section(f"{family or 'rules'} ({len(found)})", list_of(map(_rule, found)))
        for family, group in groupby(rows, lambda row: row.family)
        if (found := list(group))
    ]
    legend = ", ".join(f"{grade} {said}" for grade, said in GRADES.items())
    said = quiet(f"Grade of the best source: {legend}.") if rows else "None is like that."
    title = line(f"{counted(len(rows), 'rule')} of ", code(f"{rules.name} {rules.version}"))
    return document(title, [para(said)], sections)


def _rule(row: RuleRow) -> Entry:
    where = f"{row.where.file}:{row.where.line}" if row.where else ""
    name = line(code(row.id), f"  {row.title}")
    return entry(row.grade, name, "; ".join(row.effects), quiet(where))


def article_document(rows: Sequence[ArticleRow], rules: RuleSet) -> Document:
    """What the guide says, row by row, with what carries it."""
    empty = sum(not row.carried_by for row in rows)
    head = [
        para(f"{counted(len(rows), 'row')}; {empty or 'none'} of them carried by nothing."),
        para(quiet("* newer evidence sharpens or overrules this row; see the profile current.")),
    ]
    entries = list_of(
        entry(f"{row.id}*" if row.sharpened else row.id, row.text, _carried(row)) for row in rows
    )
    title = line("The guide in ", code(f"{rules.name} {rules.version}"))
    return document(title, head, [section("What it says, and what carries it", entries)])


def _carried(row: ArticleRow) -> Span:
    if row.carried_by:
        return quiet(", ".join(row.carried_by))
    return Span("carried by nothing", Tone.BAD)


def rows_data(kind: str, rows: Sequence[RuleRow | ArticleRow], rules: RuleSet) -> dict[str, Any]:
    """The `rules`, or the `article`'s rows, as plain data, for JSON."""
    used = {"name": rules.name, "version": rules.version, "digest": rules.digest}
    listed = "rules" if kind == "rules" else "rows"
    return v1(kind, {"ruleset": used, listed: rows})


def questions_document(questions: Mapping[str, Question]) -> Document:
    """Every question with its name, its wording and what it takes."""
    sections = [
        section(block or "Questions", list_of(map(_question, asked)))
        for block, asked in groupby(_in_blocks(questions), key=lambda question: question.block)
    ]
    return document(line(strong(f"{len(questions)} questions")), (), sections)


def questions_data(questions: Mapping[str, Question]) -> dict[str, Any]:
    """The same as plain data."""
    told = [
        {
            "field": question.id,
            "block": question.block,
            "ask": question.ask,
            "help": question.help,
            "type": str(question.kind),
            "values": dict(question.values),
            "unit": question.unit,
            "takes": question.allowed(),
            "example": question.example,
        }
        for question in _in_blocks(questions)
    ]
    return v1("questions", {"questions": told})


def _in_blocks(questions: Mapping[str, Question]) -> list[Question]:
    blocks = list(dict.fromkeys(question.block for question in questions.values()))
    return sorted(questions.values(), key=lambda question: blocks.index(question.block))


def _question(question: Question) -> Entry:
    several = "any number of these" if question.kind is Kind.SEVERAL else ""
    return entry(
        "-",
        line(code(question.id), f"  {question.ask}"),
        *(line(code(name), f": {label}") for name, label in question.values.items()),
        quiet(several if question.values else question.allowed()),
    )
