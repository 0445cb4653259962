"""How two situations, or two rule sets, differ: as reports."""

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
    document,
    entry,
    line,
    list_of,
    para,
    quiet,
    section,
    strong,
    table,
)
from llm_adapt.report.phrases import change_words, counted, listed, spaced, strategy_words
from llm_adapt.rules.advice import Change
from llm_adapt.rules.difference import (
    Cause,
    Comparison,
    Decided,
    Disagreement,
    Example,
    Ranked,
    RuleDiff,
    Sameness,
)
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.words import raw_words

HOW_SAMPLED = (
    "Each situation answers a quarter, half, three quarters or all of the questions; answers are "
    "as likely as the old rule set says (`plausible:`), else all that conditions tell apart are. "
    "The same situations are taken each time."
)


def comparison_document(comparison: Comparison, rules: RuleSet) -> Document:
    """The report on two sides."""
    a, b = (strategy_words(rules, side.first) for side in (comparison.a, comparison.b))
    title = f"They differ: A puts {a} first, B {b}."
    if comparison.same_first:
        title = f"Both put the same first: {a}."
    head = [
        para(quiet(f"A: {comparison.a.name}. B: {comparison.b.name}.")),
        para(f"Caution: {comparison.caution}." if comparison.caution else ""),
    ]
    sections = [
        section("Answers", *_answers(comparison, rules)),
        section("Ranking", _ranking(comparison)),
    ]
    for side, names in (("A", comparison.rules_only_a), ("B", comparison.rules_only_b)):
        said = (line(code(name), f": {comparison.rule_texts[name]}") for name in names)
        sections.append(section(f"Rules that speak only in {side}", bullets(said)))
    return document(line(strong(title)), head, sections)


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
    swapped = one.first_if_swapped if one.matters else None
    then = f"A would then put {strategy_words(rules, swapped)} first." if swapped else ""
    return entry("-", line(code(one.field), f": {words}"), then)


def _ranking(comparison: Comparison) -> Table:
    rows = ((code(m.strategy), *_ranked(m.a), *_ranked(m.b)) for m in comparison.moved)
    head = ("strategy", "A", "score", "", "B", "score", "")
    return table(head, rows, right=(1, 2, 4, 5), spare=(2, 5), wide=6)


def _ranked(place: Ranked | None) -> tuple[str, str, str]:
    if place is None:
        return "-", "-", "not there"
    return str(place.rank), str(place.score), spaced(place.status)


def diff_document(diff: RuleDiff) -> Document:
    """The report on two rule sets."""
    title = line("Rules ", code(diff.old), " and ", code(diff.new))
    share = _share(diff.order.changes, diff.order.situations)
    behind = (
        f"Behind the same first place, {share} of {diff.order.situations:,} have another order."
    )
    head = [para(strong(_verdict(diff))), para(behind if diff.order.changes else "")]
    return document(title, head, _sections(diff))


def _verdict(diff: RuleDiff) -> str:
    count = counted(diff.situations, "sampled situation")
    match diff.verdict:
        case Sameness.EQUIVALENT:
            return "Equivalent: both put the same strategy first in every situation. Proved."
        case Sameness.NOT_FOUND:
            return f"No difference found in {count}; it was not settled that there is none."
        case Sameness.DIFFERENT:
            share = _share(diff.first_place_changes, diff.situations)
            if not diff.first_place_changes:
                return f"Different, but in none of {count}: see the example."
            return f"Different: first place changes in {share} of {count}."


def _share(part: int, whole: int) -> str:
    if not part or not whole:
        return "none"
    percent = 100 * part / whole
    # A share is never shown as nothing, nor as everything, unless it is.
    return "all" if part == whole else f"{min(max(percent, 0.1), 99.9):.1f} %"


def _sections(diff: RuleDiff) -> Iterator[Section]:
    head = ("First place was", "is now", "situations", "share")
    moves = [
        (code(m.before), code(m.after), f"{m.count:,}", _share(m.count, diff.situations))
        for m in diff.moves
    ]
    how = para(quiet(HOW_SAMPLED if moves else ""))
    yield section("From and to", table(head, moves, right=(2, 3)), how)
    if diff.example is not None:
        yield _example(diff.example)
    yield section("Projects", list_of(map(_project, diff.projects)))
    yield section("Written differently", list_of(_rewritten(diff)), folded=True)
    yield section("Questions", bullets(diff.notes))


def _example(example: Example) -> Section:
    title = "The smallest example" if example.smallest else "An example"
    said = f"{example.before} was first and {example.after} is now, with these answers:"
    answers = [line(code(n), f": {raw_words(value)}") for n, value in example.answers.items()]
    causes = bullets(map(_cause, example.causes))
    comes = para("It comes from:" if example.causes else "")
    return section(title, para(said), bullets(answers or ["none at all"]), comes, causes)


def _cause(cause: Cause) -> Line:
    return line(f"{cause.kind} ", code(cause.id), f": {cause.text}")


def _project(project: Decided) -> Entry:
    name = code(project.project)
    if not project.changed:
        return entry("=", line(name, f": {project.after} stays first"), tone=Tone.QUIET)
    head = line(name, f": {project.before} was first, {project.after} is now")
    return entry("!", head, *map(_cause, project.causes), tone=Tone.BAD)


def _rewritten(diff: RuleDiff) -> Iterator[Entry]:
    for kind, part in diff.rewritten.items():
        for how, names in (("+", part.added), ("-", part.removed), ("~", part.changed)):
            if names:
                yield entry(how, f"{kind}: {', '.join(names)}")
