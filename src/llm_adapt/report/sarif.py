"""SARIF 2.1.0, as GitHub code scanning and other viewers read it."""

import json
from typing import Any
from urllib.parse import quote

from llm_adapt.report.check_places import HOME, fingerprinted, help_uri, path_of
from llm_adapt.rules.check import CheckResult, Noted
from llm_adapt.rules.check_codes import CODES, CheckCode

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# GitHub takes no more of one run.
MAX_RESULTS = 5000
_LEVEL = {"error": "error", "warning": "warning", "note": "note"}


def check_sarif(result: CheckResult, version: str) -> str:
    """The findings of a run, those that are ignored as suppressed results."""
    listed = list(fingerprinted(result, ignored=True))
    listed.sort(key=lambda pair: -pair[0].finding.severity.weight)
    kept = listed[:MAX_RESULTS]
    codes = sorted({found.code for found, _ in kept})
    index = {code: place for place, code in enumerate(codes)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "llm-adapt",
                "version": version,
                "informationUri": HOME,
                "rules": [_rule(CODES[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, found, mark, index) for found, mark in kept],
        "invocations": [_invocation(len(listed) - len(kept))],
    }
    data = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _rule(kind: CheckCode) -> dict[str, Any]:
    return {
        "id": kind.code,
        "name": kind.name,
        "shortDescription": {"text": kind.title},
        "fullDescription": {"text": kind.text},
        "help": {"text": f"{kind.text}\n\n{kind.remedy}"},
        "helpUri": help_uri(kind.code),
        "defaultConfiguration": {"level": _LEVEL[kind.severity.value]},
    }


def _result(result: CheckResult, found: Noted, mark: str, index: dict[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index[found.code],
        "level": _LEVEL[found.finding.severity.value],
        "message": {"text": f"{found.finding.message}. {found.finding.hint}".strip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(path_of(result, found))},
                    "region": {"startLine": found.where.line, "startColumn": found.where.column},
                },
                "logicalLocations": [{"name": found.project, "kind": "module"}],
            }
        ],
        "partialFingerprints": {"llmAdapt/v1": mark},
    }
    if found.ignored is not None:
        told["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": found.ignored.reason}
        ]
    return told


def _invocation(cut: int) -> dict[str, Any]:
    told: dict[str, Any] = {"executionSuccessful": True}
    if cut:
        message = {"text": f"{cut} findings of least weight are left out"}
        told["toolExecutionNotifications"] = [{"level": "warning", "message": message}]
    return told
