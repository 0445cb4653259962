"""Text, Markdown, page and JSON say the same."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.report.advice_brief import brief_document
from llm_adapt.report.document import Tone
from llm_adapt.report.forms import Look, advice_as
from llm_adapt.report.json_v1 import advice_json, v1
from llm_adapt.rules.model import Kind
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.rules.value import Unreadable
from llm_adapt.usecases.advise import advise

SMALL = Path(__file__).parent.parent / "unit" / "report" / "small_rules"
PROGRAMS = {
    "small": Program(load_rules(str(SMALL))),
    "article": Program(load_rules("article")),
    "current": Program(load_rules("current")),
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


def squeezed(text):
    """Without blanks: a line may break anywhere."""
    return "".join(text.split())


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.said = []

    def handle_data(self, data):
        self.said.append(data)


def read_markdown(text):
    """Links by their text, no marks, escapes undone."""
    text = re.sub(r"(?<!\\)\[((?:[^\]\\]|\\.)*)\]\([^)\s]*\)", r"\1", text)
    text = re.sub(r"(?<!\\)(?:\*\*|`+)", "", text)
    return html.unescape(re.sub(r"\\(?=[^\w\s])|\\$", "", text, flags=re.MULTILINE))


def forms(advice, rules):
    """What each form says, as a reader would take it in."""
    page = Text()
    page.feed(advice_as("html", advice, rules))
    return {
        "text": squeezed(advice_as("text", advice, rules, full=True)),
        "html": squeezed("".join(page.said)),
        "markdown": squeezed(read_markdown(advice_as("markdown", advice, rules))),
    }


def fields(records, *keys):
    return [record[key] for record in records for key in keys]


def facts(data):
    """Everything of the JSON that every form has to say."""
    ranking, first = data["ranking"], data["ranking"][0]
    reasons = [reason for place in ranking for reason in place["reasons"]]
    told = [reason for place in ranking[:3] for reason in place["reasons"]]
    items = [*data["so_far"], *data["out_of_scope"], *data["preparations"], *data["data_plan"]]
    items += first["how"] + first["warnings"] if first["status"] == "recommended" else []
    sources = [source for one in (*told, *items) for source in one["sources"]]
    return [
        data["summary"],
        f"Verdict: {data['verdict']}",
        *data["ruleset"].values(),
        *(f"{place['title']} ({place['strategy']})" for place in ranking),
        *(place["why_not_first"].partition(": ")[0] for place in ranking),
        *fields(reasons, "rule"),
        *fields(told, "text"),
        *(name for reason in told for name in reason["answers"]),
        *(f"{s['id']} ({s['grade']}, {s['date']})" for reason in told for s in reason["sources"]),
        *fields(sources, "title"),
        *fields(items, "title", "text", "first_step", "check"),
        *(tool["title"] for item in items for tool in item["tools"]),
        *fields(data["path"], "text", "because", "node"),
        *fields(
            data["plan"], "title", "do", "first_step", "takes", "measure", "stop_when", "go_on_when"
        ),
        *fields(data["ask_next"], "field"),
        *fields(data["ask_next"][:5], "ask", "why"),
        *fields(data["flips"], "to"),
        *(change["field"] for flip in data["flips"] for change in flip["changes"]),
        *fields([data["article_differs"]] if data["article_differs"] else [], "because"),
        *(f"{name}: " for name in data["answers"]),
        *(title for place in ranking for title in (place["takes"] or {}).get("estimates", ())),
        *(text for place in ranking for text in (place["takes"] or {}).get("assumes", ())),
    ]


@pytest.mark.parametrize("name", list(PROGRAMS))
@given(data=st.data())
@settings(max_examples=8, deadline=None, phases=[Phase.reuse, Phase.generate])
def test_every_form_says_what_the_json_says(name, data):
    program = PROGRAMS[name]
    advice = advise(program, data.draw(situations(name)))
    wanted = [squeezed(fact) for fact in facts(v1("advice", advice)) if fact]
    for form, said in forms(advice, program.rules).items():
        assert [fact for fact in wanted if fact not in said] == [], form


@given(data=st.data())
@settings(max_examples=8, deadline=None, phases=[Phase.reuse, Phase.generate])
def test_no_form_names_what_the_json_does_not(data):
    # The ids of the small set occur nowhere else by chance.
    program = PROGRAMS["small"]
    rules = program.rules
    advice = advise(program, data.draw(situations("small")))
    ids = {*rules.rules, *rules.items, *rules.sources, *rules.questions} - {"labels", "facts"}
    known = set(_WORD.findall(advice_json(advice))) & ids
    told = [
        advice_as("text", advice, rules, look=Look(width=width), full=full)
        for width in (40, 80)
        for full in (False, True)
    ]
    for text in (*told, advice_as("markdown", advice, rules), advice_as("html", advice, rules)):
        words = set(_WORD.findall(re.sub(r"<svg.*</svg>", "", text, flags=re.DOTALL)))
        assert words & ids <= known


@pytest.mark.parametrize("name", list(PROGRAMS))
@given(data=st.data())
@settings(max_examples=8, deadline=None, phases=[Phase.reuse, Phase.generate])
def test_the_first_screen_says_nothing_that_the_whole_report_does_not(name, data):
    program = PROGRAMS[name]
    advice = advise(program, data.draw(situations(name)))
    whole = squeezed(advice_as("text", advice, program.rules, full=True))
    for entry in brief_document(advice, program.rules).sections[:-1]:
        for block in entry.blocks:
            for line in (line for told in block.entries for line in told.lines):
                for span in line:
                    if span.tone is Tone.CODE:
                        assert all(word in whole for word in squeezed(span.text).split(","))
    assert advice_as("text", advice, program.rules).count("\n") <= 40


@pytest.mark.parametrize("name", list(PROGRAMS))
@given(data=st.data())
@settings(max_examples=8, deadline=None, phases=[Phase.reuse, Phase.generate])
def test_groups_stand_together_and_a_higher_score_further_down_says_why(name, data):
    ranking = v1("advice", advise(PROGRAMS[name], data.draw(situations(name))))["ranking"]
    groups = list(dict.fromkeys(place["group"] for place in ranking))
    told = [place["group"] for place in ranking]
    assert told == sorted(told, key=groups.index)
    lowest = ranking[0]["score"]
    for place in ranking[1:]:
        assert place["why_not_first"] or place["score"] <= lowest
        lowest = min(lowest, place["score"])
