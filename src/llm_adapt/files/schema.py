"""JSON Schema for editors and agents, made from the models that read the files."""

from typing import Any

from pydantic import BaseModel

from llm_adapt.files import format as words
from llm_adapt.files import rule_format
from llm_adapt.files.questionnaire import questionnaire
from llm_adapt.rules.model import RuleSet


def ruleset_schema() -> dict[str, Any]:
    """The JSON Schema of one file of a rule set."""
    schema = rule_format.RuleFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def format_keys() -> set[str]:
    """Every key that the format of rule files knows, as it is written in YAML."""
    keys: set[str] = set()
    for value in [*vars(rule_format).values(), *vars(words).values()]:
        if isinstance(value, type) and issubclass(value, BaseModel):
            for name, info in value.model_fields.items():
                keys.add(info.alias or name)
    return keys


def answers_schema(rules: RuleSet) -> dict[str, Any]:
    """The JSON Schema of an answers file for a rule set."""
    schema = questionnaire(rules).model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
