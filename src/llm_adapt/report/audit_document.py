"""An audit of training data, made once for text, Markdown and HTML; text fits one screen."""

from collections.abc import Iterator
from pathlib import Path

from llm_adapt.report.document import (
    Bar,
    Block,
    Chart,
    Document,
    Entries,
    Entry,
    Line,
    Section,
    Table,
    Tone,
    bullets,
    code,
    line,
    list_of,
    named,
    para,
    quiet,
    strong,
)
from llm_adapt.report.phrases import counted, sentence, stopped
from llm_adapt.rules.audit import Fact
from llm_adapt.rules.data_rules import AuditReport, FromData, Told
from llm_adapt.rules.words import number_words, raw_words

# How many findings are told, and how long a piece of data may be shown; less fits a screen.
LENGTHS = {8: 140, 7: 120, 6: 66, 5: 66, 4: 66, 3: 66, 2: 66, 1: 50}
FIRST_ROWS, BAD_LINES, BAD_TOLD, STEPS, BARS = 5, 2, 1000, 3, 24
LABELS = len("Unreadable")
LENGTH_FACTS = {
    "tokens_per_row": "tokens",
    "prompt_characters": "characters of the prompt",
    "answer_characters": "characters of the answer",
}
_TONES = {"error": Tone.BAD, "warning": Tone.STRONG, "note": Tone.QUIET}


def audit_text(
    report: AuditReport, *, width: int = 80, colour: bool = False, full: bool = False
) -> str:
    """The audit as text for a terminal, ending in a newline: on one screen, or in `full`."""
    from llm_adapt.report.text import document_text, screen_text  # noqa: PLC0415 (JSON needs no terminal)

    if full:
        return document_text(audit_document(report), width=width, colour=colour)
    briefs = (brief_document(report, most) for most in LENGTHS)
    return screen_text(briefs, width=width, colour=colour)


def brief_document(report: AuditReport, most: int) -> Document:
    """The audit in brief: at most `most` findings, the worst ones."""
    longest = LENGTHS[most]
    findings = [
        entry
        for told in report.told[:most]
        for entry in _finding(told, longest, of_file=_of_file(report, told), brief=True)
    ]
    left = len(report.told) - most
    if left > 0:
        names = ", ".join(dict.fromkeys(told.finding.rule for told in report.told[most:]))
        findings.append(Entry("", (line(f"and {left} more: {sentence(names, longest)}"),)))
    groups = [
        findings or [Entry("Found".ljust(LABELS), (line("nothing that a rule can see"),))],
        [*_unreadable(report, BAD_LINES), *_decision(report), *_next(report, STEPS)],
    ]
    more = "Rows count from 0. -v tells all, -f json every row, llm-adapt explain RULE one rule. "
    blocks: list[Block] = [list_of(group) for group in groups if group]
    blind = para(quiet(f"{more}Wrong answers that look right are not seen by any rule."))
    sections = tuple(Section("", (block,)) for block in [*blocks, blind])
    return Document(_title(report), (_read(report),), sections)


def audit_document(report: AuditReport) -> Document:
    """The whole audit."""
    sections = [
        Section("What is wrong", tuple(_wrong(report))),
        Section("What could not be read", (list_of(_unreadable(report, BAD_TOLD)),)),
        Section("What it means for the decision", (list_of(_decision(report)),)),
        Section("What to do next", tuple(_steps(report))),
        Section("Facts", (_facts(report),), folded=True),
        *_lengths(report),
        *_pictures(report),
    ]
    told = tuple(s for s in sections if s.blocks != (Entries(()),))
    return Document(_title(report), (_read(report),), told)


def _title(report: AuditReport) -> Line:
    rows = f"{report.usable:,} of {counted(report.trained, 'row')}"
    sampled = " of a sample" if report.audit.sampled else ""
    return line(strong(f"{rows}{sampled} can be used as they are."))


