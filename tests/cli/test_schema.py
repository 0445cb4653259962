import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.files.yaml_file import read_file

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def validator(cli):
    def make(subject):
        outcome = cli("schema", subject)
        assert (outcome.code, outcome.err) == (ExitCode.DONE, "")
        schema = json.loads(outcome.out)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)
        return Draft202012Validator(schema)

    return make


def faults(validator, paths):
    return [
        f"{path.relative_to(ROOT)}: {error.json_path}: {error.message}"
        for path in paths
        for error in validator.iter_errors(read_file(path).data)
    ]


def test_shipped_examples_fit_the_schema_of_answers(validator):
    paths = sorted((ROOT / "examples").glob("*/answers.yaml"))
    assert len(paths) >= 6
    assert faults(validator("answers"), paths) == []


def test_shipped_rules_fit_the_schema_of_rules(validator):
    paths = [
        path
        for profile in ("article", "current")
        for path in sorted((ROOT / "rules" / profile).rglob("*.yaml"))
    ]
    assert len(paths) >= 20
    assert faults(validator("rules"), paths) == []


@pytest.mark.parametrize(
    "text",
    [
        "rulez: {}\n",
        "rules: {a: {title: A}}\n",
        "rules: []\n",
        "predicates: {a: {text: t, when: {answer: x, ist: y}}}\n",
        "predicates: {a: {text: t, when: {any: []}}}\n",
        "constants: {a: {value: many, unit: u, because: b, sources: [s]}}\n",
    ],
)
def test_the_schema_of_rules_refuses_what_the_tool_refuses(validator, tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert not validator("rules").is_valid(read_file(path).data)


@pytest.mark.parametrize(
    ("subject", "name"), [("answers", "answers"), ("rules", "ruleset"), ("project", "project")]
)
def test_the_schema_beside_the_rules_is_the_one_the_tool_prints(cli, subject, name):
    shipped = ROOT / "rules" / "schema" / f"{name}.schema.json"
    assert json.loads(shipped.read_text()) == json.loads(cli("schema", subject).out), (
        f"write it again: llm-adapt schema {subject} -o rules/schema/{name}.schema.json"
    )


def test_the_schema_of_answers_follows_the_rule_set(cli, tiny):
    schema = json.loads(cli("schema", "answers", "--rules", tiny()).out)
    assert list(schema["properties"]) == ["facts", "labels", "size"]
    assert schema["additionalProperties"] is False


def test_a_schema_can_be_written_to_a_file(cli, tmp_path):
    outcome = cli("schema", "advice", "-o", tmp_path / "a.json")
    assert (outcome.code, outcome.out) == (ExitCode.DONE, "")
    assert (tmp_path / "a.json").read_text() == cli("schema", "advice").out
