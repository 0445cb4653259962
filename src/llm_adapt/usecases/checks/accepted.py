"""Findings that are accepted: by an ignore with a reason and a date, or by a baseline."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from llm_adapt.files.findings import catalogue, noted
from llm_adapt.files.lock import Accepted
from llm_adapt.files.settings import OFF, Settings
from llm_adapt.report.check_rows import fingerprinted
from llm_adapt.rules.check import CheckResult
from llm_adapt.rules.finding import Finding, Severity, in_order
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import Ignore

_REASON = "accepted by the baseline"


def weighed(found: list[Finding], settings: Settings) -> list[Finding]:
    """The findings with the severities that an organisation gives them, without those put off."""
    kept: list[Finding] = []
    for finding in found:
        named = settings.severity_of(finding.code)
        if named is None:
            kept += [finding] if catalogue()[finding.code].on else []
        elif named != OFF:
            kept.append(replace(finding, severity=Severity(named)))
    return kept


def with_ignores(found: list[Finding], ignores: list[Ignore], as_of: date) -> list[Finding]:
    """The findings, marked where an ignore takes them, and the faults of the ignores."""
    valid = [ignore for ignore in ignores if ignore.reason and not _expired(ignore, as_of)]
    used: set[int] = set()
    marked: list[Finding] = []
    for finding in found:
        takers = (i for i in valid if i.finding == finding.code and i.at in {"", finding.about})
        taker = next(takers, None)
        if taker is not None:
            used.add(id(taker))
        marked.append(replace(finding, ignored=taker))
    return [*marked, *_faults(ignores, used, as_of)]


def _expired(ignore: Ignore, as_of: date) -> bool:
    return ignore.until is not None and ignore.until < as_of


def _faults(ignores: list[Ignore], used: set[int], as_of: date) -> Iterator[Finding]:
    for ignore in ignores:
        subject = f"{ignore.finding} at {ignore.at}" if ignore.at else ignore.finding
        about, where = f"{ignore.finding} {ignore.at}".strip(), ignore.where("finding")
        if not ignore.reason:
            yield noted("C602", f"the ignore of {subject} has no reason", where, about)
        elif _expired(ignore, as_of):
            message = f"the ignore of {subject} ended on {ignore.until}"
            yield noted("C603", message, where, about)
        elif id(ignore) not in used:
            message = f"there is no {subject}, so the ignore hides nothing"
            yield noted("C601", message, where, about)
        elif ignore.until is None:
            yield noted("C604", f"the ignore of {subject} has no end", where, about)


def with_baseline(result: CheckResult, accepted: list[Accepted], shown: str) -> CheckResult:
    """The result with what a baseline accepts marked, and what is no longer in order with it."""
    files = {project.file for project in result.projects}
    left = {entry.fingerprint: entry.until for entry in accepted if entry.file in files}
    marks: dict[int, Ignore] = {}
    expired: date | None = None
    for finding, mark in fingerprinted(result, ignored=True):
        until = left.pop(mark, None)
        if until is None or not catalogue()[finding.code].can_ignore or finding.ignored:
            continue
        if until < result.as_of:
            expired = until
        else:
            marks[id(finding)] = Ignore(finding=finding.code, reason=_REASON, until=until)
    projects = [
        replace(project, findings=tuple(
            replace(f, ignored=marks[id(f)]) if id(f) in marks else f for f in project.findings
        ))
        for project in result.projects
    ]  # fmt: skip
    where, more = Location(shown), []
    if expired is not None:
        more.append(noted("C605", f"the baseline ended on {expired}", where, "baseline"))
    if left:
        more.append(noted("C606", f"{len(left)} accepted findings are gone", where, "baseline"))
    if more and projects:
        last = projects[-1]
        told = (*last.findings, *(replace(f, project=last.name) for f in more))
        projects[-1] = replace(last, findings=tuple(in_order(list(told))))
    return replace(result, projects=tuple(projects))
