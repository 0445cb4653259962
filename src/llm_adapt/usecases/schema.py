"""JSON Schemas: of an answers file, of a rule file, of the result."""

from typing import Any

from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.rules import load_rules
from llm_adapt.files.schema import answers_schema, project_schema, ruleset_schema
from llm_adapt.report.borders import json_text
from llm_adapt.report.json_v1 import advice_schema


def schema_text(subject: str, rules: str) -> str:
    """The schema of a subject as JSON text."""
    if subject in {"audit", "check", "lock"}:
        return (builtin_rules() / "schema" / f"{subject}.schema.json").read_text("utf-8")
    schema: dict[str, Any]
    if subject == "rules":
        schema = ruleset_schema()
    elif subject == "advice":
        schema = advice_schema()
    else:
        schema = answers_schema(load_rules(rules))
        if subject == "project":
            schema = project_schema({k: v for k, v in schema.items() if not k.startswith("$")})
    return json_text(schema)
