"""The result of a check for a person at a terminal or in a build log."""

from collections.abc import Iterator

from llm_adapt.report.document import clean
from llm_adapt.report.phrases import counted, listed
from llm_adapt.rules.check import CheckResult, Noted, ProjectResult
from llm_adapt.rules.finding import Severity

_COLOURS = {"error": "31", "warning": "33", "note": "36", "good": "32", "quiet": "2", "bold": "1"}
_VERDICT = {
    "clear": "and no open question can change that",
    "close": "but it is close",
    "undetermined": "but open questions could change that",
    "none": "",
}


def check_text(result: CheckResult, outcome: str, *, colour: bool = False) -> str:
    """Findings by project, how each project stands, and what the run comes to."""
    paint = _Paint(colour=colour)
    lines = [line for project in result.projects for line in _project(project, paint)]
    return "\n".join([*lines, *_sum(result, outcome, paint)]) + "\n"


class _Paint:
    """Colour, or none; nothing hangs on the colour alone."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, kind: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour else text


def _project(project: ProjectResult, paint: _Paint) -> Iterator[str]:
    for found in project.findings:
        yield from _finding(found, paint)
    yield from _standing(project, paint)
    yield ""


def _finding(found: Noted, paint: _Paint) -> Iterator[str]:
    told = found.finding
    if found.ignored is not None:
        until = f" until {found.ignored.until}" if found.ignored.until else ""
        reason = clean(found.ignored.reason)
        line = f"{clean(str(found.where))}: ignored {told.code} {told.title}{until}: {reason}"
        yield paint(line, "quiet")
        return
    kind = paint(f"{told.severity.value} {told.code}", told.severity.value)
    yield f"{clean(str(found.where))}: {kind} {paint(told.title, 'bold')}"
    yield f"  {clean(told.message)}"
    yield paint(f"  -> {clean(told.hint)}", "quiet")


def _standing(project: ProjectResult, paint: _Paint) -> Iterator[str]:
    name = paint(clean(project.name), "bold")
    now = project.standing
    if now is not None:
        chosen = clean(project.title(now.strategy))
        if now.first == now.strategy:
            said = f"{chosen} stands first, {_VERDICT[now.verdict]}".rstrip(", ")
        else:
            said = f"{chosen} is {now.status.replace('_', ' ')}; first is "
            said += clean(project.title(now.first))
        yield f"{name}: {said} ({clean(now.ruleset)} {clean(now.version)})"
    for held in project.assumptions:
        mark = {True: "holds", False: "does not hold", None: "not checked"}[held.holds]
        tone = {True: "good", False: "error", None: "warning"}[held.holds]
        measured = f", measured: {clean(held.measured)}" if held.measured else ""
        yield f"  {paint(mark, tone)}: {clean(held.id)} ({clean(held.expected)}{measured})"


def _sum(result: CheckResult, outcome: str, paint: _Paint) -> Iterator[str]:
    counts = [
        counted(result.count(severity), severity.value)
        for severity in Severity
        if result.count(severity)
    ]
    ignored = sum(found.ignored is not None for found in result.findings(ignored=True))
    counts += [f"{ignored} ignored"] if ignored else []
    said = listed(counts) or "no findings"
    checked = counted(len(result.projects), "project")
    word = {
        "done": paint("holds", "good"),
        "findings": paint("does not hold", "error"),
        "undetermined": paint("undetermined", "warning"),
        "invalid": paint("could not be checked", "error"),
    }[outcome]
    yield f"{checked} checked as of {result.as_of}: {word}, {said}."
