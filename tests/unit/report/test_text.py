"""The terminal report: on one screen or whole, within its width, free of markup and riddles."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from llm_adapt.files.answers import parse_answers, read_answers
from llm_adapt.report.document import Document, Entries, Entry, Section, Span, Tone, line
from llm_adapt.report.forms import Look, advice_as
from llm_adapt.report.text import document_text
from llm_adapt.rules.advice import Advised, Citation, Differs, Status, Takes, Verdict
from llm_adapt.rules.advice import Span as Amount
from llm_adapt.rules.outlook import Stability
from llm_adapt.usecases.advise import advise, program_for

ROOT = Path(__file__).parents[3]
PROGRAM = program_for(str(Path(__file__).parent / "small_rules"))
RULES = PROGRAM.rules
LOCKED = "facts: yes\ngap: [tone]\nlabels: 500\nlocked: yes"
EXAMPLES = sorted((ROOT / "examples").glob("*/answers.yaml"))


def advice_on(answers, differs=None):
    situation = parse_answers(answers.encode(), RULES.questions)
    return replace(advise(PROGRAM, situation), article_differs=differs)


def in_order(text, *parts):
    at = -1
    for part in parts:
        assert part in text[at + 1 :], part
        at = text.index(part, at + 1)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_result_of_every_example_fits_a_screen(path):
    program = program_for("current")
    advice = advise(program, read_answers(path, program.rules.questions))
    lines = advice_as("text", advice, program.rules).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert "-v shows the whole report" in lines[-2] + lines[-1]


def test_the_first_screen_says_what_how_sure_why_what_next_and_what_else():
    in_order(
        advice_as("text", advice_on(LOCKED), RULES),
        "Recommended: Retrieval.\n",
        "How sure: proved.",
        "Why         + Facts are looked up, not learnt; @team says *so*. (rule-facts)",
        "Against     - Facts go stale. (stale)",
        "Next        Before anything else: Measure first.\n",
        "1. Prompt. Stop when: It is good enough.",
        "Runner-up   Prompting, if facts: yes -> no",
        "Ruled out   rag+peft, peft by rule-locked",
        "4 of 7 questions answered, rule set small 1.0.0.",
    )


def test_the_whole_report_says_it_all_in_order():
    in_order(
        advice_as("text", advice_on(LOCKED), RULES, full=True),
        "Recommended: Retrieval.\n",
        f"Rule set small 1.0.0\n({RULES.digest}).",
        "\nRanking\n",
        "\n  Recommended\n  1. Retrieval (rag): score 4, 4 to 4.",
        "\n  Would also work\n  2. Prompting (icl): score 0, 0 to 0.\n     No argument speaks for it",
        '     The walk turns away from it at "Are facts missing?": yes (facts: yes).',
        "\n  Ruled out\n  3. Retrieval with adapters (rag+peft).\n     Ruled out by rule-locked: Locked",
        "  4. Adapters (peft).\n     Ruled out by rule-locked, as above.",
        "\nWhy, and why not\n",
        "rule-facts; facts: yes; src-one (A, 2024-05), src-two (D, undated)",
        "\nBefore you begin\n",
        "\nThe plan, simple to complex\n",
        "\nWhat to find out next\n  Nothing: the 3 questions not answered cannot change first place.",
        "\nWhat would change it\n",
        "\nThe way through the flowchart\n",
        "  The way ends at Retrieval with adapters. Ruled out by rule-locked: Locked",
        "\n  You are here: Retrieval\n",
        "\nHow\n",
        "\nWatch out\n",
        " sources behind it\n",
        "\nThe answers behind it\n  - facts: yes (file)\n",
    )


def test_where_nothing_is_known_there_is_a_ladder_and_two_questions_instead_of_a_verdict():
    program = program_for("current")
    advice = advise(
        program,
        read_answers(
            EXAMPLES[0].parent.parent / "hardly-anything-known/answers.yaml",
            program.rules.questions,
        ),
    )
    text = advice_as("text", advice, program.rules)
    in_order(text, "No advice yet:", "How sure: open.", "Find out    1. ", "2. ", "The ladder  ")
    assert "Runner-up" not in text
    assert "score" not in text


def scores_contradict(text):
    """Whether the whole report shows a score above one further up without saying why."""
    rows = re.findall(
        r"^  \d+[.=] (.*(?:\n     .*)*)", text[: text.index("Why, and why not")], re.MULTILINE
    )
    lowest = None
    for row in rows:
        flat = " ".join(row.split())
        shown = re.search(r"score (-?\d+),", flat)
        if shown is None:
            assert "turns away" in flat or "Ruled out by" in flat or "No end" in flat, flat
        else:
            if lowest is not None and int(shown[1]) > lowest:
                return True
            lowest = int(shown[1])
    assert rows
    return False


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_no_number_contradicts_the_order(path):
    program = program_for("current")
    advice = advise(program, read_answers(path, program.rules.questions))
    assert not scores_contradict(
        advice_as("text", advice, program.rules, full=True, look=Look(width=100))
    )


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("answers", [LOCKED, "labels: 500", "facts: yes\ngap: []"])
def test_no_line_is_wider_than_asked_or_ends_in_blanks(width, answers, full):
    lines = advice_as(
        "text", advice_on(answers), RULES, look=Look(width=width), full=full
    ).splitlines()
    assert max(map(len, lines)) <= min(width, 100)
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("full", [False, True])
def test_colour_adds_nothing_but_colour(full):
    advice = advice_on(LOCKED)
    coloured = advice_as("text", advice, RULES, look=Look(colour=True), full=full)
    assert "\x1b[" in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert re.sub(r" +$", "", stripped, flags=re.MULTILINE) == advice_as(
        "text", advice, RULES, full=full
    )


def test_the_environment_has_no_say(monkeypatch):
    before = advice_as("text", advice_on(LOCKED), RULES)
    for name, value in (("COLUMNS", "33"), ("FORCE_COLOR", "1"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    assert advice_as("text", advice_on(LOCKED), RULES) == before


def test_open_questions_stand_with_what_they_could_change():
    text = advice_as("text", advice_on("labels: 500"), RULES, full=True)
    assert "The answer could still put first: rag, peft, rag+peft." in text
    assert "1. Must facts be looked up? (facts)\n     Count the answers." in text
    assert "The other 3 open questions cannot change first place." in text
    assert "An open question could still put it first." in text


def test_an_unknown_edge_is_told_with_its_reason():
    text = advice_as("text", advice_on("labels: 500"), RULES, full=True)
    assert "  unknown Are facts missing? (look_up)\n          No answer speaks for it." in text


def test_what_the_article_alone_would_say_is_told():
    text = advice_as("text", advice_on(LOCKED, Differs("peft", "it is older")), RULES, full=True)
    assert "The article alone would put Adapters first, because: it is older" in text
    nobody = advice_as("text", advice_on(LOCKED, Differs("none", "it is older")), RULES, full=True)
    assert "would put None of these yet first" in nobody


def test_no_open_question_at_all_is_said_so():
    everything = f"{LOCKED}\nmemory: 4\nsize: 7\ncolour: red"
    text = advice_as("text", advice_on(everything), RULES, full=True)
    assert "Nothing: every question has an answer." in text
    assert "Tuning takes 14-21 GB, and there are 4 GB." in text


def test_no_first_place_at_all_is_reported_without_how():
    advice = advice_on(LOCKED)
    places = tuple(replace(place, status=Status.NOT_ADVISED) for place in advice.ranking)
    summary = "None of these yet: do the preparations below first."
    nobody = replace(advice, verdict=Verdict.NONE, summary=summary, ranking=places)
    text = advice_as("text", nobody, RULES, full=True)
    assert text.startswith(f"{summary}\n")
    assert "Verdict: none. " in text
    assert "You are here: None of these yet" in text
    assert "\nHow\n" not in text
    assert advice_as("text", nobody, RULES).startswith(f"{summary}\nHow sure: proved.")


def test_what_was_tried_has_a_block_of_its_own_whatever_is_first():
    item = Advised(
        "stale-index",
        "The index is old",
        "Nobody renews it.",
        "Renew it.",
        "Look at its date.",
        (),
        (),
    )
    advice = replace(advice_on(LOCKED), so_far=(item,))
    in_order(
        advice_as("text", advice, RULES, full=True),
        "\nWhat went wrong so far\n  - The index is old. Nobody renews it. (stale-index)\n",
        "    How to check: Look at its date.\n    What to change: Renew it.\n",
    )
    assert "So far      ! The index is old. Nobody renews it. (stale-index)" in advice_as(
        "text", advice, RULES
    )


def test_what_it_takes_is_told_as_ranges_with_what_was_assumed():
    source = Citation("guide", "A guide", None, "2026", "D")
    takes = Takes(
        first_version=Amount((3, 10), "days", (source,)),
        production=None,
        once_usd=Amount((0, 500), "USD", (source,)),
        monthly_usd=Amount((20, 20), "USD a month", ()),
        skills=("search",),
        assumes=("A thousand requests a day.",),
        estimates={"memory": Amount((6.1, 9), "GiB", ())},
    )
    advice = advice_on(LOCKED)
    first = replace(advice.ranking[0], takes=takes)
    advice = replace(advice, ranking=(first, *advice.ranking[1:]))
    in_order(
        advice_as("text", advice, RULES),
        "It takes    first version 3 to 10 days; once USD 0 to 500; running USD 20 a",
        "month; skills: search",
        "Assumes: A thousand requests a day.",
    )
    whole = advice_as("text", advice, RULES, full=True)
    in_order(
        whole, "What it would take", "memory 6.1 to 9 GiB", "Assumes: A thousand", "guide (D, 2026)"
    )
    in_order(whole, "sources behind it", "A guide. 2026 (guide)")


@pytest.mark.parametrize(
    ("share", "word", "said"),
    [
        (0.974, "robust", "How sure: robust. First place stays in 97 of 100 plausible ways"),
        (0.999, "robust", "in 99 of 100"),
        (0.002, "open", "in 1 of 100"),
        (0, "open", "in 0 of 100"),
    ],
)
def test_how_sure_is_told_in_hundredths_and_never_rounded_to_certainty(share, word, said):
    advice = replace(advice_on("labels: 500\nlocked: yes"), stability=Stability(share, 400, word))
    advice = replace(advice, no_advice_yet=False, verdict=Verdict.UNDETERMINED)
    for full in (False, True):
        text = " ".join(advice_as("text", advice, RULES, full=full).split())
        assert said in text
        assert text.count("not a chance of being right") == 1


def test_what_lies_out_of_scope_is_said_at_the_top():
    item = Advised("speech", "Speech", "This advice is on text.", "Look elsewhere.", "", (), ())
    advice = replace(advice_on(LOCKED), out_of_scope=(item,))
    for full in (False, True):
        head = "\n".join(advice_as("text", advice, RULES, full=full).splitlines()[:8])
        assert "Out of scope: Speech. This advice is on text." in head


def test_a_text_cannot_steer_the_terminal():
    hostile = "a\x1b]0;owned\x07 [red]b[/red] :smile:\u202e\r\n  c"
    entry = Entry("\x1b[2J", (line(hostile),))
    document = Document(line(hostile), (), (Section(hostile, (Entries((entry,)),)),))
    text = document_text(document)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[red]b[/red] :smile:" in text


def test_wide_characters_count_as_two_columns():
    document = Document(line("大" * 30), (), ())
    assert document_text(document, width=40).splitlines() == ["大" * 20, "大" * 10]


def test_deeper_entries_stand_further_in():
    entries = Entries((Entry("yes", (line("a"),)), Entry("no", (line("b"), line("c")), depth=1)))
    document = Document((Span("t", Tone.STRONG),), (entries,), ())
    assert document_text(document) == "t\nyes a\n  no  b\n      c\n"


def test_what_follows_a_mark_hangs_beside_it():
    entries = Entries(
        (Entry("Why", (line("+ one two three four five"), line("12. six seven eight"))),)
    )
    told = document_text(Document(line("t"), (entries,), ()), width=20)
    assert told == "t\nWhy + one two three\n      four five\n    12. six seven\n        eight\n"
