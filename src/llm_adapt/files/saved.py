"""The file an interview keeps its answers in: written after each of them, read on --resume.

It is an answers file like any other; what nobody knew stands in it as `null`. What does not fit
the rule set is kept behind `#~`, for the rules that it was an answer to, and so are a person's
comments. Answers that stand in a project file go back there; all else of it stays as it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.amounts import answer_to
from llm_adapt.files.answers import answers_yaml
from llm_adapt.files.yaml_file import Document, decode, dump_yaml, read_bytes, read_yaml
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Unreadable, nearest

HEAD = "# llm-adapt answers, rules: "
_OLD_HEAD = "# rules: "
_TEMPLATE = "# llm-adapt answers: "
_ASIDE = "#~ "
_UNKNOWN = "# asked, and not known:\n"
_STRANGE = "# not for these rules, and kept:\n"
_OURS = (HEAD, _OLD_HEAD, _ASIDE, _UNKNOWN.strip(), _STRANGE.strip())
_SHORT = 40
_TOP: PlainPath = ()


@record(frozen=True)
class Saved:
    """What a file says to this rule set, and what is to be kept of it.

    `strange` are answers that do not fit, `project` is the text of a project file around the
    answers, `notes` are comments of an answers file, `remarks` is what the person should know.
    """

    situation: Situation = field(default_factory=Situation)
    unknown: tuple[str, ...] = ()
    strange: dict[str, Plain] = field(default_factory=dict[str, Plain])
    project: str = ""
    notes: str = ""
    remarks: tuple[str, ...] = ()


def saved_text(kept: Saved, situation: Situation, unknown: tuple[str, ...], rules: RuleSet) -> str:
    """The text of the file with other answers in it."""
    text = answers_yaml(situation, rules.questions) if situation.answers else ""
    if unknown:
        text += _UNKNOWN + "".join(f"{name}: null\n" for name in unknown)
    strange = {name: raw for name, raw in kept.strange.items() if name not in situation.answers}
    if strange:
        aside = dump_yaml(dict(strange)).splitlines()
        text += _STRANGE + "".join(f"{_ASIDE}{li}\n" for li in aside)
    if kept.project:
        return _in_project(kept.project, text)
    return f"{HEAD}{_heading(rules)}\n{kept.notes}{text}"


def resume(path: Path, rules: RuleSet) -> Saved:
    """What a saved file still says to this rule set; what does not fit is told, not refused.

    Raises:
        LlmAdaptError: The file cannot be read, or holds no answers at all.
    """
    written = decode(read_bytes(path, str(path)), str(path))
    document = read_yaml(written, str(path))
    data, within = mapping(document.data), _TOP
    if "projects" in data:
        message, hint = "several projects stand here", "name a file with the answers of one"
        raise LlmAdaptError(message, document.key_place(("projects",)), hint)
    if "answers" in data:
        data, within = mapping(data["answers"]), ("answers",)
    aside = _aside(written, str(path))
    if not (data or aside):
        hint = "write for example: task_type: qa"
        raise LlmAdaptError("there are no answers here", document.place(within), hint)
    answers: dict[str, Answer] = {}
    unknown: list[str] = []
    strange: dict[str, Plain] = {}
    remarks = _moved_on(written, rules)
    for name, raw in {**aside, **data}.items():
        question, where = rules.questions.get(name), document.place((*within, name))
        missing = Unreadable(_missing(name, rules), "")
        answer = answer_to(question, raw, Origin.FILE, where) if question else missing
        if isinstance(answer, Unreadable):
            strange[name] = raw
            fits = f"{name}: {str(raw)[:_SHORT]} no longer fits: {answer.message}"
            remarks.append(f"{fits}. It stays in the file.")
        elif answer is None:
            unknown.append(name)
        else:
            answers[name] = answer
    around, notes = (written, "") if within else ("", "".join(_notes(written.splitlines())))
    notes = "" if written.startswith(_TEMPLATE) else notes
    return Saved(Situation(answers), tuple(unknown), strange, around, notes, tuple(remarks))


def _notes(lines: Iterable[str]) -> Iterator[str]:
    """What a person wrote in comments, each on a line of its own, with what it stood beside."""
    for line in lines:
        if re.search(r"(?:^|\s)#", line) and not (note := line.strip()).startswith(_OURS):
            yield f"{note}\n" if note.startswith("#") else f"# {note}\n"


def _heading(rules: RuleSet) -> str:
    return f"{rules.name} {rules.version} {rules.digest}"


def _moved_on(written: str, rules: RuleSet) -> list[str]:
    """Whether the rules have changed since the file was written."""
    first = written.partition("\n")[0].rstrip()
    head = next((head for head in (HEAD, _OLD_HEAD) if first.startswith(head)), None)
    if head is None or first == f"{head}{_heading(rules)}":
        return []
    was = " ".join(first.removeprefix(head).split()[:2])
    now = f"now {rules.name} {rules.version}"
    return [f"The rules have changed since: answered under {was}, {now}."]


def _missing(name: str, rules: RuleSet) -> str:
    near = nearest(name, list(rules.questions))
    return "there is no such question" + (f" ({near})" if near else "")


def _aside(written: str, name: str) -> dict[str, Plain]:
    lines = [li.removeprefix(_ASIDE) for li in written.splitlines() if li.startswith(_ASIDE)]
    try:
        return mapping(read_yaml("\n".join(lines), name).data) if lines else {}
    except LlmAdaptError:
        return {}


def _in_project(project: str, answers: str) -> str:
    """The project file with its answers replaced; the comments around them stay."""
    document = read_yaml(project, "project")
    lines = project.splitlines(keepends=True)
    first = document.keys["answers",][0]
    last = _end(document, lines, first)
    inside = [
        f"  {line}" for line in [*_notes(lines[first:last]), *answers.splitlines(keepends=True)]
    ]
    return "".join([*lines[: first - 1], "answers:\n", *inside, *lines[last:]])


def _end(document: Document, lines: list[str], first: int) -> int:
    """The number of the last line of the answers."""
    later = [place[0] for key, place in document.keys.items() if len(key) == 1 and place[0] > first]
    last = min(later) - 1 if later else len(lines)
    while last > first and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
        last -= 1
    return last
