"""Records as JSON: what a report says, for programs. Advice is `llm-adapt/advice/v1`."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any

from llm_adapt.report.borders import json_text
from llm_adapt.rules.advice import Advice
from llm_adapt.rules.value import Between, shown

SCHEMA = "llm-adapt/advice/v1"
# `from` is a word of Python, so a record cannot have a field of that name.
RENAMED = {"before": "from", "after": "to"}


def as_data(value: object) -> Any:  # noqa: ANN401 (plain data, whatever it is)
    """A record, and all records in it, as what JSON is made of; fields keep their order."""
    if type(value) in (str, int, float, bool, NoneType):
        return value
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {key: as_data(getattr(value, name)) for name, key in _keys(type(value))}
    if isinstance(value, Mapping):
        return {str(name): as_data(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_data(item) for item in value]
    return shown(value) if isinstance(value, Between) else value


@cache
def _keys(cls: type) -> list[tuple[str, str]]:
    """The fields of a record with their keys."""
    return [(field.name, RENAMED.get(field.name, field.name)) for field in fields(cls)]


def v1(kind: str, told: object) -> dict[str, Any]:
    """A record as a document of the schema `llm-adapt/KIND/v1`, with its keys in a fixed order."""
    return {"schema": f"llm-adapt/{kind}/v1", **as_data(told)}


def advice_json(advice: Advice) -> str:
    """The advice as JSON text."""
    return json_text(v1("advice", advice))


def advice_schema() -> dict[str, Any]:
    """The schema; readers must accept keys it does not name, as later versions may add some."""
    # Only this command needs it, and it takes longer to import than everything else.
    from pydantic import TypeAdapter  # noqa: PLC0415

    body = TypeAdapter(Advice).json_schema(mode="serialization")
    body["required"] = ["schema", *body["properties"]]
    body["properties"] = {"schema": {"const": SCHEMA}, **body["properties"]}
    for record in body["$defs"].values():
        names = record.get("properties", {})
        if names:
            record["properties"] = {RENAMED.get(name, name): told for name, told in names.items()}
            record["required"] = list(record["properties"])
    return {
        **body,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "llm-adapt advice, version 1",
    }
