"""An audit of training data: one document for all forms, text on one screen, and plain data."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from llm_adapt.report.borders import json_text
from llm_adapt.report.document import (
    Bar,
    Block,
    Chart,
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
    named,
    para,
    quiet,
    section,
    strong,
    table,
)
from llm_adapt.report.json_v1 import as_data
from llm_adapt.report.phrases import counted, sentence, stopped
from llm_adapt.rules.audit import Fact
from llm_adapt.rules.data_rules import AuditReport, FromData, Told
from llm_adapt.rules.words import number_words, raw_words

SCHEMA = "llm-adapt/audit/v1"
# How many findings are told, and how long a piece of data may be shown; less fits a screen.
LENGTHS = {8: 140, 7: 120, 6: 66, 5: 66, 4: 66, 3: 66, 2: 66, 1: 50}
FIRST_ROWS, BAD_LINES, BAD_TOLD, STEPS, BARS = 5, 2, 1000, 3, 24
LABELS = len("Unreadable")
LENGTH_FACTS = {
    "tokens_per_row": "tokens",
    "prompt_characters": "characters of the prompt",
    "answer_characters": "characters of the answer",
}
# So many numbers, and so many pieces, are written at once as JSON.
NUMBERS, PIECES = 1_000, 200
_TONES = {"error": Tone.BAD, "warning": Tone.STRONG, "note": Tone.QUIET}


def brief_document(report: AuditReport, most: int) -> Document:
    """The audit in brief: at most `most` findings, the worst ones."""
    longest = LENGTHS[most]
    findings = [_finding(report, told, longest, brief=True) for told in report.told[:most]]
    if left := report.told[most:]:
        names = ", ".join(dict.fromkeys(told.finding.rule for told in left))
        findings.append(entry("", f"and {len(left)} more: {sentence(names, longest)}"))
    groups = [
        findings or [entry("Found".ljust(LABELS), "nothing that a rule can see")],
        [_unreadable(report, BAD_LINES), _decision(report), _next(report)],
    ]
    more = "Rows count from 0. -v tells all, -f json every row, llm-adapt explain RULE one rule. "
    blind = para(quiet(f"{more}Wrong answers that look right are not seen by any rule."))
    sections = [*(section("", list_of(group)) for group in groups), section("", blind)]
    return document(_title(report), [_read(report)], sections)


def audit_document(report: AuditReport) -> Document:
    """The whole audit."""
    sections = [
        section("What is wrong", *_wrong(report)),
        section("What could not be read", list_of([_unreadable(report, BAD_TOLD)])),
        section("What it means for the decision", list_of([_decision(report)])),
        section("What to do next", *_steps(report)),
        section("Facts", _facts(report), folded=True),
        section("Lengths", *_lengths(report)),
        *_pictures(report),
    ]
    return document(_title(report), [_read(report)], sections)


def _title(report: AuditReport) -> Line:
    rows = f"{report.usable:,} of {counted(report.trained, 'row')}"
    sampled = " of a sample" if report.audit.sampled else ""
    return line(strong(f"{rows}{sampled} can be used unchanged."))


def _read(report: AuditReport) -> Block:
    """What was read, and how it was understood."""

    def understood(columns: dict[str, str]) -> str:
        taken = ", ".join(
            part if part == column else f"{part} = {column}" for part, column in columns.items()
        )
        return f" ({taken})" if taken else ""

    lines = (
        line(code(f.path), f": {counted(f.rows, 'row')}, {f.format}{understood(f.columns)}")
        for f in report.audit.files
    )
    return list_of([entry("Read".ljust(LABELS), *lines)])


def _cut(text: str, longest: int) -> str:
    """A piece of the data on one line; an address may have no blank to break it at."""
    shown = " ".join(text.split())
    return shown if len(shown) <= longest else f"{shown[: longest - 4]} ..."


def _of_file(report: AuditReport, told: Told) -> str:
    """What a finding says of its file, where there are several: its name, if that tells it."""
    names = [Path(file.path).name for file in report.audit.files]
    name = Path(told.finding.file).name
    return "" if len(names) < 2 else name if names.count(name) == 1 else told.finding.file  # noqa: PLR2004


def _finding(report: AuditReport, told: Told, longest: int, *, brief: bool) -> Entry:
    """A finding: how much, where, an example, why it matters (not in brief), what to do."""
    finding, rule = told.finding, told.rule
    said = f" {amount(told, _of_file(report, told))} "
    return entry(
        ("accepted" if told.accepted else told.severity).ljust(LABELS),
        line(strong(stopped(rule.title)), said, *named(finding.rule)),
        quiet(f'"{_cut(finding.example, longest)}"' if finding.example else ""),
        line("" if brief else f"{stopped(rule.why)} ", f"-> {rule.mend}"),
        tone=_TONES[told.severity],
    )


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
    entries = [_finding(report, told, 300, brief=False) for told in report.told]
    yield list_of(entries) if entries else para("Nothing that a rule can see.")
    yield para(quiet("Rows count from 0. Wrong answers that look right are not seen by any rule."))


def _unreadable(report: AuditReport, most: int) -> Entry:
    unread = report.audit.unread.values()
    count, bad = sum(map(len, unread)), islice(chain.from_iterable(unread), most)
    lines = [line(code(f"{b.file}:{b.line}"), f" {stopped(b.problem)}") for b in bad]
    more = f"and {count - most:,} more" if count > most else ""
    return entry("Unreadable".ljust(LABELS), *lines, more, tone=Tone.BAD)


def _decision(report: AuditReport) -> Entry:
    lines = (
        line(code(name), f": {raw_words(answer.value)}{_fact_words(answer)}")
        for name, answer in report.answers.items()
    )
    return entry("Decision".ljust(LABELS), *lines)


def _fact_words(answer: FromData) -> str:
    measured = answer.measured
    if answer.value == measured:
        return ""
    shown = percent(measured) if isinstance(measured, float) else raw_words(measured)
    return f" ({answer.fact} {shown})"


def _next(report: AuditReport) -> Entry:
    lines = (
        line(f"{index}. ", strong(stopped(step.title)), f" {_because(report, step.id)}".rstrip())
        for index, step in enumerate(report.plan[:STEPS], 1)
    )
    return entry("Next".ljust(LABELS), *lines, quiet(_done(report)))


def _done(report: AuditReport) -> str:
    return f"done already: {'; '.join(report.done)}" if report.done else ""


def _because(report: AuditReport, step: str) -> str:
    rules = report.called_for.get(step, ())
    return f"({', '.join(rules)})" if rules else ""


def _steps(report: AuditReport) -> Iterator[Block]:
    yield list_of(
        entry(
            f"{index}.",
            line(strong(stopped(step.title)), f" {_because(report, step.id)} ", *named(step.id)),
            step.text,
            line("First: ", step.first_step),
        )
        for index, step in enumerate(report.plan, 1)
    )
    yield bullets([_done(report)])


def _facts(report: AuditReport) -> Table:
    rows = (
        (code(fact.name), _value(fact), f"{fact.of:,}")
        for fact in report.audit.facts
        if not isinstance(fact.value, dict)
    )
    return table(("fact", "value", "of"), rows, right=(1, 2))


def _value(fact: Fact) -> str:
    if isinstance(fact.value, float) and fact.name.endswith("_share"):
        return percent(fact.value)
    if isinstance(fact.value, int | float):
        return number_words(fact.value)
    return str(fact.value)


def _lengths(report: AuditReport) -> Iterator[Block]:
    """How long rows are: a chart on a page, and the numbers themselves."""
    facts = {f.name: f.value for f in report.audit.facts if isinstance(f.value, int | float)}
    bars: list[Bar] = []
    rows: list[tuple[str, ...]] = []
    for name, words in LENGTH_FACTS.items():
        try:
            half, most, longest = (facts[f"{name}_{end}"] for end in ("p50", "p95", "max"))
        except KeyError:
            continue
        said = f"half up to {half:,.0f}, 95 % up to {most:,.0f}"
        bars.append(Bar(words, facts.get(f"{name}_min", 1), longest, said, at=half))
        rows.append((words, *(f"{value:,.0f}" for value in (half, most, longest))))
    yield Chart("From the shortest to the longest", tuple(bars), tenfold=True)
    yield table(("", "half up to", "95 % up to", "longest"), rows, right=(1, 2, 3))


def _pictures(report: AuditReport) -> Iterator[Section]:
    """Facts that are several numbers: a chart on a page, and the numbers themselves."""
    for fact in report.audit.facts:
        if isinstance(fact.value, dict) and fact.value:
            rows = [
                (name, f"{count:,}", percent(count / (fact.of or 1)))
                for name, count in fact.value.items()
            ]
            bars = tuple(
                Bar(name, 0, fact.value[name], f"{count} ({share})")
                for name, count, share in rows[:BARS]
            )
            yield section(
                fact.name.replace("_", " ").capitalize(),
                Chart(f"Of {fact.of:,}", bars),
                table(("", "count", "share"), rows, right=(1, 2)),
                folded=len(rows) > BARS,
            )


def audit_json(report: AuditReport, outcome: str) -> Iterator[str]:
    """Everything an audit found and everything that is said of it, in pieces.

    Millions of rows may be named: those of a finding stand in one line, and never in memory.
    """
    audit = report.audit
    data = {
        "schema": SCHEMA,
        "outcome": outcome,
        "files": as_data(audit.files),
        "rows": audit.rows,
        "usable_rows": report.usable,
        "facts": {
            fact.name: {"value": fact.value, "of": fact.of, "sampled": fact.sampled}
            for fact in audit.facts
        },
        "findings": [_finding_data(told) for told in report.told],
        "bad_lines": map(as_data, chain.from_iterable(audit.unread.values())),
        "answers": as_data(report.answers),
        "plan": [
            {**as_data(step), "called_for_by": list(report.called_for.get(step.id, ()))}
            for step in report.plan
        ],
        "done": list(report.done),
    }
    pieces = chain(_pieces(data, "\n"), ("\n",))
    while some := "".join(islice(pieces, PIECES)):
        yield some


def _finding_data(told: Told) -> dict[str, Any]:
    finding, rule = told.finding, told.rule
    return {
        "rule": finding.rule,
        "file": finding.file,
        "count": len(finding.rows),
        "share": round(told.share, 6),
        "severity": told.severity,
        "title": rule.title,
        "why": rule.why,
        "mend": rule.mend,
        "article": rule.carries,
        "example": finding.example,
        "first_line": told.line or None,
        "accepted": told.accepted or None,
        "details": finding.details,
        "rows": finding.rows,
    }


def _pieces(data: object, margin: str) -> Iterator[str]:
    """Plain data as JSON; what is in it stands after a line break and a margin."""
    if isinstance(data, Mapping):
        before = "{"
        for key, value in data.items():
            yield f"{before}{margin}  {_scalar(key)}: "
            yield from _pieces(value, f"{margin}  ")
            before = ","
        yield f"{margin}}}" if data else "{}"
    elif isinstance(data, Iterable) and not isinstance(data, str):
        yield from _list(data, margin)
    else:
        yield _scalar(data)


def _list(data: Iterable[object], margin: str) -> Iterator[str]:
    coming = iter(data)
    some, before, end = list(islice(coming, NUMBERS)), "[", "[]"
    if some and isinstance(some[0], int):
        while some:
            yield before + ", ".join(map(_scalar, some))
            some, before, end = list(islice(coming, NUMBERS)), ", ", "]"
    for item in chain(some, coming):
        yield f"{before}{margin}  "
        yield from _pieces(item, f"{margin}  ")
        before, end = ",", f"{margin}]"
    yield end


def _scalar(data: object) -> str:
    return str(data) if type(data) is int else _told(data)


@lru_cache(maxsize=1_000, typed=True)
def _told(data: object) -> str:
    return json_text(data)[:-1]
