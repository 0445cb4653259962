"""An audit as the result of a check: by file, with what is accepted, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from llm_adapt.files.clean_copy import Dropped
from llm_adapt.files.data_rules import data_knowledge
from llm_adapt.report.audit_document import BAD_TOLD, amount
from llm_adapt.rules.check import CheckResult, ProjectResult
from llm_adapt.rules.data_rules import AuditReport, Told
from llm_adapt.rules.finding import Code, Finding, Severity
from llm_adapt.rules.finding import told as cut
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import Ignore
from llm_adapt.usecases.outcome import outcome

UNREADABLE = "unreadable-line"
PREFIX = "data/"
# By file and rule, how many rows are accepted, and the words for it.
Accepting = Mapping[tuple[str, str], tuple[int, str]]


def result_of(report: AuditReport, as_of: date, fails: int, accepted: Accepting) -> CheckResult:
    """The findings as those of a check, by file, and what they come to."""
    known, audited = data_knowledge(), report.audit
    kinds = {
        PREFIX + name: Code(PREFIX + name, Severity(rule.severity), rule.title, name, rule.why,
                            rule.mend, page="docs/audit.md")
        for name, rule in known.rules.items()
    }  # fmt: skip
    projects: list[ProjectResult] = []
    for file in audited.files:
        name = Path(file.path).name
        told = [_finding(each, kinds) for each in report.told if each.finding.file == file.path]
        bad = audited.unread.get(file.path, ())
        most, words = accepted.get((file.path, UNREADABLE), (-1, ""))
        words, kind = words if len(bad) <= most else "", kinds[PREFIX + UNREADABLE]
        told += [
            _noted(kind, line.problem, Location(line.file, line.line), words)
            for line in bad[:BAD_TOLD]
        ]
        if len(bad) > BAD_TOLD:
            message = f"{len(bad) - BAD_TOLD:,} more lines of this file cannot be read"
            told.append(_noted(kind, message, Location(file.path, bad[BAD_TOLD].line), words))
        told = [replace(finding, project=name) for finding in told]
        projects.append(ProjectResult(name, file.path, tuple(told), looked_at=tuple(kinds)))
    result = CheckResult(tuple(projects), as_of, fails=fails, kinds=kinds)
    return replace(result, outcome=outcome(result))


def _finding(told: Told, kinds: Mapping[str, Code]) -> Finding:
    found = told.finding
    example = f', "{found.example}"' if found.example else ""
    message = f"{amount(told)}{example}"
    kind = replace(kinds[PREFIX + found.rule], severity=Severity(told.severity))
    return _noted(kind, message, Location(found.file, told.line or 1), told.accepted)


def _noted(kind: Code, message: str, where: Location, accepted: str) -> Finding:
    ignored = Ignore(finding=kind.code, reason=accepted) if accepted else None
    return Finding(
        kind.code, kind.severity, kind.title, cut(message), where, kind.remedy,
        about=kind.name, ignored=ignored,
    )  # fmt: skip


def counts(report: AuditReport) -> dict[tuple[str, str], int]:
    """How many rows were found, by file and rule: what a baseline keeps."""
    found = {(t.finding.file, t.finding.rule): len(t.finding.rows) for t in report.told}
    return found | {(file, UNREADABLE): len(bad) for file, bad in report.audit.unread.items()}


def left_out(report: AuditReport, rules: Sequence[str]) -> Dropped:
    """The rows of the one audited file that some rules found, and lines that are no rows."""
    file = report.audit.files[0].path
    found = [told.finding for told in report.told if told.finding.file == file]
    bad = report.audit.unread.get(file, ()) if UNREADABLE in rules else ()
    return Dropped([(f.rule, f.rows) for f in found if f.rule in rules], bad)
