"""A comparison as a report and as plain data."""

from collections.abc import Iterator

from llm_adapt.report.document import (
    Block,
    Document,
    Entry,
    Line,
    Section,
    Table,
    Tone,
    bullets,
    code,
    line,
    list_of,
    para,
    quiet,
    strong,
)
from llm_adapt.report.phrases import change_words, counted, listed, spaced, strategy_words
from llm_adapt.rules.advice import Change
from llm_adapt.rules.comparison import Comparison, Disagreement, Ranked
from llm_adapt.rules.model import RuleSet


def comparison_document(comparison: Comparison, rules: RuleSet) -> Document:
    """The report on two sides."""
    a, b = (strategy_words(rules, side.first) for side in (comparison.a, comparison.b))
    title = f"They differ: A puts {a} first, B {b}."
    if comparison.same_first:
        title = f"Both put the same first: {a}."
    blocks = [para(quiet(f"A: {comparison.a.name}. B: {comparison.b.name}."))]
    if comparison.caution:
        blocks.append(para(f"Caution: {comparison.caution}."))
    sections = [Section("Answers", tuple(_answers(comparison, rules)))]
    if comparison.moved:
        sections.append(Section("Ranking", (_ranking(comparison),)))
    for side, names in (("A", comparison.rules_only_a), ("B", comparison.rules_only_b)):
        if names:
            said = (line(code(name), f": {comparison.rule_texts[name]}") for name in names)
            sections.append(Section(f"Rules that speak only in {side}", (bullets(said),)))
    return Document(line(strong(title)), tuple(blocks), tuple(sections))


def _answers(comparison: Comparison, rules: RuleSet) -> Iterator[Block]:
    if not comparison.answers:
        yield para("Every answer is the same.")
        return
    for label, matters in (
        ("Each of these alone changes first place", True),
        ("None of these alone changes first place", False),
        ("These the rule set at hand cannot read", None),
    ):
        chosen = [one for one in comparison.answers if one.matters is matters]
        if chosen:
            yield para(strong(f"{label} ({counted(len(chosen), 'answer')}, A -> B)"))
            yield list_of(_disagreement(one, rules) for one in chosen)
    together = comparison.together
    if len(together) > 1:
        yield para(f"Only together do {listed(together)} lead A to B's first place.")
    elif together:
        yield para(f"{together[0]} alone leads A to B's first place.")
    elif not comparison.same_first:
        yield para("No small number of these answers leads A to B's first place.")


def _disagreement(one: Disagreement, rules: RuleSet) -> Entry:
    words = change_words(rules.questions.get(one.field), Change(one.field, one.a, one.b))
    lines = [line(code(one.field), f": {words}")]
    if one.matters and one.first_if_swapped is not None:
        first = strategy_words(rules, one.first_if_swapped)
        lines.append(line(f"A would then put {first} first."))
    return Entry("-", tuple(lines), Tone.PLAIN)


def _ranking(comparison: Comparison) -> Table:
    rows = ((line(code(m.strategy)), *_ranked(m.a), *_ranked(m.b)) for m in comparison.moved)
    head = ("strategy", "A", "score", "", "B", "score", "")
    return Table(head, tuple(rows), right=(1, 2, 4, 5), spare=(2, 5), wide=6)


def _ranked(place: Ranked | None) -> tuple[Line, Line, Line]:
    if place is None:
        return line("-"), line("-"), line("not there")
    return line(str(place.rank)), line(str(place.score)), line(spaced(place.status))
