"""An answers file, stdin or `field=value` options into a situation; and back into a file."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, UsageError, raise_all
from llm_adapt.model.location import Location
from llm_adapt.model.plain import Path as PlainPath
from llm_adapt.model.plain import Plain, mapping
from llm_adapt.model.question import Question, Unreadable, shown
from llm_adapt.model.situation import Answer, Origin, Situation
from llm_adapt.sources.faults import nearest
from llm_adapt.sources.yaml_file import (
    Document,
    check_size,
    decode,
    dump_yaml,
    read_file,
    read_yaml,
    scalar,
)

STDIN = "<stdin>"
# A file may say more than its answers (a project file, a case); these keys are its frame.
_FRAME = "answers"
Questions = Mapping[str, Question]


def read_answers(path: Path, questions: Questions) -> Situation:
    """The situation an answers file describes.

    Raises:
        LlmAdaptError: The file or any answer in it is wrong; all faults are told at once.
    """
    return situation_of(read_file(path), questions)


def parse_answers(raw: bytes, questions: Questions, name: str = STDIN) -> Situation:
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
    answers: dict[str, Answer] = {}
    faults: list[LlmAdaptError] = []
    for name, raw in data.items():
        place = document.place((*path, name))
        question = questions.get(name)
        if question is None:
            hint = nearest(name, list(questions)) or "see: llm-adapt schema answers"
            key = document.key_place((*path, name))
            faults.append(LlmAdaptError(f"there is no question {name}", key, hint))
            continue
        value = question.read(raw)
        if isinstance(value, Unreadable):
            faults.append(LlmAdaptError(value.message, place, value.hint))
        elif value is not None:
            answers[name] = Answer(value, origin, place)
    raise_all(faults)
    return Situation(answers)


_FORM = "write for example: task_type: qa"


def with_options(situation: Situation, settings: Iterable[str], questions: Questions) -> Situation:
    """The situation with `field=value` options laid over it; an empty value makes it unknown.

    Raises:
        UsageError: A setting names no question or gives no answer to it.
    """
    faults: list[LlmAdaptError] = []
    for setting in settings:
        name, equals, written = setting.partition("=")
        question = questions.get(name.strip())
        if question is None or not equals:
            hint = nearest(name, list(questions)) if equals else "write --set field=value"
            faults.append(UsageError(f"--set {setting}: there is no question {name}", None, hint))
            continue
        value = question.read(option_value(question, written.strip()))
        if isinstance(value, Unreadable):
            faults.append(UsageError(f"--set {setting}: {value.message}", None, value.hint))
            continue
        answer = None if value is None else Answer(value, Origin.OPTION)
        situation = situation.having(question.id, answer)
    if faults:
        raise UsageError("\n".join(line for fault in faults for line in fault.lines()))
    return situation


def option_value(question: Question, written: str) -> Plain:
    """The plain value of an option: `[a, b]` and `a,b` are lists where a list is due."""
    if question.kind == "several" and written not in {"", "n/a", "null", "?"}:
        inside = written.removeprefix("[").removesuffix("]")
        return [item.strip() for item in inside.split(",") if item.strip()]
    return None if written == "?" else scalar(written, plain=True)


def answers_yaml(situation: Situation, questions: Questions, modeline: str = "") -> str:
    """The text of an answers file, in the order of the questions."""
    answers = {
        name: shown(situation.answers[name].value)
        for name in questions
        if name in situation.answers
    }
    return f"{modeline}{dump_yaml(answers) if answers else '{}'}"


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Write a file whole or not at all: beside it first, then renamed.

    Raises:
        LlmAdaptError: It cannot be written; what stood there before still does.
    """
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
        ) as stream:
            temporary = Path(stream.name)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o600 if private else _mode(path))
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        message = f"cannot be written: {error.strerror}"
        raise LlmAdaptError(message, Location(str(path)), "nothing was changed") from None


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
