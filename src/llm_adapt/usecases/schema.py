"""JSON Schemas: of an answers file, of a rule file, of the result."""

from typing import Any

from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.rules import load_rules
from llm_adapt.files.schema import (
    answers_schema,
    project_schema,
    result_schema,
    ruleset_schema,
)
from llm_adapt.report.borders import json_text
from llm_adapt.report.json_v1 import RENAMED, SCHEMA
from llm_adapt.rules.advice import Advice


def schema_text(subject: str, rules: str) -> str:
    """The schema of a subject as JSON text."""
    if subject in {"audit", "check", "lock"}:
        return (builtin_rules() / "schema" / f"{subject}.schema.json").read_text("utf-8")
    return json_text(_schema(subject, rules))


def _schema(subject: str, rules: str) -> dict[str, Any]:
    if subject == "rules":
        return ruleset_schema()
    if subject == "project":
        answers = answers_schema(load_rules(rules))
        return project_schema({k: v for k, v in answers.items() if not k.startswith("$")})
    if subject == "advice":
        return _advice()
    return answers_schema(load_rules(rules))


def _advice() -> dict[str, Any]:
    body = result_schema(Advice)
    body["required"] = ["schema", *body["properties"]]
    body["properties"] = {"schema": {"const": SCHEMA}, **body["properties"]}
    for record in body["$defs"].values():
        if names := record.get("properties"):
            record["properties"] = {RENAMED.get(name, name): told for name, told in names.items()}
            record["required"] = list(record["properties"])
    dated = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**body, **dated, "title": "llm-adapt advice, version 1"}
