"""How two rule sets differ, as a report and as plain data."""

from collections.abc import Iterable, Iterator
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
    bullets,
    code,
    line,
    quiet,
    strong,
)
from llm_adapt.report.phrases import counted
from llm_adapt.rules.rule_diff import Cause, Decided, Example, Rewritten, RuleDiff, Sameness
from llm_adapt.rules.words import raw_words

SCHEMA = "llm-adapt/rules-diff/v1"
HOW_SAMPLED = (
    "Each situation answers a quarter, half, three quarters or all of the questions; answers are "
    "as likely as the old rule set says (`plausible:`), else all that conditions tell apart are. "
    "The same situations are taken each time."
)


def diff_document(diff: RuleDiff) -> Document:
    """The report on two rule sets."""
    title: Line = (
        Span("Rules "),
        Span(diff.old, Tone.CODE),
        Span(" and "),
        Span(diff.new, Tone.CODE),
    )
    blocks: list[Block] = [Paragraph((strong(_verdict(diff)),))]
    if diff.reordered:
        share = _share(diff.reordered, diff.ordered)
        said = f"Behind the same first place, {share} of {diff.ordered:,} have another order."
        blocks.append(Paragraph(line(said)))
    return Document(title, tuple(blocks), tuple(_sections(diff)))


def _verdict(diff: RuleDiff) -> str:
    count = counted(diff.situations, "sampled situation")
    match diff.sameness:
        case Sameness.EQUIVALENT:
            return "Equivalent: both put the same strategy first in every situation. Proved."
        case Sameness.NOT_FOUND:
            return f"No difference found in {count}; it was not settled that there is none."
        case Sameness.DIFFERENT:
            share = _share(diff.moved, diff.situations)
            if not diff.moved:
                return f"Different, but in none of {count}: see the example."
            return f"Different: first place changes in {share} of {count}."


def _counts(part: int, whole: int) -> tuple[Line, Line]:
    return line(f"{part:,}"), line(_share(part, whole))


def _share(part: int, whole: int) -> str:
    if not part or not whole:
        return "none"
    percent = 100 * part / whole
    # A share is never shown as nothing, nor as everything, unless it is.
    return "all" if part == whole else f"{min(max(percent, 0.1), 99.9):.1f} %"


def _sections(diff: RuleDiff) -> Iterator[Section]:
    if diff.moves:
        head = ("First place was", "is now", "situations", "share")
        rows = tuple(
            (line(code(move.before)), line(code(move.after)), *_counts(move.count, diff.situations))
            for move in diff.moves
        )
        table = Table(head, rows, right=(2, 3))
        yield Section("From and to", (table, Paragraph((quiet(HOW_SAMPLED),))))
    if diff.example is not None:
        yield _example(diff.example)
    if diff.projects:
        yield Section("Projects", (Entries(tuple(map(_project, diff.projects))),))
    if diff.rewritten:
        written = Entries(tuple(entry for part in diff.rewritten for entry in _rewritten(part)))
        yield Section("Written differently", (written,), folded=True)
    if diff.notes:
        yield Section("Questions", (bullets(line(note) for note in diff.notes),))


def _example(example: Example) -> Section:
    title = "The smallest example" if example.smallest else "An example"
    said = f"{example.before} was first and {example.after} is now, with these answers:"
    answers = [
        (Span(name, Tone.CODE), Span(f": {raw_words(value)}"))
        for name, value in example.answers.items()
    ]
    blocks: list[Block] = [Paragraph(line(said))]
    blocks.append(bullets(answers or [line("none at all")]))
    if example.causes:
        blocks += [Paragraph(line("It comes from:")), bullets(map(_cause, example.causes))]
    return Section(title, tuple(blocks))


def _cause(cause: Cause) -> Line:
    return Span(f"{cause.kind} "), Span(cause.id, Tone.CODE), Span(f": {cause.text}")


def _project(project: Decided) -> Entry:
    if not project.changed:
        head: Line = (Span(project.project, Tone.CODE), Span(f": {project.after} stays first"))
        return Entry("=", (head,), Tone.QUIET)
    head = (
        Span(project.project, Tone.CODE),
        Span(f": {project.before} was first, {project.after} is now"),
    )
    return Entry("!", (head, *map(_cause, project.causes)), Tone.BAD)


def _rewritten(part: Rewritten) -> Iterable[Entry]:
    for how, names in (("+", part.added), ("-", part.removed), ("~", part.changed)):
        if names:
            yield Entry(how, (line(f"{part.section}: {', '.join(names)}"),))


def diff_data(diff: RuleDiff) -> dict[str, Any]:
    """The difference as plain data, for JSON."""
    example = diff.example
    return {
        "schema": SCHEMA,
        "old": diff.old,
        "new": diff.new,
        "verdict": diff.sameness.value,
        "situations": diff.situations,
        "first_place_changes": diff.moved,
        "moves": [{"from": m.before, "to": m.after, "count": m.count} for m in diff.moves],
        "order": {"situations": diff.ordered, "changes": diff.reordered},
        "example": example
        and {
            "answers": dict(example.answers),
            "from": example.before,
            "to": example.after,
            "smallest": example.smallest,
            "causes": [asdict(cause) for cause in example.causes],
        },
        "projects": [
            {
                "project": project.project,
                "from": project.before,
                "to": project.after,
                "changed": project.changed,
                "causes": [asdict(cause) for cause in project.causes],
            }
            for project in diff.projects
        ],
        "rewritten": {
            part.section: {
                "added": list(part.added),
                "removed": list(part.removed),
                "changed": list(part.changed),
            }
            for part in diff.rewritten
        },
        "notes": list(diff.notes),
    }
