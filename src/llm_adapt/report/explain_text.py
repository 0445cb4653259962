"""Explanations as reports and as plain data."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from llm_adapt.report.advice_document import reason_entry
from llm_adapt.report.advice_steps import flip_entries, items_section
from llm_adapt.report.condition_text import condition_head, condition_words
from llm_adapt.report.document import (
    Block,
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
    strong,
)
from llm_adapt.report.phrases import stopped
from llm_adapt.report.source_list import source_section
from llm_adapt.rules.explanation import Explanation, Note, Standing, Weighed
from llm_adapt.rules.model import RuleSet

SCHEMA = "llm-adapt/explanation/v1"


def explanation_document(told: Explanation, rules: RuleSet) -> Document:
    """The report on one thing of a rule set."""
    title: Line = (Span(f"{told.kind} "), Span(told.id, Tone.CODE))
    blocks: list[Block] = [Paragraph(strong(stopped(told.title)))]
    if told.text:
        blocks.append(Paragraph(plain(told.text)))
    if told.where is not None:
        blocks.append(Paragraph(quiet(f"{told.where.file}:{told.where.line}")))
    sections: list[Section] = []
    if told.standing is not None:
        sections += _standing(told.standing, rules)
    if told.condition is not None:
        entries = Entries(tuple(_condition(told.condition, rules, 0)))
        sections.append(Section("When", (entries,)))
    if told.notes:
        sections.append(Section("What it says", tuple(_notes(told.notes))))
    if told.sources:
        sections.append(source_section(list(told.sources)))
    return Document(title, tuple(blocks), tuple(sections))


def explanation_data(told: Explanation, rules: RuleSet) -> dict[str, Any]:
    """The explanation as plain data, for JSON."""
    standing = told.standing
    return {
        "schema": SCHEMA,
        "kind": told.kind,
        "id": told.id,
        "title": told.title,
        "text": told.text,
        "when": told.condition and _condition_data(told.condition, rules),
        "notes": {note.label: list(note.lines) for note in told.notes},
        "sources": [asdict(source) for source in told.sources],
        "where": told.where and asdict(told.where),
        "now": standing
        and {
            "summary": standing.summary,
            "notes": {note.label: list(note.lines) for note in standing.notes},
            "place": standing.place and asdict(standing.place),
            "flips": [
                {
                    "to": flip.to,
                    "changes": [
                        {"field": change.field, "from": change.before, "to": change.after}
                        for change in flip.changes
                    ],
                }
                for flip in standing.flips
            ],
        },
    }


def _condition_data(weighed: Weighed, rules: RuleSet) -> dict[str, Any]:
    return {
        "says": condition_words(weighed.condition, rules),
        "now": weighed.truth or None,
        "parts": [_condition_data(part, rules) for part in weighed.parts],
    }


def _condition(weighed: Weighed, rules: RuleSet, depth: int) -> Iterator[Entry]:
    head = condition_head(weighed.condition, rules)
    tone = Tone.STRONG if weighed.truth else Tone.PLAIN
    yield Entry(weighed.truth or "-", (plain(head),), tone, depth)
    for part in weighed.parts:
        yield from _condition(part, rules, depth + 1)


def _notes(notes: Iterable[Note]) -> Iterator[Block]:
    entries: list[Entry] = []
    for note in notes:
        joined = all(" " not in line for line in note.lines)
        lines = [", ".join(note.lines)] if joined else note.lines
        entries.append(Entry(note.label, tuple(plain(line) for line in lines)))
    yield Entries(tuple(entries))


def _standing(standing: Standing, rules: RuleSet) -> Iterator[Section]:
    blocks: list[Block] = [Paragraph(strong(standing.summary))]
    if standing.notes:
        blocks += _notes(standing.notes)
    place = standing.place
    if place is None:
        yield Section("With your answers", tuple(blocks))
        return
    low, high = place.score_range
    said = f"Score {place.score}; the open answers can make it {low} to {high}."
    yield Section("With your answers", (*blocks, Paragraph(plain(said))))
    reasons = tuple(reason_entry(reason, ()) for reason in place.reasons)
    if reasons:
        yield Section("Why, and why not", (Entries(reasons),))
    if place.how:
        yield items_section("How", place.how)
    if place.warnings:
        yield items_section("Watch out", place.warnings)
    if standing.flips:
        yield Section("What would change it", tuple(flip_entries(standing.flips, rules)))
