"""The questionnaire of a rule set as a pydantic model: every answer may be unknown."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    create_model,
)

from llm_adapt.files.amounts import read_value
from llm_adapt.rules.model import Kind, Question, RuleSet
from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.rules.value import LARGEST, Unreadable, Value, shown


def questionnaire(rules: RuleSet) -> type[BaseModel]:
    """A frozen pydantic model with one optional field for each question.

    It accepts and refuses exactly what an answers file may say: both ask `Question.read`.
    """
    fields: dict[str, Any] = {
        question.id: (_type(question), Field(None, description=f"{question.ask} {question.help}"))
        for question in rules.questions.values()
    }
    config = ConfigDict(frozen=True, extra="forbid", title=f"Answers ({rules.name})")
    return create_model("Answers", __config__=config, **fields)


def situation_from_model(answers: BaseModel, rules: RuleSet) -> Situation:
    """The situation that a filled questionnaire describes."""
    found: dict[str, Answer] = {}
    for question in rules.questions.values():
        value = read_value(question, getattr(answers, question.id))
        if value is not None and not isinstance(value, Unreadable):
            found[question.id] = Answer(value, Origin.FILE)
    return Situation(found)


# Editors that read YAML 1.2 take `2_000` and `7e9` for text; people write `5k` and `500 pages`.
_NUMERAL = Annotated[str, StringConstraints(pattern=r"^[^0-9-]{0,20}[+-]?[.0-9].{0,80}$")]


def _type(question: Question) -> Any:  # noqa: ANN401 (a type made at run time)
    shape: Any
    match question.kind:
        case Kind.CHOICE:
            shape = Literal[tuple(question.values)]
        case Kind.SEVERAL:
            shape = list.__class_getitem__(Literal[tuple(question.values)])
        case Kind.YES_NO:
            shape = bool | Literal["yes", "no"]
        case Kind.INTEGER:
            shape = Annotated[int, _bounds(question)] | _NUMERAL
        case Kind.NUMBER:
            shape = Annotated[float, _bounds(question)] | _NUMERAL
    return Annotated[shape | Literal["n/a"] | None, BeforeValidator(_reader(question))]


def _bounds(question: Question) -> Any:  # noqa: ANN401 (pydantic's own word for a field)
    most = LARGEST if question.maximum is None else question.maximum
    if question.positive:
        return Field(gt=question.minimum, le=most)
    return Field(ge=question.minimum, le=most)


def _reader(question: Question) -> Callable[[Any], Any]:
    def read(raw: Any) -> Any:  # noqa: ANN401 (pydantic hands over whatever came)
        value: Value | Unreadable | None = read_value(question, raw)
        if isinstance(value, Unreadable):
            raise ValueError(f"{value.message}; {value.hint}")  # noqa: TRY004 (pydantic's way)
        return shown(value)

    return read
