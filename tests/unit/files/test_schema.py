import pytest
from jsonschema import Draft202012Validator

from llm_adapt.files.amounts import answer_to
from llm_adapt.files.rules import load_rules
from llm_adapt.files.schema import answers_schema, ruleset_schema
from llm_adapt.rules.value import Unreadable


@pytest.fixture(scope="module")
def rules():
    return load_rules("current")


@pytest.fixture(scope="module")
def validator(rules):
    schema = answers_schema(rules)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"task_type": None},
        {"task_type": "qa", "citations": "no", "team_skills": []},
        {"labeled_examples": 7e9},
        {"labeled_examples": "2_000"},
        {"unlabeled_tokens": "7e9"},
        {"base_model_available": True},
        {"base_model_available": "no"},
        {"latency_p95_ms": "n/a"},
    ],
)
def test_the_schema_of_answers_takes_what_the_tool_takes(validator, rules, answers):
    assert validator.is_valid(answers)
    read = [answer_to(rules.questions[name], raw) for name, raw in answers.items()]
    assert not any(isinstance(value, Unreadable) for value in read)


@pytest.mark.parametrize(
    "answers",
    [
        {"task_typ": "qa"},
        {"task_type": "summarisation"},
        {"labeled_examples": -1},
        {"labeled_examples": 2.5},
        {"labeled_examples": 1e19},
        {"labeled_examples": "many"},
        {"team_skills": "prompting"},
        {"baseline_score": 1.5},
        {"base_model_params_b": 0},
        [],
    ],
)
def test_the_schema_of_answers_refuses_what_the_tool_refuses(validator, answers):
    assert not validator.is_valid(answers)


def test_the_schema_of_rules_is_one_and_knows_every_key():
    schema = ruleset_schema()
    Draft202012Validator.check_schema(schema)
    parts = [schema, *schema["$defs"].values()]
    keys = {key for part in parts for key in part["properties"]}
    assert {
        "rules",
        "when",
        "not",
        "all",
        "departures",
        "because",
        "ended_at",
        "in",
    } <= keys
    assert "'not_'" not in str(schema)
