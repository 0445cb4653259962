"""The form of rule files and answers for pydantic, made from the model; JSON Schema from that."""
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
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    TypeAdapter,
    create_model,
)

from llm_adapt.files.compile import (
    Spec,
    Type,
    class_of,
    is_class,
    members,
    origin_of,
    specs,
    unwrap,
)
from llm_adapt.files.rule_file import WRITTEN, RuleFile
from llm_adapt.rules.model import Condition, Kind, Question, RuleSet
from llm_adapt.rules.project import (
    KINDS,
    REQUIRED,
    Evidence,
    FileName,
    Placed,
    Project,
    Projects,
)
from llm_adapt.rules.value import LARGEST

# The tags of unions begin with `#`: pydantic puts them into the place of an error, where no key of
# a document may be taken for one.
_TAGS: dict[Type, str] = {
    bool: "#yes-no", str: "#text", float: "#number", int: "#number", tuple: "#list", list: "#list",
    dict: "#mapping",
}  # fmt: skip
_CONDITION = "ConditionForm"
_HOME = "https://raw.githubusercontent.com/llm-adapt/llm-adapt/main/rules/schema"
# Editors that read YAML 1.2 take `2_000` and `7e9` for text; people write `5k` and `500 pages`.
_AMOUNT = {"type": "string", "pattern": r"^[^0-9-]{0,20}[+-]?[.0-9].{0,80}$"}
_ANSWER = str | bool | float | tuple[str, ...] | None


