"""JUnit XML: a suite for each project, a case for each thing that was or should be checked."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from llm_adapt.report.borders import clean
from llm_adapt.report.check_rows import Row, by_project
from llm_adapt.rules.check import CheckResult, ProjectResult

_GROUPS = {"C1": "project file", "C2": "decision", "C3": "assumptions", "C4": "review",
           "C5": "lock", "C6": "ignores", "C7": "record", "C8": "policy"}  # fmt: skip


def check_junit(result: CheckResult) -> str:
    """What fails the run is a failure; what was not checked is skipped, not passed."""
    top = ET.Element("testsuites", name="llm-adapt")
    for project, told in by_project(result):
        suite = ET.SubElement(top, "testsuite", name=clean(f"{project.file} {project.name}"))
        unchecked = {f"assumption {held.id}" for held in project.assumptions if held.holds is None}
        unchecked |= set() if project.standing else {"decision"}
        for name, found in _grouped(project, told).items():
            case = ET.SubElement(suite, "testcase", classname=clean(project.name), name=clean(name))
            _tell(case, found, result.fails, checked=name not in unchecked)
        _count(suite, skipped=True)
    _count(top, skipped=False)
    ET.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(top, encoding="unicode")}\n'


def _grouped(project: ProjectResult, told: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {name: [] for name in project.looked_at}
    groups |= {f"assumption {held.id}": [] for held in project.assumptions}
    for row in told:
        about = f"assumption {row.finding.about}"
        mine = row.finding.code.startswith("C3") and about in groups
        name = about if mine else _GROUPS.get(row.finding.code[:2], row.finding.code)
        groups.setdefault(name, []).append(row)
    return groups


def _tell(case: "ET.Element[str]", found: list[Row], fails: int, *, checked: bool) -> None:
    failed = [r for r in found if r.word != "ignored" and r.finding.severity.weight >= fails]
    ignored = [r for r in found if r.word == "ignored"]
    for row in failed:
        kind = f"{row.finding.code} {row.kind.name}"
        inside = ET.SubElement(case, "failure", type=kind, message=clean(row.finding.message))
        inside.text = _lines([row])
    if not failed and (ignored or not checked):
        reasons = "; ".join(f"{row.finding.code}: {row.way_out}" for row in ignored)
        ET.SubElement(case, "skipped", message=clean(reasons or "not checked"))
    light = [row for row in found if row not in failed and row not in ignored]
    if light:
        ET.SubElement(case, "system-out").text = _lines(light)


def _lines(found: Iterable[Row]) -> str:
    return "\n".join(
        f"{clean(str(row.finding.place))}: {row.finding.severity.value} {row.finding.code}: "
        f"{clean(row.finding.message)} ({clean(row.way_out)})"
        for row in found
    )


def _count(element: "ET.Element[str]", *, skipped: bool) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    if skipped:
        element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
