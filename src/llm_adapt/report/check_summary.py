"""Many results of checks in one table: which decisions, on which rules, on how old evidence."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from llm_adapt.errors import LlmAdaptError
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.check_data import SCHEMA, check_json
from llm_adapt.report.check_text import LINT
from llm_adapt.report.phrases import counted, listed
from llm_adapt.rules.check import CheckResult
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping, sequence, text

_HEAD = ("where", "project", "decision", "status", "rule set", "open findings", "oldest evidence")


def check_summary(result: CheckResult) -> str:
    """The table of one result."""
    return summary_of([("", check_json(result))])


def summary_of(results: Iterable[tuple[str, str]]) -> str:
    """A Markdown table of results in the form `json`, each with the name it came under.

    Raises:
        LlmAdaptError: One of them is no such result.
    """
    lines: list[tuple[str, ...]] = []
    rules, outcomes = Counter[str](), Counter[str]()
    for name, written in results:
        data = _read(name, written)
        outcomes[text(data.get("outcome"))] += 1
        for row in _rows(name, data):
            lines.append(row)
            rules[row[4]] += row[4] != "-"
    said = [f"{count} {word}" for word, count in sorted(outcomes.items())]
    stand = [f"{count} on {name}" for name, count in sorted(rules.items()) if count]
    head = f"{counted(len(lines), 'project')} in {counted(sum(outcomes.values()), 'result')}"
    table = [_HEAD, ("---",) * len(_HEAD), *sorted(lines)]
    return (
        f"{LINT}\n\n## llm-adapt: summary\n\n"
        f"{head} ({escaped(listed(said))}); decisions stand"
        f" {escaped(listed(stand) or 'nowhere')}.\n\n"
        + "".join(f"| {' | '.join(map(escaped, row))} |\n" for row in table)
    )


def _read(name: str, written: str) -> dict[str, Plain]:
    try:
        data = mapping(as_plain(json.loads(written)))
    except (ValueError, RecursionError):
        data = {}
    if data.get("schema") != SCHEMA:
        hint = "write one: llm-adapt check -f json -o FILE"
        raise LlmAdaptError("this is no result of a check", Location(name), hint)
    return data


def _rows(name: str, data: dict[str, Plain]) -> Iterator[tuple[str, ...]]:
    for project in map(mapping, sequence(data.get("projects"))):
        rules = mapping(project.get("ruleset"))
        now = (
            f"{text(rules.get('name'))} {text(rules.get('version'))} ({text(rules.get('digest'))})"
        )
        found = [
            mapping(f) for f in sequence(project.get("findings")) if not mapping(f).get("ignored")
        ]
        codes = Counter(text(finding.get("code")) for finding in found)
        yield (
            name or text(project.get("file")),
            text(project.get("project")),
            text(project.get("decision")) or "-",
            text(project.get("status")).replace("_", " ") or "-",
            now if rules else "-",
            ", ".join(f"{code} x{n}" if n > 1 else code for code, n in sorted(codes.items()))
            or "none",
            _oldest(project, text(data.get("as_of"))),
        )


def _oldest(project: dict[str, Plain], as_of: str) -> str:
    days = [text(mapping(a).get("dated")) for a in sequence(project.get("assumptions"))]
    known = sorted(day for day in days if day)
    if not known:
        return "-"
    try:
        age = (date.fromisoformat(as_of) - date.fromisoformat(known[0])).days
    except ValueError:
        return known[0]
    return f"{known[0]} ({counted(age, 'day')})"
