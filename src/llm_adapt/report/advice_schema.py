"""The JSON Schema of the result, made from the records that the result is made of."""

from typing import Any

from llm_adapt.report.json_v1 import RENAMED, SCHEMA
from llm_adapt.rules.advice import Advice


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
