"""The file an interview keeps its answers in: written after each of them, read on --resume."""

from dataclasses import dataclass, field
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.answers import answers_yaml
from llm_adapt.files.faults import nearest
from llm_adapt.files.text_file import write_text
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Plain, mapping
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Unreadable

DEFAULT_NAME = "llm-adapt-answers.yaml"
_RULES = "# rules: "


@dataclass(frozen=True, slots=True)
class Resumed:
    """What a file still says: answers, what nobody knew, and what does not fit any more."""

    situation: Situation
    unknown: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=())


def free_name(folder: Path) -> Path:
    """A name in the folder that no earlier interview has taken."""
    path = folder / DEFAULT_NAME
    number = 2
    while path.exists():
        path = folder / DEFAULT_NAME.replace(".yaml", f"-{number}.yaml")
        number += 1
    return path


def saved_text(situation: Situation, unknown: tuple[str, ...], rules: RuleSet) -> str:
    """The text of the file: an answers file like any other, with what is not known as `null`."""
    text = f"{_RULES}{_heading(rules)}\n"
    if situation.answers:
        text += answers_yaml(situation, rules.questions)
    if unknown:
        text += "# asked, and not known:\n" + "".join(f"{name}: null\n" for name in unknown)
    return text


def save(path: Path, situation: Situation, unknown: tuple[str, ...], rules: RuleSet) -> None:
    """Write the file, whole or not at all, for its owner alone.

    Raises:
        LlmAdaptError: It cannot be written.
    """
    write_text(path, saved_text(situation, unknown, rules), private=True)


def resume(path: Path, rules: RuleSet) -> Resumed:
    """What a saved file still says to this rule set; what does not fit is told, not refused.

    Raises:
        LlmAdaptError: The file cannot be read, or holds no answers at all.
    """
    document = read_file(path)
    data = mapping(document.data)
    data = mapping(data["answers"]) if "answers" in data else data
    if not data:
        hint = "write for example: task_type: qa"
        raise LlmAdaptError("there are no answers here", document.place(()), hint)
    answers: dict[str, Answer] = {}
    unknown: list[str] = []
    remarks = _moved_on(path, rules)
    for name, raw in data.items():
        question = rules.questions.get(name)
        value = Unreadable(_missing(name, rules), "") if question is None else question.read(raw)
        if isinstance(value, Unreadable):
            remarks.append(f"{name}: {_short(raw)} no longer fits: {value.message}")
        elif value is None:
            unknown.append(name)
        else:
            answers[name] = Answer(value, Origin.FILE, document.place((name,)))
    return Resumed(Situation(answers), tuple(unknown), tuple(remarks))


def _heading(rules: RuleSet) -> str:
    return f"{rules.name} {rules.version} {rules.digest}"


def _moved_on(path: Path, rules: RuleSet) -> list[str]:
    """Whether the rules have changed since the file was written."""
    with path.open(encoding="utf-8") as stream:
        first = stream.readline().rstrip()
    if not first.startswith(_RULES) or first == f"{_RULES}{_heading(rules)}":
        return []
    was = " ".join(first.removeprefix(_RULES).split()[:2])
    return [
        f"The rules have changed since: answered under {was}, now {rules.name} {rules.version}."
    ]


def _missing(name: str, rules: RuleSet) -> str:
    near = nearest(name, list(rules.questions))
    return "there is no such question" + (f" ({near})" if near else "")


def _short(raw: Plain) -> str:
    text = str(raw)
    return text if len(text) <= 40 else text[:37] + "..."  # noqa: PLR2004 (columns)
