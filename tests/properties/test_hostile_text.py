"""What others wrote steers nobody: hostile text in every field, through every command and form.

Escapes never reach a terminal, nothing becomes markup, and a CI runner reads no command of theirs.
"""

import html
import io
import json
import re
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_adapt.cli.run import run
from llm_adapt.report.borders import STEERING, clean, json_text, markdown, runner_command, terminal

# Steering a terminal, turning direction, markup of each kind, and commands of runners.
STEERS = "\x1b[31m\x1b]0;own\x07\x9b2J\u202e\u2066\u200b\r\n"
COMMANDS = "::error::own\n  ::add-mask::own\n##[error]own ##vso[task.setvariable]own"
MARKUP = (
    "<script>own()</script> </pre></script> @own #12 [own](javascript:own) ![own](x) `own` *own*"
)
HOSTILE = f'It "holds" {STEERS}{COMMANDS}\n{MARKUP} | own -- own %0A'
_STEERS = re.compile(f"(?![\n\t])[{STEERING}]")


def quoted(text):
    """A scalar of YAML that means this text."""
    return json.dumps(text)


RULES = f"""\
name: hostile
version: 1.0.0
title: {quoted(HOSTILE)}
flowchart_note: {quoted(HOSTILE)}
sources:
  book: {{title: {quoted(HOSTILE)}, date: "2026", seen: own, grade: D, note: {quoted(HOSTILE)}}}
questions:
  facts:
    order: 1
    ask: {quoted(HOSTILE)}
    help: {quoted(HOSTILE)}
    type: choice
    values: {{some: {quoted(HOSTILE)}, none: {quoted(HOSTILE)}}}
    origin: [B]
    example: {quoted(HOSTILE)}
  labels: {{order: 2, ask: How many?, help: {quoted(HOSTILE)}, type: integer, unit: {quoted(HOSTILE)}, origin: [B]}}
constants:
  few: {{value: 100, unit: {quoted(HOSTILE)}, because: {quoted(HOSTILE)}, sources: [book]}}
needs:
  knowing: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}}}
strategies:
  icl: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}, effort: 1}}
  rag: {{title: {quoted("R " + HOSTILE)}, text: {quoted(HOSTILE)}, effort: 2, serves: [knowing]}}
predicates:
  missing: {{text: {quoted(HOSTILE)}, when: {{answer: facts, is: some}}}}
rules:
  facts-missing:
    title: {quoted(HOSTILE)}
    when: missing
    argues: [{{for: knowing, strength: strong, topic: facts}}]
    because: {quoted(HOSTILE + " {facts} {labels}")}
    sources: [book]
    examples: {{fires: {{facts: some}}, silent: {{facts: none}}}}
  labels-few:
    title: {quoted(HOSTILE)}
    when: {{answer: labels, below: few}}
    argues: [{{against: knowing, strength: weak, topic: labels}}]
    because: {quoted(HOSTILE)}
    sources: [book]
    examples: {{fires: {{labels: 1}}, silent: {{labels: 100}}}}
walks:
  knowledge:
    title: {quoted(HOSTILE)}
    order: 1
    start: F1
    results: {{nothing: {quoted(HOSTILE)}, lookup: {quoted(HOSTILE)}}}
    nodes:
      F1:
        text: {quoted(HOSTILE)}
        when: missing
        yes: lookup
        no: nothing
        unknown: {{to: nothing, because: {quoted(HOSTILE)}}}
        sources: [book]
join:
  plain: {{results: {{knowledge: nothing}}, strategy: icl}}
  retrieve: {{results: {{knowledge: lookup}}, strategy: rag}}
variants:
  short: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}, first_step: {quoted(HOSTILE)}, sources: [book]}}
warnings:
  stale: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}, sources: [book]}}
preparations:
  before: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}, sources: [book]}}
plan:
  step: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}, stop_when: {quoted(HOSTILE)}, measure: {quoted(HOSTILE)}, takes: {quoted(HOSTILE)}, sources: [book]}}
so_far:
  tried: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}, check: {quoted(HOSTILE)}, sources: [book]}}
out_of_scope:
  other: {{title: {quoted(HOSTILE)}, text: {quoted(HOSTILE)}, sources: [book]}}
"""
EVIDENCE = "data <b>own::error::own.json"
PROJECT = f"""\
project: {quoted(HOSTILE)}
rules: rules
record: record.md
answers: {{facts: some, labels: 7}}
decision:
  strategy: icl
  since: 2026-01-02
  by: {quoted(HOSTILE)}
  dissent: {{reason: {quoted(HOSTILE)}, against: rag}}
assumptions:
  - answer: labels
    says: {quoted(HOSTILE)}
    evidence: {{value: {quoted(EVIDENCE)}, at: {quoted("a" + HOSTILE)}}}
"""
# File names cannot hold a slash or end a line in most of what reads them, but all of this.
NAME = "an\x1b[31m\u202e::error::own<b>.yaml"
FORMS = [("advise", NAME, "-f", form) for form in ("text", "json", "markdown", "html")]
COMMANDS_RUN = [
    *FORMS,
    ("advise", NAME, "-v"),
    ("advise", "--set", "labels=5"),
    ("advise", "--set", f"labels={HOSTILE}"),
    ("advise", "--set", f"{HOSTILE}=5"),
    ("advise", HOSTILE.replace("/", "") + ".yaml"),
    (f"--{HOSTILE}",),
    ("explain", HOSTILE),
    *(
        ("explain", name, *more)
        for name in (
            "rag",
            "facts",
            "facts-missing",
            "F1",
            "short",
            "step",
            "tried",
            "knowing",
            "few",
            "book",
            "missing",
            "knowledge",
        )
        for more in ((), (NAME,), ("-f", "json"))
    ),
    ("compare", NAME, NAME),
    ("compare", NAME, "other.yaml", "-f", "json"),
    *(
        ("rules", *words)
        for words in (
            ("list",),
            ("list", "-f", "json"),
            ("docs", "--all"),
            ("docs", "--index"),
            ("docs", "facts-missing"),
            ("graph",),
            ("graph", "-f", "dot"),
            ("graph", "-f", "svg"),
            ("verify",),
            ("verify", "-f", "json"),
            ("verify", "-f", "github"),
            ("test",),
            ("diff", "rules", "rules"),
        )
    ),
    ("schema", "answers"),
    ("schema", "advice"),
    ("init", NAME, "-o", "-"),
    ("init", "--skeleton", "-o", "-"),
    *(
        ("check", "llm-adapt.yaml", "-f", form)
        for form in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
    ),
    ("record", "-o", "-"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A hostile rule set, answers under a hostile name, and a hostile project."""
    path = tmp_path_factory.mktemp("hostile")
    (path / "rules").mkdir()
    (path / "rules" / "ruleset.yaml").write_text(RULES, "utf-8")
    (path / NAME).write_text("facts: some\n", "utf-8")
    (path / "other.yaml").write_text("labels: 7\n", "utf-8")
    (path / "llm-adapt.yaml").write_text(PROJECT, "utf-8")
    return path


@pytest.fixture
def at(folder, monkeypatch):
    monkeypatch.chdir(folder)


def written(arguments, stdin=b""):
    """What a command writes to each stream, and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    kept = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    try:
        code = run([str(word) for word in arguments])
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
    return int(code), out.getvalue(), err.getvalue()


def options(arguments):
    if arguments[0] in {"advise", "explain", "compare", "init", "schema"}:
        return (*arguments, "--rules", "rules")
    if arguments[:2] in {("rules", "verify"), ("rules", "test")}:
        return (*arguments[:2], "rules", *arguments[2:])
    return (
        (*arguments, "--rules", "rules")
        if arguments[:1] == ("rules",) and "diff" not in arguments
        else arguments
    )


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize("arguments", COMMANDS_RUN, ids=lambda a: clean(" ".join(a))[:60])
def test_no_command_lets_it_through(arguments):
    code, out, err = written(options(arguments))
    assert code != 70, err
    for text in (out, err):
        assert _STEERS.findall(text) == []
        if "github" not in arguments:
            assert re.findall(r"^\s*::\S.*", text, re.MULTILINE) == []
            assert re.findall(r"##\w*\[", text) == []
    if "markdown" in arguments or arguments[:2] == ("rules", "docs") or arguments[0] == "record":
        # Front matter is no Markdown.
        out = out.rpartition("\n---\n")[2]
        assert re.findall(r"(?<!\\)<script|(?<!\\)\]\(javascript|(?<![\\`])@own", out) == []
    if "json" in arguments and out:
        json.loads(out)
    if "github" in arguments and arguments[0] == "check":
        assert all(
            re.match(r"::(error|warning|notice) [^\n]*::[^\n]*$", line) for line in out.splitlines()
        )


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.usefixtures("at")
def test_a_page_has_no_element_of_theirs():
    _, out, _ = written(options(("advise", NAME, "-f", "html")))
    page = Elements()
    page.feed(out)
    assert [tag for tag, _ in page.found].count("script") == 1
    assert not [a for _, attrs in page.found for a in attrs if a.startswith("on")]
    assert all(not (a.get("href") or "").startswith("javascript") for _, a in page.found)
    assert "own()" in html.unescape(out)


@pytest.mark.usefixtures("at")
def test_an_interview_says_it_harmlessly():
    code, out, err = written(
        options(("advise", "--plain")), f"{HOSTILE.splitlines()[0]}\n?\nwhy\n1\n5\n\n".encode()
    )
    assert code != 70
    assert _STEERS.findall(out + err) == []
    assert "own" in err


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=())
    | st.sampled_from("\x1b\x9b\u202e\r\n:#[]<>&@*_`%,|\\"),
    max_size=80,
)


@given(texts)
def test_every_border_holds(text):
    for shown in (terminal(text), terminal(text, colour=True).replace("\x1b[31m", "")):
        assert not re.search(r"^\s*::\S", shown, re.MULTILINE)
        assert not re.search(r"##\w*\[", shown)
    assert not _STEERS.search(terminal(text))
    assert not _STEERS.search(markdown(text))
    assert not re.search(
        r"[<>]|(?<!\\)[`*\[\]|~$]", re.sub(r"\\[\\`*\[\]|~$_]", "", markdown(text))
    )
    line = runner_command(text.replace("\n", " "), within=True)
    assert not re.search(r"[:,\r\n]", line)
    assert json.loads(json_text({"a": text})) == {"a": text}
    assert not _STEERS.search(json_text({"a": text}))
    assert not re.search(r"##\w*\[", json_text({"a": text}))


def test_colours_of_our_own_pass_and_nothing_else():
    assert terminal("\x1b[1mbold\x1b[0m\x1b[2J", colour=True) == "\x1b[1mbold\x1b[0m\ufffd[2J"
    assert terminal("\x1b[1mbold") == "\ufffd[1mbold"
