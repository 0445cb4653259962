"""The result of a check for programs: schema `llm-adapt/check/v1`. Keys may be added only."""

import json
from typing import Any

from llm_adapt.report.check_places import fingerprinted
from llm_adapt.rules.check import CheckResult, Noted, ProjectResult
from llm_adapt.rules.finding import Severity

SCHEMA = "llm-adapt/check/v1"


def check_json(result: CheckResult, outcome: str) -> str:
    """Everything a check found, ignored findings marked as such."""
    marks = {id(found): mark for found, mark in fingerprinted(result, ignored=True)}
    data = {
        "schema": SCHEMA,
        "outcome": outcome,
        "as_of": result.as_of.isoformat(),
        "counts": {
            **{f"{severity.value}s": result.count(severity) for severity in Severity},
            "ignored": sum(n.ignored is not None for n in result.findings(ignored=True)),
            "projects": len(result.projects),
        },
        "projects": [_project(project, marks) for project in result.projects],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _project(project: ProjectResult, marks: dict[int, str]) -> dict[str, Any]:
    now = project.standing
    return {
        "project": project.name,
        "file": project.file,
        "decision": now and now.strategy,
        "first": now and now.first,
        "status": now and now.status,
        "verdict": now and now.verdict,
        "ruleset": now and {"name": now.ruleset, "version": now.version, "digest": now.digest},
        "open_questions": list(now.open_questions) if now else [],
        "assumptions": [
            {
                "id": held.id,
                "says": held.says,
                "expected": held.expected,
                "measured": held.measured,
                "holds": held.holds,
            }
            for held in project.assumptions
        ],
        "findings": [_finding(found, marks[id(found)]) for found in project.findings],
    }


def _finding(found: Noted, mark: str) -> dict[str, Any]:
    told, ignored = found.finding, found.ignored
    until = ignored.until.isoformat() if ignored and ignored.until else None
    return {
        "code": told.code,
        "name": found.kind.name,
        "severity": told.severity.value,
        "title": told.title,
        "message": told.message,
        "hint": told.hint,
        "about": found.about,
        "file": found.where.file,
        "line": found.where.line,
        "column": found.where.column,
        "fingerprint": mark,
        "ignored": {"reason": ignored.reason, "until": until} if ignored else None,
    }
