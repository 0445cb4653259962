"""The result of a check for programs: JSON (llm-adapt/check/v1), GitHub and GitLab annotations."""

from typing import Any

from llm_adapt.report.borders import clean, json_text, runner_command
from llm_adapt.report.check_rows import Row, by_project, rows
from llm_adapt.rules.check import CheckResult, ProjectResult
from llm_adapt.rules.finding import Severity

SCHEMA = "llm-adapt/check/v1"
# What GitHub shows of one kind in one step; the rest would vanish without a word.
GITHUB_LIMIT = 10
_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_GITLAB = {"error": "major", "warning": "minor", "note": "info"}


def check_json(result: CheckResult) -> str:
    """Everything a check found, ignored findings marked as such. Keys may be added only."""
    return json_text(
        {
            "schema": SCHEMA,
            "outcome": result.outcome,
            "as_of": result.as_of.isoformat(),
            "counts": {
                **{f"{severity.value}s": result.count(severity) for severity in Severity},
                "ignored": sum(f.ignored is not None for f in result.findings(ignored=True)),
                "projects": len(result.projects),
            },
            "projects": [_project(project, told) for project, told in by_project(result)],
        }
    )


def _project(project: ProjectResult, told: list[Row]) -> dict[str, Any]:
    now = project.standing
    stable = now.stability if now else None
    return {
        "project": project.name,
        "file": project.file,
        "decision": now and now.strategy,
        "first": now and now.first,
        "status": now and now.status,
        "verdict": now and now.verdict,
        "stability": stable and {"share": stable[0], "completions": stable[1]},
        "ruleset": now and {"name": now.ruleset, "version": now.version, "digest": now.digest},
        "open_questions": list(now.open_questions) if now else [],
        "assumptions": [
            {
                "id": held.id,
                "says": held.says,
                "expected": held.expected,
                "measured": held.measured,
                "dated": held.dated and held.dated.isoformat(),
                "holds": held.holds,
            }
            for held in project.assumptions
        ],
        "findings": [_finding(row) for row in told],
    }


def _finding(row: Row) -> dict[str, Any]:
    told, ignored = row.finding, row.finding.ignored
    until = ignored.until.isoformat() if ignored and ignored.until else None
    return {
        "code": told.code,
        "name": row.kind.name,
        "severity": told.severity.value,
        "title": told.title,
        "message": told.message,
        "hint": told.hint,
        "about": told.about,
        "file": told.place.file,
        "line": told.place.line,
        "column": told.place.column,
        "fingerprint": row.mark,
        "ignored": {"reason": ignored.reason, "until": until} if ignored else None,
    }


def check_gitlab(result: CheckResult) -> str:
    """GitLab code quality: the findings that count, an empty list when there are none."""
    issues = [
        {
            "description": clean(f"{row.finding.message} ({row.way_out})"),
            "check_name": row.finding.code,
            "fingerprint": row.mark,
            "severity": _GITLAB[row.finding.severity.value],
            "location": {"path": row.path, "lines": {"begin": row.finding.place.line}},
        }
        for row in rows(result, ignored=False)
    ]
    return json_text(issues)


def check_github(result: CheckResult) -> str:
    """GitHub workflow commands, worst first, and a notice when GitHub would cut them."""
    told = list(rows(result, ignored=False))
    lines: list[str] = []
    cut: list[str] = []
    for severity, command in _COMMAND.items():
        found = [row for row in told if row.finding.severity is severity]
        # One notice is kept free to say what is missing.
        room = GITHUB_LIMIT - 1 if severity is Severity.NOTE else GITHUB_LIMIT
        lines += [_command(command, row) for row in found[:room]]
        if len(found) > room:
            cut.append(f"{len(found) - room} more of kind {command}")
    if cut:
        left = (
            f"not all findings are shown here: {', '.join(cut)}; the job summary lists all of them"
        )
        lines.append(f"::notice title=llm-adapt::{runner_command(left)}")
    return "".join(f"{line}\n" for line in lines)


def _command(command: str, row: Row) -> str:
    told, place = row.finding, row.finding.place
    properties = {"file": row.path, "line": str(place.line), "col": str(place.column)}
    properties["title"] = f"{told.code} {told.title}"
    written = (f"{name}={runner_command(value, within=True)}" for name, value in properties.items())
    # A line break of ours; those of the finding, and what steers a terminal, are cleaned away.
    message = f"{clean(told.project)}: {clean(told.message)}\n{clean(row.way_out)}"
    return f"::{command} {','.join(written)}::{runner_command(message)}"
