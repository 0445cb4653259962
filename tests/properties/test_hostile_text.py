"""What others wrote steers nobody: hostile text in every field, through every command and form.

Escapes never reach a terminal, nothing becomes markup, and a CI runner reads no command of theirs.
"""

import html
import io
import json
import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from llm_adapt.cli.app import app_for
from llm_adapt.cli.run import run
from llm_adapt.files.yaml_file import read_yaml
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
DATA, EVAL, BROKEN, CONFIG, PRICES = (
    f"{NAME}{ending}"
    for ending in (".jsonl", ".eval.jsonl", ".broken.jsonl", ".config.json", ".prices.yaml")
)
AUDIT_FORMS = ("text", "json", "html", "markdown", "sarif", "github", "gitlab", "junit")
REQUESTS = ("--per-month", "1000", "--question", "100", "--answer", "100")
ESTIMATES = [
    ("memory", ("--gpu", "4090")),
    ("fit", ("--gpu", "4090")),
    ("hours", ("--gpu", "4090", "--tokens", "1M")),
]
FEW = ("--samples", "9", "--steps", "9")
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
    ("check", "llm-adapt.yaml", "-f", "comment"),
    ("check", "llm-adapt.yaml", "-f", "badge"),
    ("check", "-f", "summary", "result.json"),
    ("check", "llm-adapt.yaml", "--diff"),
    ("check", NAME),
    ("record", "-o", "-"),
    ("record", "--project", HOSTILE),
    *(("questions", "-f", form) for form in ("text", "json", "markdown", "yaml")),
    *(("rules", "docs", "--article", "-f", form) for form in ("text", "json", "markdown")),
    *(
        ("rules", "diff", "rules", "current", "-f", form, *FEW)
        for form in ("text", "json", "markdown")
    ),
    ("rules", "test", "-f", "json"),
    ("rules", "new", HOSTILE, "rules"),
    ("rules", "new", "our-rule", f"new {NAME}", "--question", HOSTILE),
    *(("audit", DATA, "-f", form) for form in AUDIT_FORMS),
    ("audit", DATA, "-v", "--against", EVAL),
    ("audit", DATA, "--allow", f"{HOSTILE}=0.1"),
    ("audit", DATA, "--column", f"prompt={HOSTILE}"),
    ("audit", BROKEN),
    ("audit", HOSTILE.replace("/", "")),
    ("advise", "--data", DATA),
    ("init", "--data", DATA, "-o", "-"),
    *(
        ("estimate", kind, "--config", CONFIG, *more, "-f", form)
        for kind, more in ESTIMATES
        for form in ("text", "json")
    ),
    *(("estimate", kind, "--model", HOSTILE, *more) for kind, more in ESTIMATES),
    ("estimate", "memory", "--params-b", "7", "--gpu", HOSTILE),
    ("estimate", "memory", "--params-b", "7", "--framework", HOSTILE),
    *(
        ("estimate", "requests", "--prices", PRICES, *REQUESTS, "-f", form)
        for form in ("text", "json")
    ),
    ("estimate", "requests", "--prices", PRICES, "--hosted", HOSTILE, *REQUESTS),
    ("estimate", "requests", "--hosted", HOSTILE, "--per-month", "9"),
    *(("schema", subject) for subject in ("rules", "project", "audit", "check", "lock")),
]


def leaves(command, path=()):
    """Every command without commands of its own, with the forms that it writes."""
    for name, inner in getattr(command, "commands", {}).items():
        yield from leaves(inner, (*path, name))
    if not getattr(command, "commands", {}):
        forms = [getattr(p.type, "choices", ()) for p in command.params if "-f" in p.opts]
        forms = AUDIT_FORMS if path == ("audit",) else next(iter(forms), ())
        yield from ((path, form) for form in forms or [""])


