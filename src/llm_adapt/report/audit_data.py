"""An audit of training data for programs: JSON `llm-adapt/audit/v1`. Keys may be added only."""

import re
from typing import Any

from llm_adapt.report.borders import json_text
from llm_adapt.report.json_v1 import as_data
from llm_adapt.rules.data_rules import AuditReport, Told

SCHEMA = "llm-adapt/audit/v1"
_NUMBERS = re.compile(r"\[\n\s+(\d+(?:,\n\s+\d+)*)\n\s+\]")
_BREAK = re.compile(r"\n\s+")


def audit_json(report: AuditReport, outcome: str) -> str:
    """Everything an audit found and everything that is said of it."""
    audit = report.audit
    text = json_text(
        {
            "schema": SCHEMA,
            "outcome": outcome,
            "files": as_data(audit.files),
            "rows": audit.rows,
            "usable_rows": report.usable,
            "facts": {
                fact.name: {"value": fact.value, "of": fact.of, "sampled": fact.sampled}
                for fact in audit.facts
            },
            "findings": [_finding(told) for told in report.told],
            "bad_lines": as_data(audit.bad_lines),
            "answers": as_data(report.answers),
            "plan": [
                {**as_data(step), "called_for_by": list(report.called_for.get(step.id, ()))}
                for step in report.plan
            ],
            "done": list(report.done),
        }
    )
    # Millions of rows may be named: those of a finding stand in one line.
    return _NUMBERS.sub(lambda found: f"[{_BREAK.sub(' ', found[1])}]", text)


def _finding(told: Told) -> dict[str, Any]:
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
        "details": as_data(finding.details),
        "rows": list(finding.rows),
    }
