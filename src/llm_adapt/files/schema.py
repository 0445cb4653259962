"""JSON Schema of the files that people write, made from the types of the model."""

from collections.abc import Mapping
from dataclasses import MISSING
from datetime import date
from enum import EnumType
from inspect import cleandoc
from types import NoneType
from typing import Annotated, Any, Literal, get_args

from llm_adapt.files.compile import Spec, Type, is_class, members, origin_of, specs, unwrap
from llm_adapt.files.form import choices, options_of, written
from llm_adapt.files.rule_file import RuleFile
from llm_adapt.rules.form import Form
from llm_adapt.rules.model import Kind, Question, RuleSet
from llm_adapt.rules.project import KINDS, Evidence, Placed, Project, Projects
from llm_adapt.rules.value import LARGEST

_HOME = "https://raw.githubusercontent.com/llm-adapt/llm-adapt/main/rules/schema"
# Editors that read YAML 1.2 take `2_000` and `7e9` for text; people write `5k` and `500 pages`.
_AMOUNT = {"type": "string", "pattern": r"^[^0-9-]{0,20}[+-]?[.0-9].{0,80}$"}
_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"format": "date", "type": "string"},
    Any: {},
}
_NULL = {"type": "null"}
_AS_IT_IS = Form(shape=None)
# What a note on a type is called in a schema, by what it stands at.
_LIMITS = {
    "string": {"min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"},
    "array": {"min_length": "minItems"},
    "object": {"min_length": "minProperties"},
    "integer": {"ge": "minimum", "le": "maximum"},
    "number": {"ge": "minimum", "le": "maximum"},
}


def ruleset_schema() -> dict[str, Any]:
    """The JSON Schema of one file of a rule set."""
    schemas = _Schemas()
    schemas.of(RuleFile)
    whole = schemas.found.pop(RuleFile.__name__)
    return _dated("ruleset", _in_order({"$defs": schemas.found, **whole}))


def project_schema(answers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON Schema of `llm-adapt.yaml`: one project, or several under `projects`.

    `answers` is the schema of an answers file: with it an editor knows what each question takes.
    """
    schemas = _Schemas()
    either = [schemas.of(cls) for cls in (Project, Projects)]
    whole = _in_order({"$defs": schemas.found, "anyOf": either})
    if answers:
        whole["$defs"]["answers"] = dict(answers)
        shapes = [{"type": "string"}, {"$ref": "#/$defs/answers"}]
        whole["$defs"]["Project"]["properties"]["answers"] = {"anyOf": shapes}
    return _dated("project", {"title": "llm-adapt project file", **whole})


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


class _Schemas:
    """Makes schemas of types, and keeps those of classes, which others refer to."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def of(self, kind: Type) -> dict[str, Any]:
        """The schema of a type."""
        base, form = unwrap(kind)
        schema = self._bare(written(form.shape or base), form)
        named = _LIMITS.get(schema.get("type", ""), {})
        return {**schema, **{named[k]: v for k, v in vars(form).items() if k in named}}

    def _bare(self, kind: Type, form: Form) -> dict[str, Any]:  # noqa: PLR0911 (one a kind of type)
        origin, inner = origin_of(kind), get_args(kind)
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind is Evidence:
            return {"anyOf": [self._evidence(name) for name in KINDS]}
        if form.short:
            whole = members(kind)[0]
            return {"oneOf": [self._class(whole), self.of(specs(whole)[0].kind)]}
        if origin in (tuple, list):
            return {"items": self.of(inner[0]), "type": "array"}
        if origin in (Mapping, dict):
            pattern = unwrap(inner[0])[1].pattern
            values = self.of(inner[1])
            within: dict[str, Any] = {"patternProperties": {pattern: values}} if pattern else {}
            return {"type": "object", **(within or {"additionalProperties": values or True})}
        if origin is Literal or isinstance(kind, EnumType):
            return {"enum": [*choices(kind)], "type": "string"}
        if members(kind) == (kind,):
            return self._class(kind)
        several = [self.of(Annotated[member, form.also(_AS_IT_IS)]) for member in members(kind)]
        found = {"oneOf": several} if len(several) > 1 else several[0]
        return {"anyOf": [found, _NULL]} if NoneType in inner else found

    def _class(self, cls: Type) -> dict[str, Any]:
        """A reference to the schema of a class: its fields by the words of a file, and no more."""
        nullable = issubclass(cls, Placed)
        return self._kept(cls.__name__, cleandoc(cls.__doc__), specs(cls), nullable=nullable)

    def _evidence(self, name: str) -> dict[str, Any]:
        about = f"{KINDS[name].text}. For example: {KINDS[name].example}"
        return self._kept(name, about, options_of(name), nullable=True)

    def _kept(
        self, name: str, about: str, fields: tuple[Spec, ...], *, nullable: bool
    ) -> dict[str, Any]:
        if name not in self.found:
            self.found[name] = {}  # for what refers to itself
            needed = [field.key for field in fields if field.default is MISSING]
            self.found[name] = {
                "additionalProperties": False,
                "description": about,
                "properties": {f.key: self._field(f, nullable=nullable) for f in fields},
                **({"required": needed} if needed else {}),
                "title": name,
                "type": "object",
            }
        return {"$ref": f"#/$defs/{name}"}

    def _field(self, spec: Spec, *, nullable: bool) -> dict[str, Any]:
        schema, about = self.of(spec.kind), unwrap(spec.kind)[1].description
        default = spec.default
        if default is not MISSING:
            # In a project file a key without a value is as good as none.
            schema = _or_null(schema) if nullable else schema
            schema = {**schema, "default": None if is_class(default) else default}
        return _titled(spec.key, {**schema, **({"description": about} if about else {})})


def _in_order(schema: Any, *, named: bool = False) -> Any:  # noqa: ANN401 (plain data)
    """The words of a schema in the order of the alphabet, its properties in that of the file."""
    if isinstance(schema, list):
        return [_in_order(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    keys = schema if named else sorted(schema)
    return {key: _in_order(schema[key], named=key == "properties") for key in keys}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return schema if _NULL in schema.get("anyOf", []) else {"anyOf": [schema, _NULL]}


def _titled(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    shapes = [shape for shape in schema.get("anyOf", [schema]) if shape != _NULL]
    if len(shapes) == 1 and "$ref" in shapes[0]:
        return schema
    return {**schema, "title": key.replace("_", " ").title()}
