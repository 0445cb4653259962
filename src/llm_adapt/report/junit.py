"""JUnit XML: a suite for each project, a case for each assumption and each thing checked."""

from collections.abc import Iterable
from html import escape

from llm_adapt.report.document import clean
from llm_adapt.rules.check import CheckResult, Held, Noted, ProjectResult
from llm_adapt.rules.finding import Severity

_GROUPS = {
    "C1": "project file",
    "C2": "decision",
    "C4": "review",
    "C5": "lock",
    "C6": "ignores",
    "C7": "record",
}
_ALWAYS = ("project file", "decision", "review")


def check_junit(result: CheckResult, fails: int = Severity.ERROR.weight) -> str:
    """Findings of at least a weight are failures, lighter ones are told beside a passed case."""
    suites = [_suite(project, fails) for project in result.projects]
    tests, failures, skipped = (sum(counts[i] for counts, _ in suites) for i in range(3))
    head = f'<testsuites name="llm-adapt" {_counts(tests, failures, skipped)}>'
    body = "".join(text for _, text in suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}</testsuites>\n'


def _suite(project: ProjectResult, fails: int) -> tuple[tuple[int, int, int], str]:
    groups: dict[str, list[Noted]] = {name: [] for name in _ALWAYS}
    about: dict[str, list[Noted]] = {held.id: [] for held in project.assumptions}
    for found in project.findings:
        if found.about in about and found.code.startswith("C3"):
            about[found.about].append(found)
        else:
            name = _GROUPS.get(found.code[:2], "assumptions")
            groups.setdefault(name, []).append(found)
    cases = [_case(project, name, found, fails) for name, found in groups.items()]
    cases += [_assumption(project, held, about[held.id], fails) for held in project.assumptions]
    failures = sum("<failure" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    name = _attribute(f"{project.file} {project.name}")
    head = f'  <testsuite name="{name}" {_counts(len(cases), failures, skipped)}>'
    text = "\n".join([head, *cases, "  </testsuite>"]) + "\n"
    return (len(cases), failures, skipped), text


def _counts(tests: int, failures: int, skipped: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"'


def _assumption(project: ProjectResult, held: Held, found: list[Noted], fails: int) -> str:
    if held.holds is None and not any(_counts_as_failure(n, fails) for n in found):
        name = f"assumption {held.id}"
        message = found[0].finding.message if found else "not measured"
        return _written(project, name, [f'<skipped message="{_attribute(message)}"/>'])
    return _case(project, f"assumption {held.id}", found, fails)


def _counts_as_failure(found: Noted, fails: int) -> bool:
    return found.ignored is None and found.finding.severity.weight >= fails


def _case(project: ProjectResult, name: str, found: list[Noted], fails: int) -> str:
    failed = [n for n in found if _counts_as_failure(n, fails)]
    ignored = [n for n in found if n.ignored is not None]
    told = [n for n in found if n not in failed and n not in ignored]
    inside = [_failure(n) for n in failed]
    if ignored and not failed:
        reasons = "; ".join(f"{n.code}: {n.ignored.reason}" for n in ignored if n.ignored)
        inside.append(f'<skipped message="{_attribute(f"ignored: {reasons}")}"/>')
    if told:
        inside.append(f"<system-out>{_text(_lines(told))}</system-out>")
    return _written(project, name, inside)


def _failure(found: Noted) -> str:
    kind = _attribute(f"{found.code} {found.kind.name}")
    message = _attribute(found.finding.message)
    return f'<failure type="{kind}" message="{message}">{_text(_lines([found]))}</failure>'


def _lines(found: Iterable[Noted]) -> str:
    return "\n".join(
        f"{clean(str(n.where))}: {n.finding.severity.value} {n.code}: "
        f"{clean(n.finding.message)} ({clean(n.finding.hint)})"
        for n in found
    )


def _written(project: ProjectResult, name: str, inside: list[str]) -> str:
    head = f'    <testcase classname="{_attribute(project.name)}" name="{_attribute(name)}"'
    if not inside:
        return f"{head}/>"
    return "\n".join([f"{head}>", *(f"      {line}" for line in inside), "    </testcase>"])


def _attribute(text: str) -> str:
    return escape(clean(text), quote=True)


def _text(text: str) -> str:
    return escape(text, quote=False)
