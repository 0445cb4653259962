"""The result of a check for people: a terminal, a build log, a job summary, a pull request."""

from collections.abc import Callable, Iterator

from llm_adapt.report.borders import clean, terminal
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.check_rows import HOLDS, OUTCOME, Row, by_project, stands, summed
from llm_adapt.report.phrases import counted
from llm_adapt.rules.check import CheckResult, ProjectResult

# GitHub refuses a summary above 1 MiB and a comment above 65,536 characters.
MAX_SUMMARY, MAX_COMMENT = 250_000, 60_000
# Tables have long lines, and the report stands under a heading of others.
LINT = "<!-- markdownlint-disable MD013 MD041 -->"
COMMENT_MARK = "<!-- llm-adapt check -->"
_COLOURS = {"error": "31", "warning": "33", "note": "36", "good": "32", "ignored": "2", "bold": "1"}
_BADGE = {"good": "#2e7d32", "error": "#c62828", "warning": "#8d6e00"}
_TONE = {True: "good", False: "error", None: "warning"}
_WORD = {"done": "holds", "findings": "does not hold", "undetermined": "undetermined",
         "invalid": "could not be checked"}  # fmt: skip
_TONE_OF = {"done": "good", "findings": "error", "undetermined": "warning", "invalid": "error"}


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
        word = paint(_WORD[result.outcome], _TONE_OF[result.outcome])
        yield f"{checked} checked as of {result.as_of}: {word}, {summed(result)}."

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
    text = (
        f"{LINT}\n\n## llm-adapt: {OUTCOME[result.outcome]}\n\n"
        f"{checked} checked as of {result.as_of}: {summed(result)}.\n"
    )
    names: set[str] = set()
    for index, (project, told) in enumerate(by_project(result)):
        part = "\n".join(_section(project, told, names))
        if len(text) + len(part) > limit:
            return f"{text}\n{counted(len(result.projects) - index, 'more project')}, cut here.\n"
        text += f"\n{part}\n"
    return text


def _section(project: ProjectResult, told: list[Row], names: set[str]) -> Iterator[str]:
    title = project.name if project.name not in names else f"{project.name} ({project.file})"
    names.add(title)
    yield f"### {escaped(title)}"
    if project.standing is not None:
        yield from ("", f"Decision: {escaped(stands(project))}.")
    if told:
        yield from ("", "| | finding | where | way out |", "| --- | --- | --- | --- |")
        for row in told:
            found = row.finding
            said = (f"{row.word} {found.code}", f"{found.title}: {found.message}")
            yield f"| {' | '.join(map(escaped, (*said, str(found.place), row.way_out)))} |"
    if project.assumptions:
        yield from ("", "| assumption | expected | measured | holds |", "| --- | --- | --- | --- |")
        for held in project.assumptions:
            word = {True: "yes", False: "**no**", None: "not checked"}[held.holds]
            cells = map(escaped, (held.id, held.expected, held.measured or "-"))
            yield f"| {' | '.join(cells)} | {word} |"


def check_comment(result: CheckResult) -> str:
    """A comment of a pull request: the Action finds it again by its first line."""
    return f"{COMMENT_MARK}\n{check_markdown(result, MAX_COMMENT)}"


def check_badge(result: CheckResult) -> str:
    """A small SVG that says what the run came to."""
    word, colour = _WORD[result.outcome], _BADGE[_TONE_OF[result.outcome]]
    left, right = 66, 12 + 7 * len(word)
    middle = left + right / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
        f' aria-label="llm-adapt: {word}"><title>llm-adapt: {word} as of {result.as_of}</title>'
        f'<rect width="{left}" height="20" fill="#555"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/>'
        '<g fill="#fff" font-family="Verdana,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">llm-adapt</text><text x="{middle:g}" y="14">{word}</text>'
        "</g></svg>\n"
    )
