"""Verification and tests of rule sets for programs. Keys may be added, never changed."""

from typing import Any

from llm_adapt.report.borders import json_text
from llm_adapt.report.json_v1 import as_data
from llm_adapt.rules.finding import Finding
from llm_adapt.rules.verification import Covered, Tested, Verified

VERIFY_SCHEMA = "llm-adapt/rules-verify/v1"
TEST_SCHEMA = "llm-adapt/rules-test/v1"


def verified_json(verified: list[Verified]) -> str:
    """What verification found in each rule set."""
    told = [{**as_data(v), "findings": [finding_data(f) for f in v.findings]} for v in verified]
    return json_text({"schema": VERIFY_SCHEMA, "rulesets": told})


def tested_json(tested: list[Tested]) -> str:
    """What the tests of each rule set came to."""
    return json_text({"schema": TEST_SCHEMA, "rulesets": [_tested(t) for t in tested]})


def _tested(tested: Tested) -> dict[str, Any]:
    mutation = tested.mutation
    return {
        "name": tested.ruleset,
        "version": tested.version,
        "tests": tested.ran,
        "known_failures": tested.known_failures,
        "failures": [finding_data(finding) for finding in tested.failures],
        "coverage": {share.name: _covered(share) for share in tested.coverage},
        "projects": tested.projects and _covered(tested.projects),
        "mutation": mutation
        and {
            "score": mutation.score,
            "by_kind": {
                kind: {"noticed": mutation.noticed[kind], "total": total}
                for kind, total in mutation.total.items()
            },
            "survivors": [finding_data(finding) for finding in mutation.survivors],
            "proved_equal": [finding_data(finding) for finding in mutation.equal],
        },
    }


def _covered(share: Covered) -> dict[str, Any]:
    return {
        "percent": share.percent,
        "covered": share.covered,
        "total": share.total,
        "missing": [finding_data(finding) for finding in share.missing],
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """One finding."""
    where = finding.where
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "title": finding.title,
        "message": finding.message,
        "file": where and where.file,
        "line": where and where.line,
        "column": where and where.column,
        "hint": finding.hint or None,
        "answers": dict(finding.answers) or None,
    }
