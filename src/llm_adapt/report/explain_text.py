"""Explanations as reports and as plain data."""

from collections.abc import Iterator

from llm_adapt.report.advice_document import (
    flip_blocks,
    item_blocks,
    reason_entry,
    source_section,
)
from llm_adapt.report.document import (
    Block,
    Document,
    Entries,
    Entry,
    Section,
    Tone,
    code,
    line,
    list_of,
    para,
    quiet,
    strong,
)
from llm_adapt.report.phrases import stopped
from llm_adapt.rules.explanation import Explanation, Notes, Standing, Weighed
from llm_adapt.rules.model import RuleSet


def explanation_document(told: Explanation, rules: RuleSet) -> Document:
    """The report on one thing of a rule set."""
    blocks: list[Block] = [para(strong(stopped(told.title)))]
    if told.text:
        blocks.append(para(told.text))
    if told.where is not None:
        blocks.append(para(quiet(f"{told.where.file}:{told.where.line}")))
    sections = [] if told.now is None else list(_standing(told.now, rules))
    if told.when is not None:
        sections.append(Section("When", (list_of(_condition(told.when, 0)),)))
    if told.notes:
        sections.append(Section("What it says", (_notes(told.notes),)))
    if told.sources:
        sections.append(source_section(list(told.sources)))
    return Document(line(f"{told.kind} ", code(told.id)), tuple(blocks), tuple(sections))


def _condition(weighed: Weighed, depth: int) -> Iterator[Entry]:
    tone = Tone.STRONG if weighed.now else Tone.PLAIN
    yield Entry(weighed.now or "-", (line(weighed.head),), tone, depth)
    for part in weighed.parts:
        yield from _condition(part, depth + 1)


def _notes(notes: Notes) -> Entries:
    entries: list[Entry] = []
    for label, lines in notes.items():
        joined = all(" " not in one for one in lines)
        entries.append(Entry(label, tuple(map(line, [", ".join(lines)] if joined else lines))))
    return list_of(entries)


def _standing(standing: Standing, rules: RuleSet) -> Iterator[Section]:
    blocks: list[Block] = [para(strong(standing.summary))]
    if standing.notes:
        blocks.append(_notes(standing.notes))
    place = standing.place
    if place is None:
        yield Section("With your answers", tuple(blocks))
        return
    low, high = place.score_range
    blocks.append(para(f"Score {place.score}; the open answers can make it {low} to {high}."))
    found: list[tuple[str, tuple[Block, ...]]] = [
        ("With your answers", tuple(blocks)),
        ("Why, and why not", (list_of(map(reason_entry, place.reasons)),) * bool(place.reasons)),
        ("How", tuple(item_blocks(place.how))),
        ("Watch out", tuple(item_blocks(place.warnings))),
        ("What would change it", tuple(flip_blocks(standing.flips, rules))),
    ]
    yield from (Section(title, told) for title, told in found if told)
