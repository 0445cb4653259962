"""An answers file, a preset, stdin or `field=value` options into a situation; and back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from llm_adapt.errors import LlmAdaptError, UsageError, raise_all
from llm_adapt.files.amounts import answer_to
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.scalar import scalar
from llm_adapt.files.yaml_file import (
    MAX_FAULTS,
    Document,
    Reading,
    check_size,
    decode,
    dump_yaml,
    read_file,
    read_yaml,
)
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping, sequence
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import Unreadable, as_written, nearest, quoted

# A file may say more than its answers (a project file, a case); these keys are its frame.
_FRAME = "answers"
_FORM = "write for example: task_type: qa"
Questions = Mapping[str, Question]


def read_answers(path: Path, questions: Questions) -> Situation:
    """The situation an answers file describes.

    Raises:
        LlmAdaptError: The file or any answer in it is wrong; all faults are told at once.
    """
    return situation_of(read_file(path), questions)


def parse_answers(raw: bytes, questions: Questions, name: str = "<stdin>") -> Situation:
    """The situation that text from elsewhere (stdin) describes.

    Raises:
        LlmAdaptError: The text or any answer in it is wrong; all faults are told at once.
    """
    return situation_of(read_yaml(decode(check_size(raw, name), name), name), questions)


def situation_of(
    document: Document,
    questions: Questions,
    path: PlainPath = (),
    origin: Origin = Origin.FILE,
) -> Situation:
    """The answers in a document: its top level, or what stands under `answers`.

    Raises:
        LlmAdaptError: Something in it is no answer; all faults are told at once.
    """
    data: Plain = document.data
    for step in path:
        data = mapping(data).get(str(step))
    if isinstance(data, dict) and _FRAME in data and _FRAME not in questions:
        path, data = (*path, _FRAME), data[_FRAME]
    where = document.place(path)
    if not isinstance(data, dict):
        raise LlmAdaptError("answers are `field: value` lines, not a list", where, _FORM)
    if not data:
        raise LlmAdaptError("there are no answers here", where, _FORM)
    return _Answers(document, path, questions, origin).read(data)


class _Answers(Reading):
    """Reads the answers of one mapping."""

    def __init__(
        self, document: Document, path: PlainPath, questions: Questions, origin: Origin
    ) -> None:
        super().__init__(document)
        self.path, self.questions, self.origin = path, questions, origin

    def read(self, data: dict[str, Plain]) -> Situation:
        """The situation, or every fault at once."""
        # `answers:` with a question beside it: the author thinks that both are read.
        outer = self.path[:-1]
        for name in self.questions if self.path[-1:] == (_FRAME,) else ():
            if (*outer, name) in self.document.keys:
                message = f"{name} stands beside {_FRAME}"
                self.fault(message, (*outer, name), f"move it under {_FRAME}", key=True)
        answers: dict[str, Answer] = {}
        for name, raw in data.items():
            path = (*self.path, name)
            if len(self.faults) >= MAX_FAULTS:
                message = "too many faults, the rest was not read"
                self.fault(message, path, "mend these first", key=True)
                break
            answer = self._answer(name, raw, path)
            if answer is not None:
                answers[name] = answer
        raise_all(self.faults)
        return Situation(answers)

    def _answer(self, name: str, raw: Plain, path: PlainPath) -> Answer | None:
        question = self.questions.get(name)
        if question is None:
            message, hint = _no_question(name, self.questions)
            self.fault(message, path, hint, key=True)
            return None
        answer = answer_to(question, raw, self.origin, self.document.place(path))
        if not isinstance(answer, Unreadable):
            return answer
        items = sequence(raw) if question.kind is Kind.SEVERAL else []
        read = [(index, question.read([item])) for index, item in enumerate(items)]
        wrong = [((*path, index), item) for index, item in read if isinstance(item, Unreadable)]
        for where, item in wrong[:MAX_FAULTS] or [(path, answer)]:
            self.fault(item.message, where, item.hint)
        return None


def _no_question(name: str, questions: Questions) -> tuple[str, str]:
    """What is said of a name that is no question, and the way out."""
    hint = nearest(name, questions) or "they are listed by: llm-adapt questions"
    return f"there is no question {quoted(name)}", hint


def preset_files() -> dict[str, Path]:
    """What is shipped as typical of common kinds of project, by name."""
    return {path.stem: path for path in sorted((builtin_rules() / "presets").glob("*.yaml"))}


def read_preset(name: str, questions: Questions) -> tuple[dict[str, Any], dict[str, Answer]]:
    """A preset, and its answers, which are assumed until somebody confirms them.

    Raises:
        LlmAdaptError: There is none of that name, or it has answers that do not fit the rule set.
    """
    files = preset_files()
    if name not in files:
        near = nearest(name, files)
        hint = f"{near} All: {', '.join(files)}" if near else f"it is one of {', '.join(files)}"
        raise UsageError(f"there is no preset {name}", None, hint)
    document = read_file(files[name], f"presets/{name}.yaml")
    preset: Any = document.data
    answers = dict(situation_of(document, questions, origin=Origin.ASSUMED).answers)
    for field, answer in answers.items():
        by = [source for source, said in preset["sources"].items() if field in said["for"]]
        answers[field] = replace(answer, by=f"after {', '.join(by)}" if by else "by us")
    return preset, answers


def with_options(situation: Situation, settings: Iterable[str], questions: Questions) -> Situation:
    """The situation with `field=value` options laid over it; an empty value makes it unknown.

    Raises:
        UsageError: A setting names no question or gives no answer to it; all faults are told at
            once, as a `FaultsError` of usage errors when there are several.
    """
    faults: list[LlmAdaptError] = []
    for setting in settings:
        try:
            situation = situation.having(*_option(setting, questions))
        except UsageError as error:
            faults.append(error)
    raise_all(faults)
    return situation


def _option(setting: str, questions: Questions) -> tuple[str, Answer | None]:
    name, equals, written = (part.strip() for part in setting.partition("="))
    if not equals:
        raise UsageError(f"--set {quoted(setting)} has no value", None, "write --set field=value")
    question = questions.get(name)
    if question is None:
        message, hint = _no_question(name, questions)
        raise UsageError(f"--set: {message}", None, hint)
    answer = answer_to(question, option_value(question, written), Origin.OPTION)
    if isinstance(answer, Unreadable):
        raise UsageError(f"--set: {answer.message}", None, answer.hint)
    return name, answer


def option_value(question: Question, written: str) -> Plain:
    """The plain value of an option: `[a, b]` and `a,b` are lists where a list is due."""
    if written == "?":
        return None
    if question.kind is not Kind.SEVERAL or scalar(written, plain=True) is None:
        return scalar(written, plain=True)
    if written == "n/a":
        return written
    inside = written.removeprefix("[").removesuffix("]")
    return [item.strip().strip("'\"") for item in inside.split(",") if item.strip()]


def answers_data(situation: Situation, questions: Questions) -> dict[str, Plain]:
    """The answers as a file keeps them, in the order of the questions."""
    given = situation.answers
    return {name: as_written(given[name].value) for name in questions if name in given}


def answers_yaml(situation: Situation, questions: Questions) -> str:
    """The text of an answers file."""
    # Nothing known is written as one unknown, so that the file can be read again.
    answers = answers_data(situation, questions) or dict.fromkeys([*questions][:1])
    return dump_yaml(answers)


def answers_skeleton(questions: Questions) -> list[str]:
    """The lines of an answers file that answers nothing: every question, what it takes, open."""
    lines: list[str] = []
    block = ""
    for question in questions.values():
        if question.block != block:
            block = question.block
            lines += ["", f"# --- {_flat(block)} ---"]
        taken = question.allowed()
        lines.append(f"# {_flat(question.ask)}")
        if question.values:
            lines += [f"#   {name}: {_flat(label)}" for name, label in question.values.items()]
            listed = question.kind is Kind.SEVERAL
            taken = f"any of these, as [{', '.join([*question.values][:2])}]" if listed else ""
        lines += [f"#   {_flat(taken)}"] if taken else []
        lines.append(f"{question.id}:")
    return lines


def _flat(text: str) -> str:
    """One line of a comment."""
    flat = " ".join(text.split())
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in flat)
