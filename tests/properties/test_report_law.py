"""Every reason of the JSON is in the text, the Markdown and the page, and the reverse."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_adapt.decide.advise import Adviser
from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.report.html import advice_html
from llm_adapt.report.json_v1 import advice_data
from llm_adapt.report.markdown import advice_markdown
from llm_adapt.report.text import advice_text
from llm_adapt.rules.model import Kind
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.rules.value import Unreadable

SMALL = Path(__file__).parent.parent / "unit" / "report" / "small_rules"
PROGRAMS = {
    "small": Program(load_rules(str(SMALL), use_cache=False)),
    "article": Program(load_rules("article", use_cache=False)),
    "current": Program(load_rules("current", use_cache=False)),
}
# A rule id stands alone, never inside a longer word.
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_+-]*[A-Za-z0-9])?")


def situations(name):
    questions = PROGRAMS[name].rules.questions

    def answer(question):
        match question.kind:
            case Kind.CHOICE:
                return st.sampled_from(list(question.values))
            case Kind.YES_NO:
                return st.sampled_from(["yes", "no"])
            case Kind.SEVERAL:
                return st.lists(st.sampled_from(list(question.values)), unique=True)
            case Kind.INTEGER | Kind.NUMBER:
                return st.sampled_from([0, 1, 7, 30, 100, 5000, 10**6, 10**10])

    raw = st.fixed_dictionaries({}, optional={q.id: answer(q) for q in questions.values()})

    def situation(answers):
        read = {field: questions[field].read(value) for field, value in answers.items()}
        return Situation(
            {
                field: Answer(value)
                for field, value in read.items()
                if value is not None and not isinstance(value, Unreadable)
            }
        )

    return raw.map(situation)


def reasons_section(text, start, end):
    return text[text.index(start) : text.index(end)]


def named(text, rules):
    return set(_WORD.findall(text)) & set(rules)


@pytest.mark.parametrize("name", list(PROGRAMS))
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_every_report_names_the_rules_of_the_json_and_no_other(name, data):
    program = PROGRAMS[name]
    advice = Adviser(program, data.draw(situations(name))).advice()
    reasons = {
        reason["rule"] for place in advice_data(advice)["ranking"] for reason in place["reasons"]
    }
    text = advice_text(advice, program.rules, width=100)
    told = reasons_section(text, "\nWhy, and why not\n", "\nThe way through the flowchart\n")
    assert named(told, program.rules.rules) == reasons
    page = advice_markdown(advice, program.rules)
    told = reasons_section(
        page, "\n### Why, and why not\n", "\n<summary>The way through the flowchart</summary>\n"
    )
    assert named(told, program.rules.rules) == reasons
    page = advice_html(advice, program.rules)
    told = reasons_section(
        page, "<h2>Why, and why not</h2>", "<summary>The way through the flowchart</summary>"
    )
    assert named(told, program.rules.rules) == reasons


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_no_other_part_of_a_report_names_a_rule_that_did_not_speak(data):
    # The small set's rule ids occur nowhere else by chance.
    program = PROGRAMS["small"]
    advice = Adviser(program, data.draw(situations("small"))).advice()
    reasons = {reason.rule for place in advice.ranking for reason in place.reasons}
    for width in (40, 80):
        text = advice_text(advice, program.rules, width=width)
        assert named(text, program.rules.rules) == reasons
    assert named(advice_markdown(advice, program.rules), program.rules.rules) == reasons