def _read(report: AuditReport) -> Block:
    """What was read, and how it was understood."""

    def understood(columns: dict[str, str]) -> str:
        taken = ", ".join(
            part if part == column else f"{part} = {column}" for part, column in columns.items()
        )
        return f" ({taken})" if taken else ""

    lines = [
        line(
            code(file.path),
            f": {counted(file.rows, 'row')}, {file.format}{understood(file.columns)}",
        )
        for file in report.audit.files
    ]
    return list_of([Entry("Read".ljust(LABELS), tuple(lines))])


def _cut(text: str, longest: int) -> str:
    """A piece of the data on one line; an address may have no blank to break it at."""
    shown = " ".join(text.split())
    return shown if len(shown) <= longest else f"{shown[: longest - 4]} ..."


def _of_file(report: AuditReport, told: Told) -> str:
    """What a finding says of its file, where there are several: its name, if that tells it."""
    names = [Path(file.path).name for file in report.audit.files]
    name = Path(told.finding.file).name
    return "" if len(names) < 2 else name if names.count(name) == 1 else told.finding.file  # noqa: PLR2004


def _finding(told: Told, longest: int, *, of_file: str, brief: bool) -> Iterator[Entry]:
    """A finding: how much, where, an example, why it matters (not in brief), what to do."""
    finding, rule = told.finding, told.rule
    lines = [
        line(
            strong(stopped(rule.title)),
            f" {amount(told, of_file)} ",
            *named(finding.rule),
        )
    ]
    if finding.example:
        lines.append(line(quiet(f'"{_cut(finding.example, longest)}"')))
    lines.append(line("" if brief else f"{stopped(rule.why)} ", f"-> {rule.mend}"))
    word = "accepted" if told.accepted else told.severity
    yield Entry(word.ljust(LABELS), tuple(lines), _TONES[told.severity])


def amount(told: Told, of_file: str = "") -> str:
    """How many rows, which share of the file, and the first of them."""
    details = told.finding.details
    if "expected" in details:
        return (
            f"{details['fact']} is {percent(float(str(details['measured'])))},"
            f" expected {percent(float(str(details['expected'])))}."
        )
    rows = told.finding.rows
    listed = [str(row) for row in rows[:FIRST_ROWS]]
    if told.line:
        listed[0] += f" (line {told.line:,})"
    first = ", ".join(listed) + (", ..." if len(rows) > FIRST_ROWS else "")
    where = f" of {of_file}" if of_file else ""
    accepted = f"; {told.accepted}" if told.accepted else ""
    return f"{counted(len(rows), 'row')} ({percent(told.share)}{where}): {first}{accepted}"


def percent(share: float) -> str:
    """A share in percent, with the digits that matter."""
    shown = share * 100
    if 0 < shown < 0.01:  # noqa: PLR2004 (what two digits show as nothing)
        return "under 0.01 %"
    return f"{shown:.3g} %" if shown < 1 else f"{shown:.1f} %"


def _wrong(report: AuditReport) -> Iterator[Block]:
    entries = [
        entry
        for told in report.told
        for entry in _finding(told, 300, of_file=_of_file(report, told), brief=False)
    ]
    yield list_of(entries) if entries else para("Nothing that a rule can see.")
    yield para(quiet("Rows count from 0. Wrong answers that look right are not seen by any rule."))


def _unreadable(report: AuditReport, most: int) -> list[Entry]:
    bad = report.audit.bad_lines
    lines = [line(code(f"{b.file}:{b.line}"), f" {stopped(b.problem)}") for b in bad[:most]]
    if len(bad) > most:
        lines.append(line(f"and {len(bad) - most:,} more"))
    return [Entry("Unreadable".ljust(LABELS), tuple(lines), Tone.BAD)] if lines else []


