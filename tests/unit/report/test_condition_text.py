"""Conditions read like English, whatever their shape."""

from pathlib import Path

import pytest

from llm_adapt.files.rules import load_rules
from llm_adapt.report.condition_text import condition_head, condition_words
from llm_adapt.rules.model import AllOf, AnyOf, EndedAt, IsOneOf, Named, NotOf, Tally

RULES = load_rules(str(Path(__file__).parent / "small_rules"))
FACTS = IsOneOf("facts", ("yes",))
GAP = IsOneOf("gap", ("tone", "cost"))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (FACTS, "facts is yes"),
        (NotOf(FACTS), "facts is not yes"),
        (NotOf(NotOf(FACTS)), "facts is yes"),
        (GAP, "gap lists one of tone or cost"),
        (NotOf(GAP), "gap does not list any of tone or cost"),
        (RULES.predicates["enough_labels"], "labels is at least 100 examples (enough)"),
        (Named("enough_labels"), '"There are enough labels"'),
        (NotOf(Named("enough_labels")), 'not: "There are enough labels"'),
        (
            RULES.rules["rule-tight"].when,
            "memory is less than the memory to tune (2 times size)",
        ),
        (
            AllOf((FACTS, AnyOf((GAP, FACTS)))),
            "facts is yes and (gap lists one of tone or cost or facts is yes)",
        ),
        (NotOf(AnyOf((FACTS, GAP))), "not (facts is yes or gap lists one of tone or cost)"),
        (
            Tally("manner", 3),
            'what speaks for "A manner to be trained" outweighs what speaks against it by 3 or more',
        ),
        (EndedAt("weights", ("tune",)), 'the walk weights ended at "adapters are trained"'),
    ],
)
def test_a_condition_reads_as_one_phrase(condition, words):
    assert condition_words(condition, RULES) == words


@pytest.mark.parametrize(
    ("condition", "head"),
    [
        (AllOf((FACTS, GAP)), "all of these:"),
        (AnyOf((FACTS, GAP)), "at least one of these:"),
        (NotOf(AllOf((FACTS, GAP))), "not all of these:"),
        (NotOf(AnyOf((FACTS, GAP))), "none of these:"),
        (FACTS, "facts is yes"),
    ],
)
def test_a_head_leaves_the_parts_to_the_lines_beneath_it(condition, head):
    assert condition_head(condition, RULES) == head


def test_what_the_rule_set_does_not_name_is_shown_by_its_id():
    assert condition_words(IsOneOf("nobody", ("x",)), RULES) == "nobody is x"
    assert condition_words(EndedAt("nowhere", ("x",)), RULES) == 'the walk nowhere ended at "x"'
