"""Filters of the list of rules."""

import pytest

from llm_adapt.errors import UsageError
from llm_adapt.usecases.rulebook.rule_list import rule_rows


def ids(rules, **picks):
    return [row.id for row in rule_rows(rules, **picks)]


@pytest.fixture
def rules(small, build, parts):
    small["sources"]["best"] = dict(small["sources"]["s"], grade="A")
    small["predicates"] = {"yes": {"text": "B is yes.", "when": {"answer": "b", "is": "yes"}}}
    small["rules"]["veto"] = {
        "title": "V",
        "when": "yes",
        "rules_out": ["peft"],
        "because": "Because it is so in this test.",
        "sources": ["s", "best"],
        "examples": {"fires": {"b": "yes"}, "silent": {"b": "no"}},
    }
    return build(small)


def test_without_filters_every_rule_is_there(rules):
    assert ids(rules) == ["chosen", "listed", "veto"]


def test_a_strategy_finds_arguments_about_its_needs_and_vetoes(rules):
    assert ids(rules, strategy="peft") == ["chosen", "listed", "veto"]
    assert ids(rules, strategy="need") == ["chosen", "listed"]
    assert ids(rules, strategy="icl") == []


def test_a_question_is_found_behind_a_predicate(rules):
    assert ids(rules, question="b") == ["veto"]


def test_the_grade_is_that_of_the_best_source(rules):
    assert ids(rules, grade="A") == ["veto"]
    assert ids(rules, grade="C") == ["chosen", "listed"]


def test_filters_narrow_each_other(rules):
    assert ids(rules, source="best", question="b") == ["veto"]
    assert ids(rules, source="best", question="c") == []


def test_a_rule_of_ones_own_folder_has_its_name_as_profile(rules):
    assert {row.profile for row in rule_rows(rules)} == {"small"}


@pytest.mark.parametrize("filters", [{"strategy": "pefft"}, {"grade": "E"}, {"family": "no"}])
def test_an_unknown_name_is_an_error_with_a_hint(rules, filters):
    with pytest.raises(UsageError) as caught:
        ids(rules, **filters)
    assert caught.value.hint
