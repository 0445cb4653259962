"""How findings are written: each format well formed, escaped, and with the same findings."""

import json
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from llm_adapt.files.findings import catalogue, noted
from llm_adapt.report.forms import CHECKS, check_as
from llm_adapt.rules.check import CheckResult, Held, ProjectResult, Standing
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import Ignore
from llm_adapt.usecases.outcome import fails_from, outcome

HOSTILE = "100%, a: b,\nc \x1b[31m<&>\"' ]]> | `x` @user #1 \u202e::error::x"
HERE = Location("a folder/llm-adapt.yaml", 14, 5)
IGNORE = Ignore(finding="C203", reason="the move is under way", until=date(2026, 7, 1))


def result(*findings, base=""):
    found = findings or (
        noted("C301", HOSTILE, HERE, "labels"),
        noted("C402", "soon", HERE, "review_by"),
        noted("C504", "no lock", HERE, "peft"),
        replace(noted("C203", "not first", HERE, "peft"), ignored=IGNORE),
        noted("C308", "not run", HERE, "tests"),
    )
    named = tuple(replace(n, project="bot <1>") for n in found)
    held = (
        Held("labels", "", "1,200", "340 records", holds=False, where=HERE),
        Held("tests", "", "0", "", holds=None, where=HERE),
        Held("good", "", "at least 0.8", "0.9", holds=True, where=HERE),
    )
    standing = Standing(
        "toy", "1", "d", "a", "peft", "rag", "clear", "viable", ("rag",), ("rag for x strong",)
    )
    project = ProjectResult("bot <1>", HERE.file, named, held, standing, {"peft": "Adapters"})
    return CheckResult((project,), date(2026, 6, 1), base, kinds=catalogue())


def written(name, told=None, colour=False):
    told = told or result()
    told = replace(told, outcome=outcome(told))
    return check_as(name, told, colour=colour)


TEXT = {"type": "string", "minLength": 1}


def closed(required, **optional):
    properties = {**required, **optional}
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


MESSAGE = closed({"text": TEXT})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
PLACE = {"type": "integer", "minimum": 1}
# What SARIF 2.1.0 says about every property that is written here; it allows no others.
SARIF = closed(
    {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": closed(
                {
                    "tool": closed(
                        {
                            "driver": closed(
                                {"name": TEXT},
                                version=TEXT,
                                informationUri={"type": "string", "pattern": "^https://"},
                                rules={
                                    "type": "array",
                                    "uniqueItems": True,
                                    "items": closed(
                                        {"id": TEXT},
                                        name=TEXT,
                                        shortDescription=MESSAGE,
                                        fullDescription=MESSAGE,
                                        help=MESSAGE,
                                        helpUri={"type": "string", "pattern": "^https://"},
                                        defaultConfiguration=closed({}, level=LEVEL),
                                    ),
                                },
                            )
                        }
                    )
                },
                columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                invocations={
                    "type": "array",
                    "items": closed(
                        {"executionSuccessful": {"type": "boolean"}},
                        toolExecutionNotifications={
                            "type": "array",
                            "items": closed({"message": MESSAGE}, level=LEVEL),
                        },
                    ),
                },
                results={
                    "type": "array",
                    "items": closed(
                        {"message": MESSAGE},
                        ruleId=TEXT,
                        ruleIndex={"type": "integer", "minimum": -1},
                        level=LEVEL,
                        locations={
                            "type": "array",
                            "items": closed(
                                {},
                                physicalLocation=closed(
                                    {},
                                    artifactLocation=closed(
                                        {}, uri={"type": "string", "pattern": r"^[^\s\\:]+$"}
                                    ),
                                    region=closed({}, startLine=PLACE, startColumn=PLACE),
                                ),
                                logicalLocations={
                                    "type": "array",
                                    "uniqueItems": True,
                                    "items": closed({}, name=TEXT, kind=TEXT),
                                },
                            ),
                        },
                        partialFingerprints={
                            "type": "object",
                            "additionalProperties": {"type": "string"},
                        },
                        suppressions={
                            "type": "array",
                            "uniqueItems": True,
                            "items": closed(
                                {"kind": {"enum": ["inSource", "external"]}},
                                status={"enum": ["accepted", "underReview", "rejected"]},
                                justification={"type": "string"},
                            ),
                        },
                    ),
                },
            ),
        },
    },
    **{"$schema": {"type": "string", "pattern": "^https://"}},
)