def _decision(report: AuditReport) -> list[Entry]:
    lines = [
        line(
            code(name),
            f": {raw_words(answer.value)}",
            "" if answer.value == answer.measured else f" ({_fact_words(answer)})",
        )
        for name, answer in report.answers.items()
    ]
    return [Entry("Decision".ljust(LABELS), tuple(lines))] if lines else []


def _fact_words(answer: FromData) -> str:
    measured = answer.measured
    shown = percent(measured) if isinstance(measured, float) else raw_words(measured)
    return f"{answer.fact} {shown}"


def _next(report: AuditReport, most: int) -> list[Entry]:
    lines = [
        line(f"{index}. ", strong(stopped(step.title)), f" {_because(report, step.id)}".rstrip())
        for index, step in enumerate(report.plan[:most], 1)
    ]
    if report.done:
        lines.append(line(quiet(f"done already: {'; '.join(report.done)}")))
    return [Entry("Next".ljust(LABELS), tuple(lines))] if lines else []


def _because(report: AuditReport, step: str) -> str:
    rules = report.called_for.get(step, ())
    return f"({', '.join(rules)})" if rules else ""


def _steps(report: AuditReport) -> Iterator[Block]:
    yield list_of(
        Entry(
            f"{index}.",
            (
                line(
                    strong(stopped(step.title)), f" {_because(report, step.id)} ", *named(step.id)
                ),
                line(step.text),
                line("First: ", step.first_step),
            ),
        )
        for index, step in enumerate(report.plan, 1)
    )
    if report.done:
        yield bullets([line(f"done already: {'; '.join(report.done)}")])


def _facts(report: AuditReport) -> Block:
    return Table(
        ("fact", "value", "of"),
        tuple(
            (line(code(fact.name)), line(_value(fact)), line(f"{fact.of:,}"))
            for fact in report.audit.facts
            if not isinstance(fact.value, dict)
        ),
        right=(1, 2),
    )


def _value(fact: Fact) -> str:
    if isinstance(fact.value, float) and fact.name.endswith("_share"):
        return percent(fact.value)
    if isinstance(fact.value, int | float):
        return number_words(fact.value)
    return str(fact.value)


def _lengths(report: AuditReport) -> Iterator[Section]:
    """How long rows are: a chart on a page, and the numbers themselves."""
    facts = {f.name: f.value for f in report.audit.facts if isinstance(f.value, int | float)}
    bars: list[Bar] = []
    rows: list[tuple[Line, ...]] = []
    for name, words in LENGTH_FACTS.items():
        try:
            half, most, longest = (facts[f"{name}_{end}"] for end in ("p50", "p95", "max"))
        except KeyError:
            continue
        said = f"half up to {half:,.0f}, 95 % up to {most:,.0f}"
        bars.append(Bar(words, facts.get(f"{name}_min", 1), longest, said, at=half))
        rows.append((line(words), *(line(f"{value:,.0f}") for value in (half, most, longest))))
    if bars:
        table = Table(("", "half up to", "95 % up to", "longest"), tuple(rows), right=(1, 2, 3))
        chart = Chart("From the shortest to the longest", tuple(bars), tenfold=True)
        yield Section("Lengths", (chart, table))


def _pictures(report: AuditReport) -> Iterator[Section]:
    """Facts that are several numbers: a chart on a page, and the numbers themselves."""
    for fact in report.audit.facts:
        if isinstance(fact.value, dict) and fact.value:
            pairs = list(fact.value.items())
            title = fact.name.replace("_", " ").capitalize()
            bars = tuple(
                Bar(name, 0, count, f"{count:,} ({percent(count / (fact.of or 1))})")
                for name, count in pairs[:BARS]
            )
            rows = ((n, f"{count:,}", percent(count / (fact.of or 1))) for n, count in pairs)
            cells = tuple(tuple(map(line, row)) for row in rows)
            table = Table(("", "count", "share"), cells, right=(1, 2))
            chart = Chart(f"Of {fact.of:,}", bars)
            yield Section(title, (chart, table), folded=len(pairs) > BARS)
