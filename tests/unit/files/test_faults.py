import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llm_adapt.files.faults import nearest, present, translate
from llm_adapt.files.yaml_file import read_yaml


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    number: int = Field(ge=1, le=9)


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    inner: list[Inner]
    share: float = Field(0.5, gt=0, lt=1)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("inner: 5\n", "a:1:8: error: inner: must be a list"),
        ("inner: [{number: 0}]\n", "a:1:18: error: 0.number: must be at least 1"),
        ("inner: [{number: 10}]\n", "a:1:18: error: 0.number: must be at most 9"),
        ("inner: [{number: a}]\n", "a:1:18: error: 0.number: must be a whole number"),
        ("inner: [{}]\n", "a:1:9: error: number is missing"),
        ("inner: [{number: 1, numbr: 2}]\n", "a:1:21: error: unknown key 'numbr'"),
        ("inner: []\nshare: 0\n", "a:2:8: error: share: must be above 0.0"),
        ("inner: []\nshare: 1\n", "a:2:8: error: share: must be below 1.0"),
        ("inner: [no]\n", "a:1:9: error: inner.0: must be a mapping (key: value)"),
    ],
)
def test_an_error_of_the_validator_is_told_in_our_words(text, line):
    document = read_yaml(text, "a")
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(document.data)
    faults = [
        translate(dict(error), document, {"number", "inner"}) for error in caught.value.errors()
    ]
    assert faults[0].lines()[0] == line


def test_a_step_that_is_no_key_of_the_document_is_passed_over():
    assert present({"when": {"not": {"a": [5]}}}, ("when", "#not", "not", "#x", "a", 0, 7)) == (
        "when",
        "not",
        "a",
        0,
    )


def test_only_a_near_word_is_offered():
    assert nearest("Task-Type", ["task_type", "other"]) == "did you mean task_type?"
    assert nearest("zzz", ["task_type"]) is None
