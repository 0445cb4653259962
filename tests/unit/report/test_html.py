"""A page of HTML: whole, for itself, accessible, and what rules and answers say stays text."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from llm_adapt.files.answers import parse_answers
from llm_adapt.report.document import (
    Bar,
    Chart,
    Copyable,
    Document,
    Entries,
    Entry,
    Section,
    Span,
    Table,
    Tone,
    line,
    para,
)
from llm_adapt.report.forms import Look, advice_as
from llm_adapt.report.html import document_html
from llm_adapt.usecases.advise import advise, program_for

PROGRAM = program_for(str(Path(__file__).parent / "small_rules"))
RULES = PROGRAM.rules
VOID = {"meta", "br", "rect", "path", "polygon", "line"}


class Balanced(HTMLParser):
    """Reads a page, and fails where an element is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.headings += [tag] if tag in {"h1", "h2", "h3", "h4"} else []
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name in {"src", "srcset", "data", "action", "background"}:
                self.loads.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

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
    return advice_as("html", advise(PROGRAM, situation), RULES, Look(day="2026-11-28"))


def test_it_has_headline_contents_chart_picture_answers_and_date() -> None:
    text = page("facts: yes\ngap: []\nlocked: yes")
    assert text.startswith("<!doctype html>\n")
    assert "<h1><strong>Recommended: Retrieval.</strong></h1>" in text
    assert '<nav aria-label="Contents">' in text
    assert "<figure>" in text
    assert "<svg" in text
    assert 'class="way lit' in text or "lit" in text[text.index("<svg") : text.index("</svg>")]
    assert '<pre id="copy-answers">facts: &quot;yes&quot;\n' in text
    assert "Written by llm-adapt on 2026-11-28." in text
    assert text.endswith("</html>\n")


def test_it_loads_nothing_and_every_link_leads_somewhere() -> None:
    found = read(page("facts: yes\nlocked: yes"))
    assert not {"img", "link", "iframe", "object", "embed"} & set(found.elements)
    assert found.loads == []
    assert "@import" not in page("facts: yes")
    assert "url(" not in page("facts: yes")
    inner = {link[1:] for link in found.links if link.startswith("#")}
    assert inner
    assert inner <= set(found.ids)
    assert all(link.startswith(("https://", "#")) for link in found.links)


def test_every_id_stands_there_once_and_everything_named_has_one() -> None:
    found = read(page("facts: yes\nlocked: yes\ngap: [tone]\nlabels: 500"))
    assert len(found.ids) == len(set(found.ids))
    wanted = {"rule-rule-facts", "strategy-rag", "node-look_up", "question-facts", "source-src-one"}
    assert wanted <= set(found.ids)


def test_its_structure_can_be_walked_without_seeing_it() -> None:
    text = page("facts: yes\nlocked: yes")
    found = read(text)
    assert found.headings[0] == "h1"
    assert set(found.headings[1:]) == {"h2"}
    for landmark in ("header", "nav", "main", "footer"):
        assert found.elements.count(landmark) == 1
    assert '<html lang="en">' in text
    assert 'role="region" tabindex="0" aria-label="The flowchart' in text
    # The script only shows the button that copies; the page is whole without it.
    assert found.elements.count("script") == 1
    assert '<button type="button" hidden ' in text


def test_what_a_rule_says_is_never_markup() -> None:
    text = page("facts: yes")
    assert "A study [bold]of[/bold] &lt;b&gt;tuning&lt;/b&gt;. 2024-05" in text
    text = document_html(Document(line("T"), (para('<b> & "x"\n\x1b[2J'),), ()))
    assert "<p>&lt;b&gt; &amp; &quot;x&quot; \ufffd[2J</p>" in text


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
    text = document_html(Document(line("T"), (para(Span("it", url=url)),), ()))
    assert f"<p>{shown}</p>" in text


def test_entries_nest_tables_align_and_charts_say_in_words_what_they_draw() -> None:
    blocks = (
        Entries((Entry("1.", (line("a"), line("b"))), Entry("-", (line("c"),), depth=1))),
        Table(("name", "n"), ((line("x"), (Span("1", Tone.BAD),)),), right=(1,)),
        Chart("Score", (Bar("x", -1, 3, "one to three", 1),)),
    )
    text = document_html(Document(line("T"), blocks, ()))
    read(text)
    assert "<strong>1.</strong> a<br>b</li>" in text
    assert '<li style="margin-left: 1.2rem">c</li>' in text
    assert '<th class="right">n</th>' in text
    assert '<td class="right"><span class="bad">1</span></td>' in text
    assert "left: 50.0%" in text
    assert "<span>one to three</span>" in text


def test_text_to_copy_keeps_its_lines_and_nothing_else_of_them_is_markup() -> None:
    block = Copyable("a: 1\nb: '<x>\x1b'\n", "it")
    text = document_html(Document(line("T"), (), (Section("S", (block,)),)))
    assert "a: 1\nb: &#x27;&lt;x&gt;\ufffd&#x27;</pre>" in text
