"""A comparison as a report and as plain data."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from llm_adapt.report.document import (
    Block,
    Document,
    Entries,
    Entry,
    Line,
    Paragraph,
    Section,
    Span,
    Table,
    Tone,
    code,
    plain,
    quiet,
    strong,
)
from llm_adapt.report.phrases import STATUS, change_words, counted, listed, strategy_words
from llm_adapt.rules.advice import Change
from llm_adapt.rules.comparison import Comparison, Disagreement, Side
from llm_adapt.rules.model import RuleSet

SCHEMA = "llm-adapt/comparison/v1"


def comparison_document(comparison: Comparison, rules: RuleSet) -> Document:
    """The report on two sides."""
    sections: list[Section] = [Section("Answers", tuple(_answers(comparison, rules)))]
    if comparison.moved:
        sections.append(Section("Ranking", (_ranking(comparison),)))
    for label, names, side in (
        ("Rules that speak only in A", comparison.only_a, comparison.a),
        ("Rules that speak only in B", comparison.only_b, comparison.b),
    ):
        if names:
            sections.append(Section(label, (_rules(names, side),)))
    blocks = [Paragraph(quiet(f"A: {comparison.a.name}. B: {comparison.b.name}."))]
    if comparison.caution:
        blocks.append(Paragraph(plain(f"Caution: {comparison.caution}.")))
    return Document(_title(comparison, rules), tuple(blocks), tuple(sections))


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain data, for JSON."""
    a, b = comparison.a, comparison.b
    return {
        "schema": SCHEMA,
        "a": _side_data(a),
        "b": _side_data(b),
        "same_first": comparison.same_first,
        "answers": [
            {
                "field": d.field,
                "a": d.a,
                "b": d.b,
                "first_if_swapped": d.first,
                "matters": d.matters,
            }
            for d in comparison.disagreements
        ],
        "together": list(comparison.together),
        "rules_only_a": list(comparison.only_a),
        "rules_only_b": list(comparison.only_b),
        "moved": [
            {
                "strategy": name,
                "a": asdict(a.places[name]) if name in a.places else None,
                "b": asdict(b.places[name]) if name in b.places else None,
            }
            for name in comparison.moved
        ],
        "caution": comparison.caution,
    }


def _side_data(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "ruleset": side.ruleset,
        "digest": side.digest,
        "verdict": side.verdict,
        "first": side.first,
    }


def _title(comparison: Comparison, rules: RuleSet) -> Line:
    first = strategy_words(rules, comparison.a.first)
    if comparison.same_first:
        return strong(f"Both put the same first: {first}.")
    other = strategy_words(rules, comparison.b.first)
    return strong(f"They differ: A puts {first} first, B {other}.")


def _answers(comparison: Comparison, rules: RuleSet) -> Iterator[Block]:
    found = comparison.disagreements
    if not found:
        yield Paragraph(plain("Every answer is the same."))
        return
    groups = (
        ("Each of these alone changes first place", True),
        ("None of these alone changes first place", False),
        ("These the rule set at hand cannot read", None),
    )
    for label, matters in groups:
        chosen = [one for one in found if one.matters is matters]
        if chosen:
            yield Paragraph(strong(f"{label} ({counted(len(chosen), 'answer')}, A -> B)"))
            yield Entries(tuple(_disagreement(one, rules) for one in chosen))
    yield from _verdict(comparison)


def _disagreement(one: Disagreement, rules: RuleSet) -> Entry:
    question = rules.questions.get(one.field)
    words = change_words(question, Change(one.field, one.a, one.b))
    lines: list[Line] = [(Span(one.field, Tone.CODE), Span(f": {words}"))]
    if one.matters and one.first is not None:
        lines.append(plain(f"A would then put {strategy_words(rules, one.first)} first."))
    return Entry("-", tuple(lines), Tone.PLAIN)


def _verdict(comparison: Comparison) -> Iterator[Block]:
    together = comparison.together
    if len(together) > 1:
        said = f"Only together do {listed(together)} lead A to B's first place."
        yield Paragraph(plain(said))
    elif together:
        yield Paragraph(plain(f"{together[0]} alone leads A to B's first place."))
    elif not comparison.same_first:
        yield Paragraph(plain("No small number of these answers leads A to B's first place."))


def _ranking(comparison: Comparison) -> Table:
    rows: list[tuple[Line, ...]] = []
    for name in comparison.moved:
        cells: list[Line] = [code(name)]
        for side in (comparison.a, comparison.b):
            place = side.places.get(name)
            cells += (
                [plain(str(place.rank)), plain(str(place.score)), plain(_status(place.status))]
                if place is not None
                else [plain("-"), plain("-"), plain("not there")]
            )
        rows.append(tuple(cells))
    head = ("strategy", "A", "score", "", "B", "score", "")
    return Table(head, tuple(rows), right=(1, 2, 4, 5), spare=(2, 5), wide=6)


def _status(status: str) -> str:
    return STATUS.get(status, status)


def _rules(names: tuple[str, ...], side: Side) -> Entries:
    return Entries(
        tuple(
            Entry("-", ((Span(name, Tone.CODE), Span(f": {side.rules[name]}")),), Tone.PLAIN)
            for name in names
        )
    )
