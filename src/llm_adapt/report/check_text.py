"""The result of a check for people: a terminal, a build log, a pull request, a table of many."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from llm_adapt.errors import LlmAdaptError
from llm_adapt.report.borders import clean, terminal
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.check_data import SCHEMA, check_json
from llm_adapt.report.check_rows import HOLDS, Row, by_project, stands, summed
from llm_adapt.report.markdown import table
from llm_adapt.report.phrases import counted, listed
from llm_adapt.rules.check import CheckResult, ProjectResult
from llm_adapt.rules.json_text import read_json
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, mapping, sequence, text

# GitHub refuses a summary above 1 MiB and a comment above 65,536 characters.
MAX_SUMMARY, MAX_COMMENT = 250_000, 60_000
# Tables have long lines, and the report stands under a heading of others.
LINT = "<!-- markdownlint-disable MD013 MD041 -->"
COMMENT_MARK = "<!-- llm-adapt check -->"
_COLOURS = {"error": "31", "warning": "33", "note": "36", "good": "32", "ignored": "2", "bold": "1"}
_BADGE = {"good": "#2e7d32", "error": "#c62828", "warning": "#8d6e00"}
_TONE = {True: "good", False: "error", None: "warning"}
# What a run comes to: in a word, in a sentence, and how that is shown.
_OUTCOMES = {
    "done": ("holds", "the decisions hold", "good"),
    "findings": ("does not hold", "a decision does not hold", "error"),
    "undetermined": ("undetermined", "open questions could change a decision", "warning"),
    "invalid": ("could not be checked", "could not be checked", "error"),
}
_FOUND = ("", "finding", "where", "way out")
_HELD = ("assumption", "expected", "measured", "holds")
_SUMMED = ("where", "project", "decision", "status", "rule set", "open findings", "oldest evidence")

Paint = Callable[[str, str], str]


def check_text(result: CheckResult, *, colour: bool = False) -> str:
    """Findings by project, how each project stands, and what the run comes to."""

    def paint(text: str, kind: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if colour else text

    def lines() -> Iterator[str]:
        for project, told in by_project(result):
            for row in told:
                yield from _finding(row, paint)
            yield from _standing(project, paint)
            yield ""
        checked = counted(len(result.projects), "project")
        word, _, tone = _OUTCOMES[result.outcome]
        yield f"{checked} checked as of {result.as_of}: {paint(word, tone)}, {summed(result)}."

    return terminal("".join(f"{line}\n" for line in lines()), colour=colour)


def _finding(row: Row, paint: Paint) -> Iterator[str]:
    told = row.finding
    kind = paint(f"{row.word} {told.code}", row.word)
    yield f"{clean(str(told.place))}: {kind} {paint(told.title, 'bold')}"
    yield f"  {clean(told.message)}"
    yield paint(f"  -> {clean(row.way_out)}", "ignored")


def _standing(project: ProjectResult, paint: Paint) -> Iterator[str]:
    now, name = project.standing, paint(clean(project.name), "bold")
    if now is not None:
        yield f"{name}: {clean(stands(project))} ({clean(now.ruleset)} {clean(now.version)})"
    for held in project.assumptions:
        measured = f", measured: {clean(held.measured)}" if held.measured else ""
        mark = paint(HOLDS[held.holds], _TONE[held.holds])
        yield f"  {mark}: {clean(held.id)} ({clean(held.expected)}{measured})"


def check_markdown(result: CheckResult, limit: int = MAX_SUMMARY) -> str:
    """What the run comes to, and each project that has something to say."""
    checked = counted(len(result.projects), "project")
    told = (
        f"{LINT}\n\n## llm-adapt: {_OUTCOMES[result.outcome][1]}\n\n"
        f"{checked} checked as of {result.as_of}: {summed(result)}.\n"
    )
    names: set[str] = set()
    for index, (project, found) in enumerate(by_project(result)):
        part = "\n\n".join(_section(project, found, names))
        if len(told) + len(part) > limit:
            return f"{told}\n{counted(len(result.projects) - index, 'more project')}, cut here.\n"
        told += f"\n{part}\n"
    return told


def _section(project: ProjectResult, told: list[Row], names: set[str]) -> Iterator[str]:
    title = project.name if project.name not in names else f"{project.name} ({project.file})"
    names.add(title)
    yield f"### {escaped(title)}"
    if project.standing is not None:
        yield f"Decision: {escaped(stands(project))}."
    if told:
        yield _table(_FOUND, map(_found, told))
    if project.assumptions:
        words = {True: "yes", False: "**no**", None: "not checked"}
        yield table(
            _HELD,
            [
                [*map(escaped, (held.id, held.expected, held.measured or "-")), words[held.holds]]
                for held in project.assumptions
            ],
        )


def _found(row: Row) -> tuple[str, ...]:
    found = row.finding
    said = f"{found.title}: {found.message}"
    return f"{row.word} {found.code}", said, str(found.place), row.way_out


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return table(head, [[*map(escaped, row)] for row in rows])


def check_comment(result: CheckResult) -> str:
    """A comment of a pull request: the Action finds it again by its first line."""
    return f"{COMMENT_MARK}\n{check_markdown(result, MAX_COMMENT)}"


def check_badge(result: CheckResult) -> str:
    """A small SVG that says what the run came to."""
    word, _, tone = _OUTCOMES[result.outcome]
    left, right = 66, 12 + 7 * len(word)
    middle = left + right / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
        f' aria-label="llm-adapt: {word}"><title>llm-adapt: {word} as of {result.as_of}</title>'
        f'<rect width="{left}" height="20" fill="#555"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{_BADGE[tone]}"/>'
        '<g fill="#fff" font-family="Verdana,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">llm-adapt</text><text x="{middle:g}" y="14">{word}</text>'
        "</g></svg>\n"
    )


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
    return (
        f"{LINT}\n\n## llm-adapt: summary\n\n"
        f"{head} ({escaped(listed(said))}); decisions stand"
        f" {escaped(listed(stand) or 'nowhere')}.\n\n{_table(_SUMMED, sorted(lines))}\n"
    )


def _read(name: str, written: str) -> dict[str, Plain]:
    try:
        data = mapping(read_json(written))
    except (ValueError, RecursionError):
        data = {}
    hint = "write one: llm-adapt check -f json -o FILE"
    if data.get("schema") != SCHEMA:
        raise LlmAdaptError("this is no result of a check", Location(name), hint)
    projects = data.get("projects")
    found = [mapping(project).get("findings") for project in sequence(projects)]
    if not (isinstance(projects, list) and all(isinstance(each, list) for each in found)):
        message = "`projects` of this result is no list of projects, each with a list of `findings`"
        raise LlmAdaptError(message, Location(name), hint)
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
