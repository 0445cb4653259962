"""A page of HTML: whole, for itself, and what rules and answers say stays text."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from llm_adapt.decide.advise import Adviser
from llm_adapt.decide.program import Program
from llm_adapt.files.answers import parse_answers
from llm_adapt.files.rules import load_rules
from llm_adapt.report.document import Document, Entries, Entry, Span, Table, Tone, plain
from llm_adapt.report.html import advice_html, document_html, rendered

RULES = load_rules(str(Path(__file__).parent / "small_rules"), use_cache=False)
PROGRAM = Program(RULES)
VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Reads a page, and fails where an element is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Balanced:
    parser = Balanced()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def page(answers: str) -> str:
    situation = parse_answers(answers.encode(), RULES.questions)
    return advice_html(Adviser(PROGRAM, situation).advice(), RULES)


def test_the_verdict_is_the_heading_and_the_ranking_a_table() -> None:
    text = page("facts: yes\ngap: []\nlocked: yes")
    assert text.startswith("<!doctype html>\n")
    assert "<h1><strong>Retrieval</strong>. No open question can change first place.</h1>" in text
    assert '<td><code>rag</code></td><td>Retrieval</td><td class="right">4</td>' in text
    found = read(text)
    assert found.elements.count("tr") > 3
    assert text.endswith("</html>\n")


def test_it_runs_nothing_and_loads_nothing() -> None:
    found = read(page("facts: yes"))
    assert not {"script", "img", "link", "iframe"} & set(found.elements)
    assert found.links
    assert all(address.startswith("https://") for address in found.links)


def test_what_a_rule_says_is_never_markup() -> None:
    text = page("facts: yes")
    assert "A study [bold]of[/bold] &lt;b&gt;tuning&lt;/b&gt;. 2024-05" in text
    assert rendered(plain('<b> & "x"\n\x1b[2J')) == "&lt;b&gt; &amp; &quot;x&quot; \ufffd[2J"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.org/?x=1&y='2'", '<a href="https://a.org/?x=1&amp;y=&#x27;2&#x27;">it</a>'),
        ("javascript:alert(1)", "it"),
        ('https://a.org/" onclick="x', "it"),
        ("", "it"),
    ],
)
def test_only_web_addresses_become_links(url: str, shown: str) -> None:
    assert rendered((Span("it", url=url),)) == shown


def test_entries_nest_and_tables_align() -> None:
    blocks = (
        Entries((Entry("1.", (plain("a"), plain("b"))), Entry("-", (plain("c"),), depth=1))),
        Table(("name", "n"), ((plain("x"), (Span("1", Tone.BAD),)),), right=(1,)),
    )
    text = document_html(Document(plain("T"), blocks, ()))
    read(text)
    assert "<li><strong>1.</strong> a<br>b</li>" in text
    assert '<li style="margin-left: 1.2rem">c</li>' in text
    assert '<th class="right">n</th>' in text
    assert '<td class="right"><span class="bad">1</span></td>' in text
