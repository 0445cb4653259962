"""Anything a report names can be explained, with answers and without."""

import json
from pathlib import Path

import pytest

from llm_adapt.errors import UsageError
from llm_adapt.files.answers import parse_answers
from llm_adapt.files.data_rules import data_knowledge
from llm_adapt.report.explain_text import explanation_document
from llm_adapt.report.json_v1 import v1
from llm_adapt.report.text import document_text
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.explain import explain, things

FOLDER = Path(__file__).parent.parent / "report" / "small_rules"
PROGRAM = program_for(str(FOLDER))
RULES = PROGRAM.rules


def told(name, answers=None):
    situation = None if answers is None else parse_answers(answers.encode(), RULES.questions)
    (one,) = explain(PROGRAM, name, situation)
    return one


def text(name, answers=None):
    return document_text(explanation_document(told(name, answers), RULES))


def notes(explanation):
    return {label: list(lines) for label, lines in explanation.notes.items()}


def now(explanation):
    return {label: list(lines) for label, lines in explanation.now.notes.items()}


def test_a_rule_without_answers_shows_its_condition_effects_and_sources():
    written = text("rule-labels")
    assert written.replace(f"{FOLDER}", "small") == (
        """\
rule rule-labels
Labels are many.

There are <labels>, more than the 100 examples it takes.

small/ruleset.yaml:74

When
  - all of these:
    - "There are enough labels"
      - labels is at least 100 examples (enough)
    - gap lists one of tone or cost

What it says
  argues                 for manner (A manner to be trained), strong, topic
                         labels
  fires for example when labels: 500
                         gap: cost
  is silent when         labels: 5

The 1 source behind it
  Grades: A several studies, or the primary source.
  A A study [bold]of[/bold] <b>tuning</b>. 2024-05 (src-one)
    https://example.org/a_(b)
"""
    )


@pytest.mark.parametrize(
    ("answers", "summary", "truths"),
    [
        ("labels: 500\ngap: [tone]", "It fires.", ["yes", "yes", "yes"]),
        ("labels: 5\ngap: [tone]", "It does not fire.", ["no", "no", "yes"]),
        (
            "labels: 500",
            "It is silent: what is known does not decide it.",
            ["unknown", "yes", "unknown"],
        ),
    ],
)
def test_a_rule_with_answers_says_which_part_holds(answers, summary, truths):
    rule = told("rule-labels", answers)
    whole = rule.when
    assert rule.now.summary == summary
    assert [whole.now, whole.parts[0].now, whole.parts[1].now] == truths


def test_what_was_answered_and_what_was_not_is_told():
    rule = told("rule-labels", "labels: 500")
    assert now(rule) == {"you answered": ["labels: 500 examples"], "not answered": ["gap"]}
    assert rule.text == "There are 500 examples, more than the 100 examples it takes."


def test_a_strategy_has_its_place_reasons_how_and_flip():
    peft = told("peft", "facts: no\ngap: [tone]\nlabels: 500\nlocked: yes")
    assert peft.now.summary == "Rank 3 of 4: ruled out. Open questions cannot put it first."
    assert [reason.rule for reason in peft.now.place.reasons] == [
        "rule-locked",
        "rule-labels",
        "rule-tone",
    ]
    (flip,) = peft.now.flips
    assert [(change.field, change.after) for change in flip.changes] == [("locked", "no")]
    assert "locked: yes -> no" in text("peft", "facts: no\ngap: [tone]\nlabels: 500\nlocked: yes")


def test_the_recommended_strategy_shows_what_would_unseat_it():
    rag = told("rag", "facts: yes\ngap: []\nlocked: yes")
    assert rag.now.summary == "Rank 1 of 4: recommended."
    assert {flip.to for flip in rag.now.flips} == {"icl", "peft", "rag+peft"}
    assert "First step: Pick five." in text("rag", "facts: yes")


