"""Numbers and answers as people say them; rule texts filled in with what is known."""

from pathlib import Path

import pytest

from llm_adapt.decide.words import fill
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.words import answer_words, number_words

SMALL = Path(__file__).parent.parent / "report" / "small_rules"


@pytest.fixture(scope="module")
def rules():
    return load_rules(str(SMALL), use_cache=False)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5e9, "5 billion"),
        (1_500_000, "1.5 million"),
        (2e12, "2 trillion"),
        (1234, "1,234"),
        (0.85, "0.85"),
        (0, "0"),
    ],
)
def test_numbers_read_as_people_say_them(value, words):
    assert number_words(value) == words


def test_answers_come_with_labels_and_units(rules):
    assert answer_words(rules.questions["labels"], 500) == "500 examples"
    assert answer_words(rules.questions["gap"], ["tone", "cost"]) == (
        "The tone is wrong, It costs too much"
    )
    assert answer_words(rules.questions["gap"], []) == "nothing"
    assert answer_words(rules.questions["gap"], "n/a") == "does not apply"


def test_a_rule_text_names_answers_derived_numbers_and_constants(rules):
    text = "needs {tuning_memory}, has {memory}, {enough} and {nobody}"
    assert fill(text, rules, {"size": 7, "memory": 24}) == (
        "needs 14-21 GB, has 24 GB, 100 and {nobody}"
    )
    assert fill("has {memory}, needs {tuning_memory}", rules, {}) == (
        "has unknown, needs 2-3 GB for each unit of size"
    )