def test_sarif_has_what_the_standard_allows_and_nothing_else():
    data = json.loads(written("sarif"))
    assert [error.message for error in Draft202012Validator(SARIF).iter_errors(data)] == []
    run = data["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "a%20folder/llm-adapt.yaml"


def test_sarif_keeps_what_is_ignored_as_suppressed():
    results = json.loads(written("sarif"))["runs"][0]["results"]
    suppressed = {r["ruleId"]: r["suppressions"][0] for r in results if "suppressions" in r}
    assert suppressed["C203"]["justification"] == "the move is under way"
    assert len(results) == 5


def test_sarif_leaves_out_the_lightest_beyond_what_github_takes(monkeypatch):
    monkeypatch.setattr("llm_adapt.report.sarif.MAX_RESULTS", 2)
    run = json.loads(written("sarif"))["runs"][0]
    assert [r["level"] for r in run["results"]] == ["error", "error"]
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("3 findings")


def test_fingerprints_are_unique_and_do_not_follow_lines():
    moved = [noted("C301", "x", replace(HERE, line=n), "labels") for n in (3, 9)]
    one, two = (
        [issue["fingerprint"] for issue in json.loads(written("gitlab", result(*found)))]
        for found in ([moved[0], moved[0]], [moved[1], moved[1]])
    )
    assert one == two
    assert len(set(one)) == 2


def test_github_lines_are_commands_and_cannot_be_forged():
    lines = written("github").splitlines()
    assert [re.match(r"::(\w+) ", line)[1] for line in lines] == [
        "error", "error", "warning", "notice",
    ]  # fmt: skip
    assert "file=a folder/llm-adapt.yaml,line=14,col=5,title=C301 " in lines[0]
    assert "bot <1>: 100%25, a: b, c" in lines[0]
    assert "\x1b" not in lines[0]
    assert "\r" not in written("github", result(noted("C301", "a\rb", HERE)))


def test_github_properties_escape_what_ends_them():
    odd = noted("C301", "x", Location("a:b,c%.yaml", 1, 1))
    assert "file=a%3Ab%2Cc%25.yaml,line=1" in written("github", result(odd))


def test_github_says_what_it_does_not_show():
    found = [noted("C301", f"n{n}", HERE, str(n)) for n in range(13)]
    lines = written("github", result(*found)).splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert "3 more of kind error" in lines[-1]
    assert lines[-1].startswith("::notice ")


def test_gitlab_issues_have_the_fields_of_the_report():
    issues = json.loads(written("gitlab", result(base="services")))
    schema = {
        "type": "array",
        "items": closed(
            {
                "description": TEXT,
                "check_name": TEXT,
                "fingerprint": TEXT,
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": closed({"path": TEXT, "lines": closed({"begin": PLACE})}),
            }
        ),
    }
    assert Draft202012Validator(schema).is_valid(issues)
    assert [issue["check_name"] for issue in issues] == ["C301", "C402", "C504", "C308"]
    assert issues[0]["location"]["path"] == "services/a folder/llm-adapt.yaml"


def test_gitlab_without_findings_is_an_empty_list():
    told = CheckResult((), date(2026, 6, 1))
    assert json.loads(written("gitlab", told)) == []


def test_junit_counts_what_it_holds():
    suites = ET.fromstring(written("junit"))
    (suite,) = suites
    cases = {case.get("name"): case for case in suite}
    assert cases["assumption labels"].find("failure") is not None
    assert cases["assumption tests"].find("failure").get("type") == "C308 evidence-not-run"
    assert list(cases["assumption good"]) == []
    assert "the move is under way" in cases["decision"].find("skipped").get("message")
    counts = tuple(suite.get(name) for name in ("tests", "failures", "skipped"))
    assert counts == ("7", "2", "1")
    for count in ("tests", "failures", "errors"):
        assert suites.get(count) == suite.get(count)


def test_junit_fails_on_what_the_run_fails_on():
    light = check_as("junit", replace(result(), fails=1))
    assert ET.fromstring(light).get("failures") == "4"


def test_junit_does_not_pass_what_was_not_checked():
    broken = ProjectResult("p", "p.yaml", (noted("C101", "not YAML", Location("p.yaml")),))
    (suite,) = ET.fromstring(
        written("junit", CheckResult((broken,), date(2026, 6, 1), kinds=catalogue()))
    )
    assert [(case.get("name"), [child.tag for child in case]) for case in suite] == [
        ("project file", ["failure"]),
        ("decision", ["skipped"]),
    ]


def test_sarif_says_that_an_invalid_run_did_not_succeed():
    broken = ProjectResult("p", "p.yaml", (noted("C101", "not YAML", Location("p.yaml")),))
    told = written("sarif", CheckResult((broken,), date(2026, 6, 1), kinds=catalogue()))
    assert json.loads(told)["runs"][0]["invocations"][0]["executionSuccessful"] is False


def test_markdown_shows_hostile_text_as_text():
    text = written("markdown")
    assert "<&>" not in text
    assert "@user" not in text
    assert "\x1b" not in text
    assert "accepted until 2026-07-01: the move is under way" in text


def test_markdown_is_cut_before_github_refuses_it():
    told = result()
    many = CheckResult(told.projects * 900, told.as_of, kinds=catalogue())
    for name, most in (("markdown", 250_100), ("comment", 60_100)):
        text = written(name, many)
        assert len(text) < most
        assert "more project" in text


def test_json_has_every_finding_and_says_which_are_ignored():
    data = json.loads(written("json"))
    (project,) = data["projects"]
    assert data["schema"] == "llm-adapt/check/v1"
    assert data["counts"] == {"errors": 2, "warnings": 1, "notes": 1, "ignored": 1, "projects": 1}
    assert [f["code"] for f in project["findings"] if f["ignored"]] == ["C203"]
    assert project["findings"][0]["message"] == HOSTILE


def test_text_steers_no_terminal_and_hangs_on_no_colour():
    plain, coloured = written("text"), written("text", colour=True)
    assert "\x1b" not in plain
    assert "\u202e" not in plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    assert plain.splitlines()[-1] == (
        "1 project checked as of 2026-06-01: does not hold, "
        "2 errors, 1 warning, 1 note, 1 ignored and 1 assumption not checked."
    )


@pytest.mark.parametrize("name", ["text", *CHECKS])
def test_the_same_result_is_the_same_bytes(name):
    assert written(name) == written(name)


@pytest.mark.parametrize(
    ("fails", "expected"),
    [
        (3, "findings"),
        (4, "done"),
    ],
)
def test_what_a_run_comes_to_hangs_on_fail_on(fails, expected):
    assert outcome(replace(result(), fails=fails)) == expected


def test_lighter_findings_fail_only_when_asked():
    told = result(noted("C402", "soon", HERE))
    assert outcome(told) == "done"
    assert outcome(replace(told, fails=fails_from("warning"))) == "findings"
    assert outcome(replace(told, fails=fails_from("never", strict=True))) == "findings"


def test_an_empty_run_is_invalid():
    assert outcome(CheckResult((), date(2026, 6, 1))) == "invalid"