class Strict(BaseModel):
    """Frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


def ruleset_schema() -> dict[str, Any]:
    """The JSON Schema of one file of a rule set."""
    return _dated("ruleset", rule_file().model_json_schema(by_alias=True))


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


def answers_schema(rules: RuleSet) -> dict[str, Any]:
    """The JSON Schema of an answers file for a rule set; every answer may be unknown."""
    return _dated(
        "answers",
        {
            "title": f"Answers ({rules.name})",
            "type": "object",
            "additionalProperties": False,
            "properties": {q.id: _answer(q) for q in rules.questions.values()},
        },
    )


def _answer(question: Question) -> dict[str, Any]:
    choice: dict[str, Any] = {"enum": list(question.values)}
    least = "exclusiveMinimum" if question.positive else "minimum"
    most = LARGEST if question.maximum is None else question.maximum
    bounds = {least: question.minimum, "maximum": most}
    kinds: dict[Kind, list[dict[str, Any]]] = {
        Kind.CHOICE: [choice],
        Kind.SEVERAL: [{"type": "array", "items": choice}],
        Kind.YES_NO: [{"type": "boolean"}, {"enum": ["yes", "no", "true", "false"]}],
        Kind.INTEGER: [{"type": "integer", **bounds}, _AMOUNT],
        Kind.NUMBER: [{"type": "number", **bounds}, _AMOUNT],
    }
    shapes = [*kinds[question.kind], {"const": "n/a"}, {"type": "null"}]
    return {"description": f"{question.ask} {question.help}", "anyOf": shapes}


def _dated(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "$id": f"{_HOME}/{name}.schema.json", **schema}


@cache
def format_keys() -> frozenset[str]:
    """Every key that the format of rule files knows."""
    schema = ruleset_schema()
    parts = [schema, *schema["$defs"].values()]
    return frozenset(key for part in parts for key in part.get("properties", ()))


@cache
def rule_file() -> type[BaseModel]:
    """The form of one file of a rule set."""
    condition = _bare(Condition)
    for cls in filter(is_class, WRITTEN[Condition]):
        _form(cls).model_rebuild(_types_namespace={_CONDITION: condition})
    return _form(RuleFile)


@cache
def _form(cls: Type) -> type[BaseModel]:
    """The form of a class: its fields by the words of the file, and nothing else."""
    # In a project file a key without a value is as good as none.
    nullable = issubclass(cls, Placed)
    fields: dict[str, Any] = {spec.name: _field(spec, nullable=nullable) for spec in specs(cls)}
    return create_model(cls.__name__, __base__=Strict, __doc__=cls.__doc__, **fields)


def _evidence(name: str) -> type[BaseModel]:
    """The form of one kind of evidence: its file or command, and its options."""
    kind = KINDS[name]
    target = list[str] if kind.runs else _annotation(FileName)
    fields: dict[str, Any] = {name: (target, ...)}
    for option, (hint, default) in kind.options.items():
        form = _annotation(hint)
        fields[option] = (form, ...) if default is REQUIRED else (Union[form, None], default)
    about = f"{kind.text}. For example: {kind.example}"
    return create_model(name, __base__=Strict, __doc__=about, **fields)


def _field(spec: Spec, *, nullable: bool) -> tuple[Any, Any]:
    about = unwrap(spec.kind)[1].limits.get("description")
    more: dict[str, Any] = {"description": about} if about else {}
    if spec.key != spec.name:
        more["alias"] = spec.key
    if spec.default is not MISSING:
        more["default"] = list(spec.default) if isinstance(spec.default, tuple) else spec.default
        if is_class(spec.default):
            more["default"] = None
    kind = _annotation(spec.kind)
    return Union[kind, None] if nullable and spec.default is not MISSING else kind, Field(**more)


def _annotation(kind: Type) -> Any:  # noqa: ANN401 (a type made at run time)
    base, form = unwrap(kind)
    limits: dict[str, Any] = {k: v for k, v in form.limits.items() if k != "description"}
    found = _bare(form.shape or base, short=form.short)
    if limits and base is str:
        return Annotated[found, StringConstraints(**limits)]
    return Annotated[found, Field(**limits)] if limits else found


def _bare(kind: Type, *, short: bool = False) -> Any:  # noqa: ANN401, PLR0911 (one a kind of type)
    origin, inner = origin_of(kind), get_args(kind)
    if isinstance(kind, str | ForwardRef):
        # Plain data that the model keeps is answers.
        named = kind in ("Condition", ForwardRef("Condition"))
        return ForwardRef(_CONDITION) if named else _bare(_ANSWER)
    if kind is Evidence:
        return Union[tuple(_evidence(name) for name in KINDS)]
    if short:
        whole = next(cls for cls in (*inner, kind) if is_class(cls))
        return _tagged(kind, (whole, specs(whole)[0].kind))
    if origin in (tuple, list):
        return list.__class_getitem__(_annotation(inner[0]))
    if origin in (Mapping, dict):
        return dict.__class_getitem__((_annotation(inner[0]), _annotation(inner[1])))
    if isinstance(kind, EnumType):
        return Literal[tuple(kind.__members__[name].value for name in kind.__members__)]
    several = members(kind)
    if several == (kind,):
        return _form(kind) if is_class(kind) else kind
    found = _tagged(kind, several) if len(several) > 1 else _annotation(several[0])
    return Union[found, None] if NoneType in inner else found


def _tagged(kind: Type, several: tuple[Type, ...]) -> Any:  # noqa: ANN401 (a type made at run time)
    """A union whose member is known before it is tried, so that one fault is told once."""
    tags = {_tag(one): _form(one) if is_class(one) else _annotation(one) for one in several}
    first = next(iter(tags))

    def pick(value: object) -> str:
        cls = class_of(kind, value) if isinstance(value, dict) else None
        plain = (tag for type_, tag in _TAGS.items() if isinstance(value, type_))
        wanted = _tag(cls) if cls else next(plain, first)
        return wanted if wanted in tags else first

    choices = tuple(Annotated[form, Tag(tag)] for tag, form in tags.items())
    return Annotated[Union[choices], Discriminator(pick)]


def _tag(kind: Type) -> str:
    base = unwrap(kind)[0]
    return f"#{specs(base)[0].key}" if is_class(base) else _TAGS[origin_of(base) or base]