def test_a_question_says_where_each_answer_leads():
    locked = told("locked", "facts: no\ngap: [tone]\nlabels: 500")
    assert locked.now.summary == "It is open, and its answer can change first place."
    assert now(locked)["first place, if you answered"] == ["Prompting: yes", "Adapters: no"]
    gap = told("gap", "facts: no\ngap: [tone]\nlabels: 500")
    assert now(gap)["first place, if you answered"] == [
        "Prompting: without tone",
        "Adapters: also cost",
    ]
    labels = told("labels", "facts: no\ngap: [cost]\nlocked: no")
    assert now(labels)["first place, if you answered"][0].startswith("Prompting: ")
    assert now(labels)["first place, if you answered"][1].startswith("Adapters: ")


def test_a_question_nothing_looks_at_is_idle():
    colour = told("colour", "facts: no")
    assert colour.now.summary == "It is open, but no answer to it can change first place."
    assert now(colour)["first place, if you answered"] == ["no rule looks at this question"]
    assert "looked at by" not in notes(colour)


def test_a_node_says_whether_the_way_passes_and_why_it_goes_on():
    node = told("look_up", "labels: 5")
    assert node.now.summary == "The way passes here: unknown, and on to nothing."
    assert now(node)["because"] == ["No answer speaks for it."]
    assert told("knowledge/look_up").id == "look_up"


@pytest.mark.parametrize(("answers", "truth"), [("facts: yes", "yes"), ("facts: no", "no")])
def test_a_node_knows_where_an_earlier_walk_ended(answers, truth):
    assert told("with_facts", f"{answers}\ngap: []").when.now == truth


def test_a_node_off_the_way_says_so():
    assert told("with_facts", "labels: 500").now.summary == "The way does not pass here."


def test_a_negation_shows_what_it_denies():
    rule = told("rule-no-facts", "facts: no")
    assert rule.when.now == "yes"
    assert "yes facts is not yes" in text("rule-no-facts", "facts: no")


def test_an_idle_question_that_rules_look_at_leads_to_one_place():
    memory = told("memory", "facts: no\ngap: []\nsize: 7")
    assert now(memory)["first place, if you answered"] == ["Prompting, whatever the answer"]


def test_a_need_shows_its_tally_and_both_sides():
    need = told("outside", "facts: yes")
    assert need.now.summary == "The tally is 4; open answers can make it 4 to 4."
    assert now(need) == {"now for it": ["rule-facts (strong)"]}
    assert notes(need)["served by"] == ["rag", "rag+peft"]


def test_items_numbers_and_sources_tell_who_uses_them():
    assert notes(told("enough"))["used by"] == ["predicate: enough_labels"]
    assert notes(told("some-tool"))["used by"] == ["variant: few-shot"]
    assert notes(told("tuning_memory"))["used by"] == ["rule: rule-tight"]
    assert notes(told("enough_labels"))["used by"] == ["rule: rule-labels"]
    assert notes(told("src-one"))["cited by"][0] == "rule: rule-facts, rule-labels, rule-tone"
    assert told("stale", "facts: no").now.summary == "It does not apply."


@pytest.mark.parametrize("answers", [None, "facts: yes\ngap: [tone]"])
def test_everything_named_can_be_explained_and_written(answers):
    situation = None if answers is None else parse_answers(answers.encode(), RULES.questions)
    for entry in things(RULES):
        for name in entry.names:
            for one in explain(PROGRAM, f"{entry.kind}:{name}", situation):
                assert json.dumps(v1("explanation", one))
                lines = document_text(explanation_document(one, RULES), width=40).splitlines()
                assert max(map(len, lines)) <= 40


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("rule-lables", "did you mean rule-labels, rule-facts or rule-locked?"),
        ("memory_", "did you mean memory or tuning_memory?"),
        ("prompt", "did you mean step-prompt or empty-prompt?"),
        ("zzz", "name a rule, question, node, strategy or other id that a report shows"),
        ("source:rag", "did you mean rag?"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name, hint):
    with pytest.raises(UsageError, match="there is nothing called") as raised:
        explain(PROGRAM, name)
    assert raised.value.hint == hint


def test_rules_of_data_are_explained_beside_a_rule_set_that_lacks_their_sources():
    citing = {name: rule.sources for name, rule in data_knowledge().rules.items() if rule.sources}
    assert citing
    assert not {source for sources in citing.values() for source in sources} & {*RULES.sources}
    assert all(told(name).sources == () for name in citing)
