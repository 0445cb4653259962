"""SARIF 2.1.0, as GitHub code scanning and other viewers read it."""

from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from llm_adapt.report.borders import json_text
from llm_adapt.report.check_rows import HOME, Row, rows
from llm_adapt.rules.check import CheckResult
from llm_adapt.rules.finding import Code

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# GitHub takes no more of one run.
MAX_RESULTS = 5000


def check_sarif(result: CheckResult) -> str:
    """The findings of a run, those that are ignored as suppressed results."""
    listed = sorted(rows(result), key=lambda row: -row.finding.severity.weight)
    kept = listed[:MAX_RESULTS]
    codes = sorted({row.finding.code for row in kept})
    index = {code: place for place, code in enumerate(codes)}
    invocation: dict[str, Any] = {"executionSuccessful": result.outcome != "invalid"}
    if cut := len(listed) - len(kept):
        message = {"text": f"{cut} findings of least weight are left out"}
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": message}]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "llm-adapt",
                "version": version("llm-adapt"),
                "informationUri": HOME,
                "rules": [_rule(result.kinds[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(row, index) for row in kept],
        "invocations": [invocation],
    }
    data = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(data)


def _rule(kind: Code) -> dict[str, Any]:
    return {
        "id": kind.code,
        "name": kind.name,
        "shortDescription": {"text": kind.title},
        "fullDescription": {"text": kind.text},
        "help": {"text": f"{kind.text}\n\n{kind.remedy}"},
        "helpUri": f"{HOME}/blob/main/{kind.page}#{kind.code.lower()}",
        "defaultConfiguration": {"level": kind.severity.value},
    }


def _result(row: Row, index: dict[str, int]) -> dict[str, Any]:
    found = row.finding
    told: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": index[found.code],
        "level": found.severity.value,
        "message": {"text": f"{found.message}. {found.hint}".strip()},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(row.path)},
                    "region": {"startLine": found.place.line, "startColumn": found.place.column},
                },
                "logicalLocations": [{"name": found.project, "kind": "module"}],
            }
        ],
        "partialFingerprints": {"llmAdapt/v1": row.mark},
    }
    if found.ignored is not None:
        told["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": found.ignored.reason}
        ]
    return told
