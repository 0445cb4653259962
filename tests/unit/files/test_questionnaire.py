import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from llm_adapt.files.answers import parse_answers
from llm_adapt.files.questionnaire import questionnaire, situation_from_model
from llm_adapt.files.rules import load_rules
from llm_adapt.files.schema import answers_schema, format_keys, ruleset_schema


@pytest.fixture(scope="module")
def rules():
    return load_rules("current", use_cache=False)


@pytest.fixture(scope="module")
def model(rules):
    return questionnaire(rules)


@pytest.fixture(scope="module")
def validator(rules):
    schema = answers_schema(rules)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_every_question_is_a_field_that_may_be_unknown(rules, model):
    assert set(model.model_fields) == set(rules.questions)
    assert all(value is None for value in model().model_dump().values())


def test_a_filled_model_is_the_situation_of_the_file(rules, model):
    text = b"task_type: qa\nteam_skills: [prompting]\nbase_model_available: yes\nunlabeled_tokens: 7e9\nlatency_p95_ms: n/a\n"
    situation = parse_answers(text, rules.questions)
    filled = model(
        task_type="qa",
        team_skills=["prompting"],
        base_model_available=True,
        unlabeled_tokens="7e9",
        latency_p95_ms="n/a",
    )
    assert situation_from_model(filled, rules).values() == situation.values()


def test_the_model_is_frozen_and_knows_no_other_field(model):
    with pytest.raises(ValidationError, match="frozen"):
        model().task_type = "qa"
    with pytest.raises(ValidationError, match="Extra inputs"):
        model(task_typ="qa")


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
def test_the_schema_of_answers_takes_what_the_tool_takes(validator, model, answers):
    assert validator.is_valid(answers)
    model(**answers)


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
    assert {
        "rules",
        "when",
        "not",
        "all",
        "departures",
        "because",
        "ended_at",
        "in",
    } <= format_keys()
    assert "'not_'" not in str(schema)
