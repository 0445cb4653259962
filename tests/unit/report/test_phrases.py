"""Answers, changes and lists in words."""

from pathlib import Path

import pytest

from llm_adapt.files.rules import load_rules
from llm_adapt.report.phrases import change_words, counted, listed, stopped, strategy_words
from llm_adapt.rules.advice import Change
from llm_adapt.rules.words import answer_words, number_words, raw_words

RULES = load_rules(str(Path(__file__).parent / "small_rules"))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (5e9, "5 billion"),
        (2e12, "2 trillion"),
        (1234, "1,234"),
        (0.85, "0.85"),
        (1.5e6, "1.5 million"),
    ],
)
def test_numbers_are_short(number, words):
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("field", "value", "words", "raw"),
    [
        ("labels", 500, "500 examples", "500"),
        ("facts", "yes", "yes", "yes"),
        ("colour", "red", "It is red", "red"),
        ("gap", ["tone", "cost"], "The tone is wrong, It costs too much", "tone, cost"),
        ("gap", [], "nothing", "nothing"),
        ("labels", "n/a", "does not apply", "n/a"),
        ("labels", None, "unknown", "unknown"),
    ],
)
def test_answers_are_said_by_label_and_unit(field, value, words, raw):
    assert answer_words(RULES.questions[field], value) == words
    assert raw_words(value) == raw
    assert answer_words(None, value) == raw


@pytest.mark.parametrize(
    ("field", "before", "after", "words"),
    [
        ("labels", None, 5, "unknown -> 5 examples"),
        ("gap", ["tone"], ["cost"], "also: It costs too much; without: The tone is wrong"),
        ("gap", None, ["cost"], "unknown -> It costs too much"),
    ],
)
def test_a_change_says_what_is_and_what_would_be(field, before, after, words):
    assert change_words(RULES.questions[field], Change(field, before, after)) == words


def test_lists_and_counts_and_stops():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert counted(1, "rule") == "1 rule"
    assert counted(1000, "rule") == "1,000 rules"
    assert stopped("Really?") == "Really?"
    assert stopped("Yes") == "Yes."


def test_a_strategy_is_known_by_its_title():
    assert strategy_words(RULES, "rag") == "Retrieval"
    assert strategy_words(RULES, "none") == "None of these yet"
    assert strategy_words(RULES, "other") == "other"
