"""The terminal report: whole, within its width, readable without colour, free of markup."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from llm_adapt.decide.advise import Adviser
from llm_adapt.decide.program import Program
from llm_adapt.files.answers import parse_answers
from llm_adapt.files.rules import load_rules
from llm_adapt.report.document import Document, Entries, Entry, Section, Span, Tone, plain
from llm_adapt.report.text import advice_text, document_text
from llm_adapt.rules.advice import Differs, Status, Verdict

RULES = load_rules(str(Path(__file__).parent / "small_rules"), use_cache=False)
PROGRAM = Program(RULES)
LOCKED = "facts: yes\ngap: [tone]\nlabels: 500\nlocked: yes"

GOLDEN = """\
Retrieval. No open question can change first place.
Verdict: clear. 4 of 7 questions answered. Rule set small 1.0.0
(DIGEST).

Ranking
    strategy                         score range
  1 rag      Retrieval                   4  4 to 4  recommended
  2 icl      Prompting                   0  0 to 0  viable
  3 rag+peft Retrieval with adapters    10  9 to 10 ruled out
  4 peft     Adapters                    6  5 to 6  ruled out

  Score: what speaks for it minus what speaks against it; range: with every open
  answer.

Why, and why not
  1 Retrieval: recommended, score 4
  for Facts are looked up, not learnt; @team says *so*. (strong)
      rule-facts; facts: yes; src-one (A, 2024-05), src-two (D, undated)

  2 Prompting: viable, score 0
  - No rule speaks for it or against it on what is known.

  3 Retrieval with adapters: ruled out, score 10
  rules out Locked weights cannot be trained by anyone.
            rule-locked; locked: yes; src-two (D, undated)
  for       rule-facts, as above (strong)
  for       There are 500 examples, more than the 100 it takes. (strong)
            rule-labels; labels: 500, gap: tone; src-one (A, 2024-05)
  for       A tone is taught by examples. (moderate)
            rule-tone; gap: tone; src-one (A, 2024-05)

  The others, by the rules that spoke
  4 peft: ruled out, 6; ruled out by rule-locked; for rule-labels, rule-tone

The way through the flowchart
  Drawn for tests.

  Where the facts come from
  yes Are facts missing? (look_up)
      facts: yes
  =>  facts are looked up

  What happens to the weights
  yes Is a manner missing? (train)
      labels: 500, gap: tone
  =>  adapters are trained

  The way ends at Retrieval with adapters, which is ruled out by rule-locked;
  what comes next in its place follows.

  You are here: Retrieval

Before you begin
  - Measure first. Build a test set. (measure-first)
    First step: Take thirty inputs.

The plan, simple to complex
  1. Prompt plainly. (step-prompt)
     Stop when: It is good enough.
     Go on when: It is not.

What to find out next
  Nothing: the 3 questions not answered cannot change first place.

What would change it
  The smallest change of answers that puts another strategy first.
  icl      facts: yes -> no
  rag+peft locked: yes -> no
  peft     facts: yes -> no
           locked: yes -> no

How
  - Show examples. Put examples into the prompt. (few-shot)
    First step: Pick five.
    Tools: SomeTool

Watch out
  - Facts go stale. Keep the index fresh. (stale)

The 2 sources behind it
  Grades: A several studies, or the primary source and D anecdote or our own
  judgement.
  A A study [bold]of[/bold] <b>tuning</b>. 2024-05 (src-one)
    https://example.org/a_(b)
  D A note. undated (src-two)

More
  llm-adapt explain ID ANSWERS tells more of anything named here, with its
  sources.
"""


def advice_on(answers, differs=None):
    situation = parse_answers(answers.encode(), RULES.questions)
    return Adviser(PROGRAM, situation).advice(differs)


def test_the_report_says_it_all_in_order():
    assert advice_text(advice_on(LOCKED), RULES) == GOLDEN.replace("DIGEST", RULES.digest)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("answers", [LOCKED, "labels: 500", "facts: yes\ngap: []"])
def test_no_line_is_wider_than_asked_or_ends_in_blanks(width, answers):
    lines = advice_text(advice_on(answers), RULES, width=width).splitlines()
    assert max(map(len, lines)) <= min(width, 100)
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_narrow_ranking_keeps_strategy_score_and_status():
    text = advice_text(advice_on("labels: 500"), RULES, width=40)
    assert "  2= rag          0 viable *\n" in text


def test_colour_adds_nothing_but_colour():
    advice = advice_on(LOCKED)
    coloured = advice_text(advice, RULES, colour=True)
    assert "\x1b[" in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert re.sub(r" +$", "", stripped, flags=re.MULTILINE) == advice_text(advice, RULES)


def test_the_environment_has_no_say(monkeypatch):
    before = advice_text(advice_on(LOCKED), RULES)
    for name, value in (("COLUMNS", "33"), ("FORCE_COLOR", "1"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    assert advice_text(advice_on(LOCKED), RULES) == before


def test_open_questions_stand_with_what_they_could_change():
    text = advice_text(advice_on("labels: 500"), RULES)
    assert "The answer could still put first: rag, peft, rag+peft." in text
    assert "1. Must facts be looked up? (facts)\n     Count the answers." in text
    assert "The other 3 open questions cannot change first place." in text
    assert "* an open question could still put it first." in text


def test_an_unknown_edge_is_told_with_its_reason():
    text = advice_text(advice_on("labels: 500"), RULES)
    assert "  unknown Are facts missing? (look_up)\n          No answer speaks for it." in text


def test_what_the_article_alone_would_say_is_told():
    text = advice_text(advice_on(LOCKED, Differs("peft", "it is older")), RULES)
    assert "The article alone would put Adapters first, because: it is older" in text
    nobody = advice_text(advice_on(LOCKED, Differs("none", "it is older")), RULES)
    assert "would put None of these yet first" in nobody


def test_no_open_question_at_all_is_said_so():
    everything = f"{LOCKED}\nmemory: 4\nsize: 7\ncolour: red"
    text = advice_text(advice_on(everything), RULES)
    assert "Nothing: every question has an answer." in text
    assert "Tuning takes 14-21 GB, and there are 4 GB." in text


def test_no_first_place_at_all_is_reported_without_how():
    advice = advice_on(LOCKED)
    places = tuple(replace(place, status=Status.NOT_ADVISED) for place in advice.ranking)
    summary = "None of these yet: do the preparations below first."
    nobody = replace(advice, verdict=Verdict.NONE, summary=summary, ranking=places)
    text = advice_text(nobody, RULES)
    assert text.startswith(f"{summary}\nVerdict: none. ")
    assert "You are here: None of these yet" in text
    assert "\nHow\n" not in text


def test_a_text_cannot_steer_the_terminal():
    hostile = "a\x1b]0;owned\x07 [red]b[/red] :smile:\u202e\r\n  c"
    entry = Entry("\x1b[2J", (plain(hostile),))
    document = Document(plain(hostile), (), (Section(hostile, (Entries((entry,)),)),))
    text = document_text(document)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[red]b[/red] :smile:" in text


def test_wide_characters_count_as_two_columns():
    document = Document(plain("大" * 30), (), ())
    assert document_text(document, width=40).splitlines() == ["大" * 20, "大" * 10]


def test_deeper_entries_stand_further_in():
    entries = Entries((Entry("yes", (plain("a"),)), Entry("no", (plain("b"), plain("c")), depth=1)))
    document = Document((Span("t", Tone.STRONG),), (entries,), ())
    assert document_text(document) == "t\nyes a\n  no  b\n      c\n"
