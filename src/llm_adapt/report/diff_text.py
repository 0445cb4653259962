"""How two rule sets differ, as a report and as plain data."""

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
from llm_adapt.report.phrases import counted
from llm_adapt.rules.rule_diff import Cause, Decided, Example, RuleDiff, Sameness
from llm_adapt.rules.words import raw_words

HOW_SAMPLED = (
    "Each situation answers a quarter, half, three quarters or all of the questions; answers are "
    "as likely as the old rule set says (`plausible:`), else all that conditions tell apart are. "
    "The same situations are taken each time."
)


def diff_document(diff: RuleDiff) -> Document:
    """The report on two rule sets."""
    title = line("Rules ", code(diff.old), " and ", code(diff.new))
    blocks = [para(strong(_verdict(diff)))]
    if diff.order.changes:
        share = _share(diff.order.changes, diff.order.situations)
        of = f"{share} of {diff.order.situations:,}"
        blocks.append(para(f"Behind the same first place, {of} have another order."))
    return Document(title, tuple(blocks), tuple(_sections(diff)))


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
    if diff.moves:
        head = ("First place was", "is now", "situations", "share")
        rows = (
            (move.before, move.after, f"{move.count:,}", _share(move.count, diff.situations))
            for move in diff.moves
        )
        cells = ((line(code(a)), line(code(b)), line(n), line(share)) for a, b, n, share in rows)
        table = Table(head, tuple(cells), right=(2, 3))
        yield Section("From and to", (table, para(quiet(HOW_SAMPLED))))
    if diff.example is not None:
        yield _example(diff.example)
    if diff.projects:
        yield Section("Projects", (list_of(map(_project, diff.projects)),))
    if diff.rewritten:
        yield Section("Written differently", (list_of(_rewritten(diff)),), folded=True)
    if diff.notes:
        yield Section("Questions", (bullets(line(note) for note in diff.notes),))


def _example(example: Example) -> Section:
    title = "The smallest example" if example.smallest else "An example"
    said = f"{example.before} was first and {example.after} is now, with these answers:"
    answers = [line(code(n), f": {raw_words(value)}") for n, value in example.answers.items()]
    blocks: list[Block] = [para(said), bullets(answers or [line("none at all")])]
    if example.causes:
        blocks += [para("It comes from:"), bullets(map(_cause, example.causes))]
    return Section(title, tuple(blocks))


def _cause(cause: Cause) -> Line:
    return line(f"{cause.kind} ", code(cause.id), f": {cause.text}")


def _project(project: Decided) -> Entry:
    name = code(project.project)
    if not project.changed:
        return Entry("=", (line(name, f": {project.after} stays first"),), Tone.QUIET)
    head = line(name, f": {project.before} was first, {project.after} is now")
    return Entry("!", (head, *map(_cause, project.causes)), Tone.BAD)


def _rewritten(diff: RuleDiff) -> Iterator[Entry]:
    for section, part in diff.rewritten.items():
        for how, names in (("+", part.added), ("-", part.removed), ("~", part.changed)):
            if names:
                yield Entry(how, (line(f"{section}: {', '.join(names)}"),))
