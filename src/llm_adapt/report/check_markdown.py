"""The result of a check as GitHub Markdown: a job summary, or a comment."""

from collections.abc import Iterator

from llm_adapt.report.markdown import escaped
from llm_adapt.report.phrases import counted, listed
from llm_adapt.rules.check import CheckResult, Noted, ProjectResult
from llm_adapt.rules.finding import Severity

# GitHub refuses a summary above 1 MiB as a whole; characters may take four bytes.
MAX_CHARACTERS = 250_000
_HOLDS = {True: "yes", False: "**no**", None: "not checked"}
_TITLE = {
    "done": "the decisions hold",
    "findings": "a decision does not hold",
    "undetermined": "open questions could change a decision",
    "invalid": "could not be checked",
}


def check_markdown(result: CheckResult, outcome: str) -> str:
    """What the run comes to, and each project that has something to say."""
    counts = [counted(result.count(s), s.value) for s in Severity if result.count(s)]
    checked = counted(len(result.projects), "project")
    lines = [
        f"## llm-adapt: {_TITLE[outcome]}",
        "",
        f"{checked} checked as of {result.as_of}: {listed(counts) or 'no findings'}.",
    ]
    left = MAX_CHARACTERS - sum(map(len, lines))
    told = 0
    for project in result.projects:
        text = "\n".join(_project(project))
        if len(text) > left:
            break
        lines.append(text)
        left -= len(text) + 1
        told += 1
    if told < len(result.projects):
        lines.append(f"\n{counted(len(result.projects) - told, 'more project')}, cut here.")
    return "\n".join(lines) + "\n"


def _project(project: ProjectResult) -> Iterator[str]:
    yield from ("", f"### {escaped(project.name)}", "")
    now = project.standing
    if now is not None:
        chosen, first = project.title(now.strategy), project.title(now.first)
        stands = "stands first" if now.first == now.strategy else f"; first is {escaped(first)}"
        status = now.status.replace("_", " ")
        yield f"Decision: **{escaped(chosen)}** ({status}), {stands.lstrip('; ')}."
        yield ""
    if project.findings:
        yield from ("| | finding | where | way out |", "| --- | --- | --- | --- |")
        yield from map(_row, project.findings)
        yield ""
    if project.assumptions:
        yield from ("| assumption | expected | measured | holds |", "| --- | --- | --- | --- |")
        for held in project.assumptions:
            cells = map(escaped, (held.id, held.expected, held.measured or "-"))
            yield f"| {' | '.join(cells)} | {_HOLDS[held.holds]} |"


def _row(found: Noted) -> str:
    told = found.finding
    kind = "ignored" if found.ignored else told.severity.value
    way = f"ignored: {found.ignored.reason}" if found.ignored else told.hint
    cells = (f"{kind} {told.code}", f"{told.title}: {told.message}", str(found.where), way)
    return f"| {' | '.join(map(escaped, cells))} |"
