"""What verification and tests of rule sets find: lines that editors follow, and plain data."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from llm_adapt.report.borders import clean, json_text
from llm_adapt.report.json_v1 import as_data, v1
from llm_adapt.report.phrases import counted
from llm_adapt.rules.finding import Finding, Severity
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.verification import Covered, Noticed, Tested, Verified

_COLOURS = {"error": "31", "warning": "33", "note": "36"}
# Words that YAML readers, ours and others, take as text without quotes.
_WORD = re.compile(r"[a-z][a-z0-9_+-]*")
_NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def verified_text(verified: Verified, *, colour: bool = False) -> str:
    """Findings, then what was proved, what was tried and what stayed open."""
    lines = list(finding_lines(verified.findings, colour=colour))
    found = {s.value: verified.counts[f"{s.value}s"] for s in Severity}
    counts = [counted(count, word) for word, count in found.items() if count]
    lines.append(
        f"{clean(verified.name)} {clean(verified.version)} ({verified.digest}): "
        f"{', '.join(counts) or 'no findings'}"
    )
    lines.append(
        f"  over the whole answer space: {counted(verified.rules, 'rule')}, "
        f"{counted(verified.nodes, 'node')}, {counted(verified.monotone_facts, 'monotone fact')}; "
        f"{verified.undecided or 'none'} not decided"
    )
    lines.append(
        f"  tried, not proved, on {counted(verified.situations_tried, 'partial situation')}: "
        "that first place is one an answer can lead to, that monotone facts hold"
    )
    if verified.unchecked_sources:
        lines.append(
            f"  {len(verified.unchecked_sources)} of {counted(verified.sources, 'source')} "
            "not compared with what is said of them"
        )
    if verified.interview:
        said = verified.interview
        lines.append(
            f"  interviews: {said.most} questions at most, {said.average:.1f} on average, "
            f"in {said.interviews} simulated"
        )
    return "\n".join(lines) + "\n"


def cases_text(tested: Tested, *, missing: bool = False, colour: bool = False) -> str:
    """Failures, coverage and the share of faults noticed."""
    lines = list(finding_lines(tested.failures, colour=colour))
    shares = [*tested.coverage, *([tested.projects] if tested.projects else [])]
    for share in shares if missing else ():
        lines += finding_lines(share.missing, colour=colour)
    if tested.mutation:
        lines += finding_lines(tested.mutation.survivors, colour=colour)
        lines += finding_lines(tested.mutation.equal, colour=colour) if missing else ()
    failed = len({finding.message.split(":", 1)[0] for finding in tested.failures})
    known = f", {tested.known_failures} known to fail" if tested.known_failures else ""
    lines.append(
        f"{clean(tested.ruleset)} {clean(tested.version)}: {counted(tested.ran, 'test')}, "
        f"{failed or 'none'} failed{known}"
    )
    lines += [_share(share) for share in shares]
    if tested.mutation:
        lines += _noticed(tested.mutation)
    return "\n".join(lines) + "\n"


def _share(share: Covered) -> str:
    what = "projects agreed with" if share.name == "projects" else f"{share.name} covered"
    return f"  {what:20} {share.percent:3d} % ({share.covered} of {share.total})"


def _noticed(found: Noticed) -> Iterator[str]:
    total = sum(found.total.values())
    yield f"  {'faults noticed':20} {found.score:.2f}  ({sum(found.noticed.values())} of {total})"
    if found.equal:
        proved = f"{len(found.equal)} proved equal"
        yield f"    not counted: {proved}, which change no first place in any situation"
    for kind, count in found.total.items():
        yield f"    {kind:18} {found.noticed[kind]} of {count}"


def finding_lines(findings: Iterable[Finding], *, colour: bool = False) -> Iterator[str]:
    """Every finding, the situation that shows it ready to be pasted as a case."""
    for finding in findings:
        kind = f"{finding.severity.value} {finding.code}"
        if colour:
            kind = f"\x1b[{_COLOURS[finding.severity.value]}m{kind}\x1b[0m"
        where = f"{clean(str(finding.where))}: " if finding.where else ""
        yield f"{where}{kind} {clean(finding.title)}: {clean(finding.message)}"
        if finding.hint:
            yield f"  -> {clean(finding.hint)}"
        if finding.answers:
            yield f"  answers: {flow(finding.answers)}"


def flow(answers: Mapping[str, Plain]) -> str:
    """Answers on one line of YAML."""
    return "{" + ", ".join(f"{name}: {_value(value)}" for name, value in answers.items()) + "}"


def _value(value: Plain) -> str:
    if isinstance(value, dict):
        return flow(value)
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, str):
        plain = (_WORD.fullmatch(value) and value not in _NOT_TEXT) or value == "n/a"
        return value if plain else json.dumps(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return json.dumps(value)


def verified_json(verified: list[Verified]) -> str:
    """What verification found in each rule set."""
    told = [{**as_data(v), "findings": [finding_data(f) for f in v.findings]} for v in verified]
    return json_text(v1("rules-verify", {"rulesets": told}))


def tested_json(tested: list[Tested]) -> str:
    """What the tests of each rule set came to."""
    return json_text(v1("rules-test", {"rulesets": [_tested(t) for t in tested]}))


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
