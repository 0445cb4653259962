"""Markdown for pull requests: what rules and answers say stays text."""

from pathlib import Path

import pytest

from llm_adapt.files.answers import parse_answers
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.document import Span, Tone, line
from llm_adapt.report.forms import advice_as
from llm_adapt.report.markdown import rendered
from llm_adapt.usecases.advise import advise, program_for

PROGRAM = program_for(str(Path(__file__).parent / "small_rules"))
RULES = PROGRAM.rules


def markdown(answers):
    situation = parse_answers(answers.encode(), RULES.questions)
    return advice_as("markdown", advise(PROGRAM, situation), RULES)


def test_the_headline_comes_first_and_the_ranking_in_groups():
    text = markdown("facts: yes\ngap: []\nlocked: yes")
    assert text.startswith("## Recommended: Retrieval.\n\n")
    assert "**Recommended**\n\n- **1.** **Retrieval** (`rag`): score 4, 4 to 4." in text
    assert text.endswith("</details>\n")


def test_long_parts_are_folded_and_blank_lines_let_markdown_in():
    text = markdown("facts: yes\ngap: []")
    assert "<details>\n<summary>How</summary>\n\n- **Show examples.** Put" in text
    assert text.count("<details>") == text.count("</details>") == 6
    assert '```yaml\nfacts: "yes"\ngap: []\n```' in text


def test_sources_are_links_and_their_titles_stay_text():
    text = markdown("facts: yes")
    assert r"A study \[bold\]of\[/bold\] &lt;b&gt;tuning&lt;/b&gt;. 2024-05 (`src-one`)" in text
    assert "(https://example.org/a_%28b%29)" in text
    assert r"&#64;team says \*so\*." in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("@team #12", "&#64;team &#35;12"),
        ("[a](b) `c` *d* ~~e~~ $f$", r"\[a\](b) \`c\` \*d\* \~\~e\~\~ \$f\$"),
        ("snake_case _x_ __y__", r"snake_case \_x\_ \_\_y\_\_"),
        ("a | b \\", r"a \| b \\"),
        ("two\nlines", "two lines"),
    ],
)
def test_nothing_is_read_as_markup(text, shown):
    assert escaped(text) == shown


@pytest.mark.parametrize("text", ["1. a", "12) a", "- a", "+ a", "=== "])
def test_a_line_never_begins_a_list_or_a_heading(text):
    assert rendered(line(text))[0] != text[0] or "\\" in rendered(line(text))


def test_code_gets_a_fence_longer_than_any_in_it():
    assert rendered((Span("a``b|c", Tone.CODE),)) == "``` a``b|c ```"
    assert rendered((Span("a|b", Tone.CODE),), cell=True) == r"`a\|b`"


def test_only_web_addresses_become_links():
    assert rendered((Span("x", url="https://e.org/(y)"),)) == "[x](https://e.org/%28y%29)"
    assert rendered((Span("x", url="javascript:alert(1)"),)) == "x"
