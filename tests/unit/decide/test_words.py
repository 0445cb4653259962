"""Numbers and answers as people say them; rule texts filled in with what is known."""

import re
from pathlib import Path

import pytest

from llm_adapt.decide.words import fill
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.model import Kind
from llm_adapt.rules.words import answer_words, number_words

SMALL = Path(__file__).parent.parent / "report" / "small_rules"


@pytest.fixture(scope="module")
def rules():
    return load_rules(str(SMALL))


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
        "needs 14-21 GB, has 24 GB, 100 examples and {nobody}"
    )
    assert fill("has {memory}, needs {tuning_memory}", rules, {}) == (
        "has unknown, needs 2-3 GB for 1 of size"
    )


def kinds_of_answers(question):
    """An answer of every kind that a question takes."""
    if question.values:
        several = [tuple(question.values)] if question.kind is Kind.SEVERAL else []
        return [*several, *([] if several else question.values)]
    if question.numeric:
        many = 700 if question.unit.startswith("billion") else 5e9
        top = many if question.maximum is None else question.maximum
        return [top if question.kind is not Kind.INTEGER else int(top), 1]
    return ["yes", "no"]


def texts_of(rules):
    for rule in rules.rules.values():
        yield rule.because
    for item in rules.items.values():
        yield from (item.text, item.first_step, item.measure, item.stop_when, item.go_on_when)
    for walk in rules.walks:
        for node in walk.nodes.values():
            yield from (node.text, node.yes.because, node.no.because, node.unknown.because)


@pytest.mark.parametrize("profile", ["article", "current"])
def test_every_text_reads_well_with_every_kind_of_answer(profile):
    rules = load_rules(profile)
    read = 0
    for text in texts_of(rules):
        for name in re.findall(r"\{([a-z0-9_]+)\}", text):
            question = rules.questions.get(name)
            for value in kinds_of_answers(question) if question else [None]:
                given = {} if value is None else {name: value}
                told = fill(text, rules, given)
                assert f"{{{name}}}" not in told
                assert not re.search(r"\b(\w+) \1\b", told), told
                assert not re.search(
                    r"parameters (of )?parameters|values classes|share of success", told
                )
                # No answer begins with a capital in the middle of a sentence.
                before, _, _ = text.partition(f"{{{name}}}")
                start = fill(before, rules, given)
                after = told[len(start) :]
                if start and not start.rstrip().endswith((".", "?")):
                    assert not (after[:1].isupper() and after[1:2].islower()), told
                read += 1
    assert read > 30
