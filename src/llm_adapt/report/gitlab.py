"""GitLab code quality: the widget of a merge request."""

import json

from llm_adapt.report.check_places import fingerprinted, path_of
from llm_adapt.rules.check import CheckResult

_SEVERITY = {"error": "major", "warning": "minor", "note": "info"}


def check_gitlab(result: CheckResult) -> str:
    """The findings that count; an empty list when there are none."""
    issues = [
        {
            "description": f"{found.finding.message} ({found.finding.hint})",
            "check_name": found.code,
            "fingerprint": mark,
            "severity": _SEVERITY[found.finding.severity.value],
            "location": {
                "path": path_of(result, found),
                "lines": {"begin": found.where.line},
            },
        }
        for found, mark in fingerprinted(result, ignored=False)
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"
