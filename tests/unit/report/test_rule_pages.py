"""Pages of the rule book: links that lead somewhere, text that stays text."""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

import pytest

from llm_adapt.report.rule_book import (
    anchor,
    book_pages,
    linked,
)
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.explain import explain_all
from llm_adapt.usecases.rulebook.graph import chart_graph
from llm_adapt.usecases.rulebook.pages import book, index, write_book

LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def program():
    return program_for("current")


@pytest.fixture(scope="module")
def pages(program):
    return book_pages(explain_all(program), chart_graph(program))


def headings(text):
    return {anchor(line.lstrip("#").strip()) for line in text.splitlines() if line.startswith("#")}


def resolved(page, link):
    path = PurePosixPath(page).parent / link
    parts = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_every_rule_question_and_strategy_has_a_page(program, pages):
    rules = program.rules
    wanted = {
        *(f"rules/{name}.md" for name in rules.rules),
        *(f"questions/{name}.md" for name in rules.questions),
        *(f"strategies/{name}.md" for name in rules.strategies),
    }
    assert wanted <= set(pages)


def test_nothing_that_has_a_name_is_left_out(program):
    text = book(program)
    found = headings(text)
    assert {anchor(told.id) for told in explain_all(program)} <= found


def test_every_link_leads_to_a_page_and_a_heading_in_it(pages, tmp_path, program):
    written = write_book(program, tmp_path / "book")
    texts = {
        path.relative_to(tmp_path / "book").as_posix(): path.read_text("utf-8") for path in written
    }
    assert set(pages) < set(texts)
    count = 0
    for name, text in texts.items():
        for link in LINK.findall(text):
            if link.startswith(("https://", "http://")):
                continue
            target, _, place = link.partition("#")
            file = resolved(name, unquote(target)) if target else name
            assert file in texts, (name, link)
            assert not place or place in headings(texts[file]), (name, link)
            count += 1
    assert count > 1000


def test_links_of_the_one_document_lead_to_its_headings(program):
    text = book(program)
    found = headings(text)
    inner = [link[1:] for link in LINK.findall(text) if link.startswith("#")]
    assert inner
    assert set(inner) <= found


def test_a_rules_page_says_what_the_rule_says(program, pages):
    for rule in program.rules.rules.values():
        text = pages[f"rules/{rule.id}.md"]
        for name in (*rule.examples.fires, *rule.examples.silent, *rule.rules_out, *rule.sources):
            assert name in text


def test_ordinary_words_are_no_links():
    links = {"icl": "i", "some-rule": "s", "peft": "p"}
    assert linked("an icl of words", links) == "an icl of words"
    assert linked("for peft, strong", links) == "for [peft](p), strong"
    assert linked("see some-rule now", links) == "see [some-rule](s) now"
    assert linked("rule: icl, peft", links) == "rule: [icl](i), [peft](p)"


def test_text_of_rules_is_no_markup():
    assert linked("<b> [x](y) | *z*", {}) == "&lt;b&gt; \\[x\\](y) \\| \\*z\\*"


@pytest.mark.parametrize(
    ("heading", "name"), [("rag+peft", "ragpeft"), ("full_ft", "full_ft"), ("A b-c", "a-b-c")]
)
def test_anchors_are_those_of_github(heading, name):
    assert anchor(heading) == name


def test_the_index_of_a_folder_of_ones_own_links_to_its_own_files_only(tmp_path):
    (tmp_path / "ruleset.yaml").write_text("name: own\nversion: '1'\ntitle: O\nextends: current\n")
    (tmp_path / "mine.yaml").write_text(
        "rules:\n  own-rule:\n    title: T\n    when: {answer: deployment, is: api}\n"
        "    because: Because it is so here.\n    sources: [reconstruction]\n"
        "    examples: {fires: {deployment: api}, silent: {deployment: cloud}}\n"
    )
    text = index(program_for(str(tmp_path)), str(tmp_path))
    assert LINK.findall(text) == ["mine.yaml"]
