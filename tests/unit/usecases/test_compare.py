"""Two sides: what differs, and what of it decides first place."""

import json
from pathlib import Path

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.answers import parse_answers
from llm_adapt.report.differences import comparison_document
from llm_adapt.report.json_v1 import advice_json, v1
from llm_adapt.report.text import document_text
from llm_adapt.usecases.advise import advise, program_for
from llm_adapt.usecases.compare import compare, parse_result, read_result

FOLDER = Path(__file__).parent.parent / "report" / "small_rules"
PROGRAM = program_for(str(FOLDER))
RULES = PROGRAM.rules
A = "facts: yes\ngap: []\nlabels: 500\ncolour: red"
B = "facts: no\ngap: []\nlabels: 5\ncolour: blue"


def side(answers, name="x"):
    return parse_result(PROGRAM, answers.encode(), name)


def result(answers):
    situation = parse_answers(answers.encode(), RULES.questions)
    return advice_json(advise(PROGRAM, situation))


def matters(comparison):
    return {one.field: one.matters for one in comparison.answers}


def test_the_answers_that_matter_are_told_from_those_that_do_not():
    comparison = compare(PROGRAM, side(A, "a.yaml"), side(B, "b.yaml"))
    assert matters(comparison) == {"facts": True, "labels": False, "colour": False}
    assert comparison.together == ("facts",)
    assert comparison.rules_only_a == ("rule-facts",)
    assert comparison.rules_only_b == ("rule-no-facts",)
    assert document_text(comparison_document(comparison, RULES)) == (
        """\
They differ: A puts Retrieval first, B Prompting.
A: a.yaml. B: b.yaml.

Answers
  Each of these alone changes first place (1 answer, A -> B)
  - facts: yes -> no
    A would then put Prompting first.

  None of these alone changes first place (2 answers, A -> B)
  - labels: 500 examples -> 5 examples
  - colour: It is red -> It is blue

  facts alone leads A to B's first place.

Ranking
  strategy A score             B score
  rag      1     4 recommended 3    -4 not advised
  rag+peft 2     4 viable      4    -4 not advised
  icl      3     0 viable      1     0 recommended
  peft     4     0 viable      2     0 viable

Rules that speak only in A
  - rule-facts: Facts are looked up, not learnt; @team says *so*.

Rules that speak only in B
  - rule-no-facts: Nothing has to be looked up.
"""
    )


def test_answers_that_only_decide_together_are_found():
    together = compare(
        PROGRAM,
        side("facts: no\ngap: []\nlabels: 5"),
        side("facts: no\ngap: [cost]\nlabels: 500\nlocked: no"),
    )
    assert matters(together) == {"labels": False, "gap": False, "locked": False}
    assert together.together == ("labels", "gap")
    written = document_text(comparison_document(together, RULES))
    assert "Only together do labels and gap lead A to B's first place." in written


def test_the_same_side_twice_differs_in_nothing():
    comparison = compare(PROGRAM, side(A), side(A))
    assert comparison.same_first
    assert comparison.answers == comparison.moved == comparison.rules_only_a == ()
    assert "Every answer is the same." in document_text(comparison_document(comparison, RULES))


def test_a_result_and_its_answers_are_the_same_side(tmp_path):
    saved = tmp_path / "a.json"
    saved.write_text(result(A), "utf-8")
    comparison = compare(PROGRAM, read_result(PROGRAM, saved), side(A, str(saved)))
    assert comparison.a == comparison.b
    assert json.loads(json.dumps(v1("comparison", comparison)))["same_first"] is True


def test_results_of_other_rules_are_compared_with_a_caution():
    other = result(B).replace(RULES.digest, "0123456789abcdef").replace('"labels"', '"gone"')
    comparison = compare(PROGRAM, side(A), side(other))
    assert comparison.caution.startswith("A was made with rule set small 1.0.0")
    assert matters(comparison)["gone"] is None
    written = document_text(comparison_document(comparison, RULES))
    assert "These the rule set at hand cannot read (1 answer, A -> B)" in written


def test_results_of_one_older_rule_set_say_what_judged_them():
    old = [result(x).replace(RULES.digest, "0123456789abcdef") for x in (A, B)]
    comparison = compare(PROGRAM, side(old[0]), side(old[1]))
    assert "both were made with rule set small 1.0.0 (0123456789abcdef)" in comparison.caution
    assert comparison.caution.endswith(f"({RULES.digest})")


def test_swapping_every_answer_of_b_into_a_is_b():
    for first, second in ((A, B), (B, A)):
        comparison = compare(PROGRAM, side(first), side(second))
        for one in comparison.answers:
            assert one.matters == (one.first_if_swapped != comparison.a.first)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ('{"schema": "llm-adapt/advice/v9"}', "this is no result of schema"),
        ('{"schema": "llm-adapt/advice/v1"}', "this is not a whole result"),
        ("{", "."),
        ("", "."),
        ("[]", "not a list"),
        ("facts: maybe", "facts cannot be"),
    ],
)
def test_what_is_neither_answers_nor_a_result_is_refused(raw, message):
    with pytest.raises(LlmAdaptError, match=message):
        side(raw)


def test_a_missing_file_is_named():
    with pytest.raises(LlmAdaptError) as raised:
        read_result(PROGRAM, Path("/nowhere/a.yaml"))
    assert raised.value.where.file == "/nowhere/a.yaml"
