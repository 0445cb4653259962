"""GitHub workflow commands: an annotation at the line of each finding."""

from collections.abc import Iterable

from llm_adapt.report.check_places import path_of
from llm_adapt.report.document import clean
from llm_adapt.rules.check import CheckResult, Noted
from llm_adapt.rules.finding import Severity

# What GitHub shows of one kind in one step; the rest would vanish without a word.
LIMIT = 10
_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def check_github(result: CheckResult) -> str:
    """One command a finding, worst first, and a notice when GitHub would cut them."""
    lines: list[str] = []
    cut: list[str] = []
    for severity, command in _COMMAND.items():
        found = [n for n in result.findings() if n.finding.severity is severity]
        # One notice is kept free to say what is missing.
        room = LIMIT - 1 if severity is Severity.NOTE else LIMIT
        lines += [_line(command, result, noted) for noted in found[:room]]
        if len(found) > room:
            cut.append(f"{len(found) - room} more of kind {command}")
    if cut:
        lines.append(f"::notice title=llm-adapt::{_data(_rest(cut))}")
    return "".join(f"{line}\n" for line in lines)


def _rest(cut: Iterable[str]) -> str:
    return f"not all findings are shown here: {', '.join(cut)}; the job summary lists all of them"


def _line(command: str, result: CheckResult, found: Noted) -> str:
    told, where = found.finding, found.where
    properties = {
        "file": path_of(result, found),
        "line": str(where.line),
        "col": str(where.column),
        "title": f"{found.code} {told.title}",
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    subject = f"{found.project}: "
    # A line break of ours; those of the finding, and what steers a terminal, are cleaned away.
    message = f"{clean(subject)} {clean(told.message)}\n{clean(told.hint)}"
    return f"::{command} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
