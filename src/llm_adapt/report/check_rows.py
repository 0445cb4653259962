"""What every form of a check's result is made of: one walk over findings, one wording of each."""

import hashlib
import posixpath
from collections.abc import Iterator
from itertools import islice

from llm_adapt.report.phrases import counted, listed
from llm_adapt.rules.check import CheckResult, ProjectResult
from llm_adapt.rules.finding import Code, Finding, Severity
from llm_adapt.rules.record import record

HOME = "https://github.com/llm-adapt/llm-adapt"
HOLDS = {True: "holds", False: "does not hold", None: "not checked"}
_VERDICT = {
    "clear": ", and no open question can change that",
    "close": ", but it is close",
    "undetermined": ", but open questions could change that",
}


@record(frozen=True)
class Row:
    """A finding as every form tells it."""

    finding: Finding
    kind: Code  # the entry of its code in the catalogue
    path: str  # its file from the root of the repository on
    mark: str  # a fingerprint: the same when lines above it change
    word: str  # its severity, or `ignored`
    way_out: str  # what to do, or why it is accepted


def rows(result: CheckResult, *, ignored: bool = True) -> Iterator[Row]:
    """Every finding, in the order of the result."""
    for finding, mark in fingerprinted(result, ignored=ignored):
        accepted = finding.ignored
        until = f" until {accepted.until}" if accepted and accepted.until else ""
        yield Row(
            finding,
            result.kinds[finding.code],
            path_of(result, finding),
            mark,
            "ignored" if accepted else finding.severity.value,
            f"accepted{until}: {accepted.reason}" if accepted else finding.hint,
        )


def by_project(result: CheckResult) -> Iterator[tuple[ProjectResult, list[Row]]]:
    """Each project with its findings, those that are ignored among them."""
    told = rows(result)
    for project in result.projects:
        yield project, list(islice(told, len(project.findings)))


def path_of(result: CheckResult, finding: Finding) -> str:
    """The file of a finding, from the root of the repository on."""
    return posixpath.normpath(posixpath.join(result.base, finding.place.file))


def fingerprinted(result: CheckResult, *, ignored: bool) -> Iterator[tuple[Finding, str]]:
    """Each finding with a fingerprint: its own, and the same when lines above it change."""
    seen: dict[str, int] = {}
    for found in result.findings(ignored=ignored):
        subject = found.about or found.message
        parts = "\0".join((found.code, path_of(result, found), found.project, subject))
        # Two findings may be alike in all that stays: then their order tells them apart.
        again = seen.get(parts, 0)
        seen[parts] = again + 1
        written = f"{parts}\0{again}"
        yield found, hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:32]


def stands(project: ProjectResult) -> str:
    """How a project stands in a sentence; empty where there is no decision to judge."""
    now = project.standing
    if now is None:
        return ""
    chosen, first = project.title(now.strategy), project.title(now.first)
    if now.first != now.strategy:
        return f"{chosen} is {now.status.replace('_', ' ')}; first is {first}"
    return f"{chosen} stands first{_VERDICT.get(now.verdict, '')}"


def summed(result: CheckResult) -> str:
    """What a run comes to, in numbers."""
    counts = [counted(result.count(s), s.value) for s in Severity if result.count(s)]
    accepted = sum(found.ignored is not None for found in result.findings(ignored=True))
    unproved = sum(h.holds is None for project in result.projects for h in project.assumptions)
    counts += [f"{accepted} ignored"] if accepted else []
    counts += [f"{counted(unproved, 'assumption')} not checked"] if unproved else []
    return listed(counts) or "no findings"