@pytest.mark.parametrize(("path", "form"), [*leaves(get_command(app_for([])))], ids=" ".join)
def test_every_command_and_every_form_of_it_stands_in_the_table(path, form):
    runs = [words for words in COMMANDS_RUN if words[: len(path)] == path]
    assert runs
    written = {words[words.index("-f") + 1] if "-f" in words else "text" for words in runs}
    assert form in {"", *written, "mermaid"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A hostile rule set, answers under a hostile name, and a hostile project."""
    path = tmp_path_factory.mktemp("hostile")
    (path / "rules").mkdir()
    (path / "rules" / "ruleset.yaml").write_text(RULES, "utf-8")
    (path / NAME).write_text("facts: some\n", "utf-8")
    (path / "other.yaml").write_text("labels: 7\n", "utf-8")
    (path / "llm-adapt.yaml").write_text(PROJECT, "utf-8")
    rows = [
        {"prompt": HOSTILE, "completion": HOSTILE, HOSTILE: HOSTILE},
        {"prompt": f"{HOSTILE} 2", "completion": ""},
        {"prompt": f"{HOSTILE} 3", "completion": f"I cannot help. {HOSTILE} {{{{{HOSTILE}}}}}"},
        {"prompt": f"{HOSTILE} 4", "completion": f"Write to ann@example-mail.org {HOSTILE}"},
        {"prompt": HOSTILE, "completion": f"{HOSTILE} otherwise"},
    ]
    written = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (path / DATA).write_text(written, "utf-8")
    (path / EVAL).write_text(written, "utf-8")
    (path / BROKEN).write_text(f"{written}{{{STEERS}{MARKUP}\n", "utf-8")
    config = {"model_type": HOSTILE, "architectures": [HOSTILE], "torch_dtype": HOSTILE, HOSTILE: HOSTILE,
              "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 99,
              "intermediate_size": 128}  # fmt: skip
    (path / CONFIG).write_text(json.dumps(config), "utf-8")
    row = {"name": HOSTILE, "input": 4, "output": 20, "context": 9000, "source": HOSTILE,
           "date": "2026-01-01", "grade": "C", "note": HOSTILE}  # fmt: skip
    prices = {"shelf_life_days": 90, "rows": [row]}
    (path / PRICES).write_text(json.dumps(prices), "utf-8")
    result = {"schema": "llm-adapt/check/v1", "outcome": HOSTILE, "projects": [
        {"project": HOSTILE, "file": HOSTILE, "findings": [{"code": HOSTILE, "message": HOSTILE}],
         "ruleset": {"name": HOSTILE, "version": HOSTILE}, "decision": HOSTILE, "verdict": HOSTILE}]}  # fmt: skip
    (path / "result.json").write_text(json.dumps(result), "utf-8")
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
    if arguments[0] in {"advise", "explain", "compare", "init", "schema", "questions"}:
        return (*arguments, "--rules", "rules")
    if arguments[:2] in {("rules", "verify"), ("rules", "test")}:
        return (*arguments[:2], "rules", *arguments[2:])
    return (
        (*arguments, "--rules", "rules")
        if arguments[:1] == ("rules",) and not {"diff", "new"} & {*arguments}
        else arguments
    )


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize("arguments", COMMANDS_RUN, ids=lambda a: clean(" ".join(a))[:60])
def test_no_command_lets_it_through(arguments):
    code, out, err = written(options(arguments))
    assert code != 70, err
    for text in (out, err):
        assert _STEERS.findall(text) == []
        if "github" not in arguments or text is err:
            assert re.findall(r"^\s*::\S.*", text, re.MULTILINE) == []
            assert re.findall(r"##\w*\[", text) == []
    if "markdown" in arguments or arguments[:2] == ("rules", "docs") or arguments[0] == "record":
        # Front matter is no Markdown.
        out = out.rpartition("\n---\n")[2]
        assert re.findall(r"(?<!\\)<script|(?<!\\)\]\(javascript|(?<![\\`])@own", out) == []
    if {"json", "sarif", "gitlab"} & {*arguments} and out:
        json.loads(out)
    if {"html", "svg", "badge"} & {*arguments}:
        page = Elements()
        page.feed(out)
        own = 1 if arguments[:1] == ("advise",) and "html" in arguments else 0
        assert [tag for tag, _ in page.found].count("script") == own
        assert not [a for _, attrs in page.found for a in attrs if a.startswith("on")]
    if {"junit", "svg", "badge"} & {*arguments}:
        ET.fromstring(out)
    if "yaml" in arguments:
        read_yaml(out, "out")
    if "github" in arguments and arguments[0] in {"check", "audit"}:
        assert all(
            re.match(r"::(error|warning|notice) [^\n]*::[^\n]*$", line) for line in out.splitlines()
        )


TO_FILES = [
    words
    for words in COMMANDS_RUN
    if "-f" in words and words[0] not in {"estimate", "explain", "compare"}
]


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize("arguments", TO_FILES, ids=lambda a: clean(" ".join(a))[:60])
def test_no_file_holds_it(arguments, tmp_path):
    code, _, err = written((*options(arguments), "-o", tmp_path / "out"))
    assert code in {0, 1}, err
    assert _STEERS.findall((tmp_path / "out").read_text("utf-8")) == []


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
@pytest.mark.parametrize(
    "more", [[], ["--all"], ["--prove"], ["--resume", "saved.yaml"], ["--save", NAME, "--force"]]
)
def test_an_interview_says_it_harmlessly(more, folder):
    line = HOSTILE.splitlines()[0]
    saved = f"facts: some\n{quoted(HOSTILE)}: {quoted(HOSTILE)}\n#~ {quoted(HOSTILE)}: 1\n"
    (folder / "saved.yaml").write_text(saved, "utf-8")
    replies = [
        line,
        f"change facts {line}",
        f"change {line} 5",
        f"why {line}",
        "?",
        "why",
        "1",
        "5",
        f"save {line}",
        "",
    ]
    code, out, err = written(
        options(("advise", "--plain", *more)), "\n".join(replies).encode("utf-8", "replace")
    )
    assert code != 70
    assert _STEERS.findall(out + err) == []
    assert re.findall(r"^\s*::\S.*", out + err, re.MULTILINE) == []
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
