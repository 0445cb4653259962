"""What explains one thing of a rule set, as a report."""

from collections.abc import Iterator

from llm_adapt.report.advice_document import flip_blocks, items, reason_entry, source_section
from llm_adapt.report.document import (
    Document,
    Entries,
    Entry,
    Section,
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
from llm_adapt.report.phrases import stopped
from llm_adapt.rules.explanation import Explanation, Notes, Standing, Weighed
from llm_adapt.rules.model import RuleSet


def explanation_document(told: Explanation, rules: RuleSet) -> Document:
    """The report on one thing of a rule set."""
    where = f"{told.where.file}:{told.where.line}" if told.where else ""
    head = [para(strong(stopped(told.title))), para(told.text), para(quiet(where))]
    sections = [
        *(_standing(told.now, rules) if told.now else ()),
        section("When", list_of(_condition(told.when, 0) if told.when else ())),
        section("What it says", _notes(told.notes)),
        source_section(list(told.sources)),
    ]
    return document(line(f"{told.kind} ", code(told.id)), head, sections)


def _condition(weighed: Weighed, depth: int) -> Iterator[Entry]:
    yield entry(weighed.now or "-", weighed.head, depth=depth)
    for part in weighed.parts:
        yield from _condition(part, depth + 1)


def _notes(notes: Notes) -> Entries:
    """What is said under each label, single words on one line."""
    return list_of(
        entry(label, *(lines if any(" " in one for one in lines) else [", ".join(lines)]))
        for label, lines in notes.items()
    )


def _standing(standing: Standing, rules: RuleSet) -> Iterator[Section]:
    place, score = standing.place, ""
    if place is not None:
        low, high = place.score_range
        score = f"Score {place.score}; the open answers can make it {low} to {high}."
    head = para(strong(standing.summary)), _notes(standing.notes), para(score)
    yield section("With your answers", *head)
    if place is not None:
        yield section("Why, and why not", list_of(map(reason_entry, place.reasons)))
        yield section("How", items(place.how))
        yield section("Watch out", items(place.warnings))
        yield section("What would change it", *flip_blocks(standing.flips, rules))
