"""All questions of a rule set, block by block: for readers, and as data."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from llm_adapt.report.document import (
    Document,
    Entry,
    Section,
    Tone,
    code,
    line,
    list_of,
    quiet,
    strong,
)
from llm_adapt.rules.model import Kind, Question

SCHEMA = "llm-adapt/questions/v1"


def questions_document(questions: Mapping[str, Question]) -> Document:
    """Every question with its name, its wording and what it takes."""
    sections = [
        Section(block or "Questions", (list_of(map(_entry, asked)),))
        for block, asked in groupby(_in_blocks(questions), key=lambda question: question.block)
    ]
    return Document(line(strong(f"{len(questions)} questions")), (), tuple(sections))


def questions_data(questions: Mapping[str, Question]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "schema": SCHEMA,
        "questions": [
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
        ],
    }


def _in_blocks(questions: Mapping[str, Question]) -> list[Question]:
    blocks = list(dict.fromkeys(question.block for question in questions.values()))
    return sorted(questions.values(), key=lambda question: blocks.index(question.block))


def _entry(question: Question) -> Entry:
    lines = [line(code(question.id), f"  {question.ask}")]
    lines += [line(code(name), f": {label}") for name, label in question.values.items()]
    if not question.values:
        lines.append(line(quiet(question.allowed())))
    elif question.kind is Kind.SEVERAL:
        lines.append(line(quiet("any number of these")))
    return Entry("-", tuple(lines), Tone.PLAIN)
