"""JSON Schemas of the files that people write, made by pydantic from the types of the model."""
# ruff: noqa: UP007 (unions made at run time)

from collections.abc import Mapping
from dataclasses import MISSING
from enum import EnumType
from functools import cache
from types import NoneType
from typing import Annotated, Any, ForwardRef, Literal, Union, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    confloat,
    conint,
    constr,
    create_model,
)

from llm_adapt.files.compile import Spec, Type, is_class, members, origin_of, specs, unwrap
from llm_adapt.files.form import choices, options_of, written
from llm_adapt.files.rule_file import WRITTEN, RuleFile
from llm_adapt.rules.model import Condition, Kind, Question, RuleSet
from llm_adapt.rules.project import KINDS, Evidence, Placed, Project, Projects
from llm_adapt.rules.value import LARGEST

_CONDITION = "ConditionForm"
_HOME = "https://raw.githubusercontent.com/llm-adapt/llm-adapt/main/rules/schema"
# Editors that read YAML 1.2 take `2_000` and `7e9` for text; people write `5k` and `500 pages`.
_AMOUNT = constr(pattern=r"^[^0-9-]{0,20}[+-]?[.0-9].{0,80}$")
# What pydantic is told of a note on a type.
_LIMITS = ("ge", "le", "pattern", "min_length", "max_length", "strip_whitespace")


class Strict(BaseModel):
    """An unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid")


def ruleset_schema() -> dict[str, Any]:
    """The JSON Schema of one file of a rule set."""
    condition = _bare(Condition)
    for cls in filter(is_class, WRITTEN[Condition]):
        _form(cls).model_rebuild(_types_namespace={_CONDITION: condition})
    return _dated("ruleset", _form(RuleFile).model_json_schema(by_alias=True))


def project_schema(answers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON Schema of `llm-adapt.yaml`: one project, or several under `projects`.

    `answers` is the schema of an answers file: with it an editor knows what each question takes.
    """
    either: Any = Union[_form(Project), _form(Projects)]
    schema = TypeAdapter(either).json_schema(by_alias=True)
    if answers:
        schema["$defs"]["answers"] = dict(answers)
        shapes = [{"type": "string"}, {"$ref": "#/$defs/answers"}]
        schema["$defs"]["Project"]["properties"]["answers"] = {"anyOf": shapes}
    return _dated("project", {"title": "llm-adapt project file", **schema})


def questionnaire(rules: RuleSet) -> type[BaseModel]:
    """The questionnaire of a rule set: a field for each question, each of which may be unknown."""
    fields: dict[str, Any] = {
        question.id: (
            Union[(*_answers(question), Literal["n/a"], None)],
            Field(None, description=f"{question.ask} {question.help}"),
        )
        for question in rules.questions.values()
    }
    return create_model(f"Answers ({rules.name})", __base__=Strict, __doc__=rules.title, **fields)


def answers_schema(rules: RuleSet) -> dict[str, Any]:
    """The JSON Schema of an answers file for a rule set."""
    return _dated("answers", questionnaire(rules).model_json_schema())


def _answers(question: Question) -> list[Any]:
    """The types of what answers a question."""
    most = LARGEST if question.maximum is None else question.maximum
    bounds: dict[str, Any] = {"gt" if question.positive else "ge": question.minimum, "le": most}
    match question.kind:
        case Kind.CHOICE:
            return [Literal[tuple(question.values)]]
        case Kind.SEVERAL:
            return [list.__class_getitem__(Literal[tuple(question.values)])]
        case Kind.YES_NO:
            return [bool, Literal["yes", "no", "true", "false"]]
        case Kind.INTEGER | Kind.NUMBER:
            number = conint if question.kind is Kind.INTEGER else confloat
            return [number(**bounds), _AMOUNT]


def _dated(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "$id": f"{_HOME}/{name}.schema.json", **schema}


@cache
def _form(cls: Type) -> type[BaseModel]:
    """The form of a class: its fields by the words of the file, and nothing else."""
    return _model(cls.__name__, cls.__doc__, specs(cls), nullable=issubclass(cls, Placed))


@cache
def _evidence(name: str) -> type[BaseModel]:
    """The form of one kind of evidence: its file or command, and its options."""
    about = f"{KINDS[name].text}. For example: {KINDS[name].example}"
    return _model(name, about, options_of(name), nullable=True)


def _model(name: str, about: str, keys: tuple[Spec, ...], *, nullable: bool) -> type[BaseModel]:
    # In a project file a key without a value is as good as none.
    fields: dict[str, Any] = {spec.name: _field(spec, nullable=nullable) for spec in keys}
    return create_model(name, __base__=Strict, __doc__=about, **fields)


def _field(spec: Spec, *, nullable: bool) -> tuple[Any, Any]:
    about, default = unwrap(spec.kind)[1].description, spec.default
    more: dict[str, Any] = {"description": about} if about else {}
    if spec.key != spec.name:
        more["alias"] = spec.key
    kind = _annotation(spec.kind)
    if default is MISSING:
        return kind, Field(**more)
    plain = list(default) if isinstance(default, tuple) else None if is_class(default) else default
    return Union[kind, None] if nullable else kind, Field(plain, **more)


def _annotation(kind: Type) -> Any:  # noqa: ANN401 (a type made at run time)
    base, form = unwrap(kind)
    limits: dict[str, Any] = {k: v for k, v in vars(form).items() if k in _LIMITS}
    found = _bare(written(form.shape or base), short=form.short)
    if limits and base is str:
        return Annotated[found, StringConstraints(**limits)]
    return Annotated[found, Field(**limits)] if limits else found


def _bare(kind: Type, *, short: bool = False) -> Any:  # noqa: ANN401, PLR0911 (one a kind of type)
    origin, inner = origin_of(kind), get_args(kind)
    if isinstance(kind, str | ForwardRef):
        return ForwardRef(_CONDITION)
    if kind is Evidence:
        return Union[tuple(_evidence(name) for name in KINDS)]
    if short:
        whole = members(kind)[0]
        return Union[_form(whole), _annotation(specs(whole)[0].kind)]
    if origin in (tuple, list):
        return list.__class_getitem__(_annotation(inner[0]))
    if origin in (Mapping, dict):
        return dict.__class_getitem__((_annotation(inner[0]), _annotation(inner[1])))
    if isinstance(kind, EnumType):
        return Literal[choices(kind)]
    several = members(kind)
    if several == (kind,):
        return _form(kind) if is_class(kind) else kind
    found: Any = Union[tuple(map(_annotation, several))]
    return Union[found, None] if NoneType in inner else found
