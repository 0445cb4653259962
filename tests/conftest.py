"""What every test stands on: a quiet terminal, a cache of its own, the command line in process."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from llm_adapt.cli.run import run

# A busy machine is slow; that is no reason for a test to fail.
settings.register_profile("gate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gate")

ROOT = Path(__file__).resolve().parent.parent

TINY = {
    "ruleset.yaml": """\
name: tiny
version: 1.0.0
title: A rule set that fits on one screen
""",
    "questions.yaml": """\
questions:
  facts:
    order: 1
    ask: Are facts missing?
    help: Say no when it knows them all.
    type: choice
    values:
      no: It knows them
      some: Some of them
      all: All of them
    origin: [B]
  labels:
    order: 2
    ask: How many labelled examples are there?
    help: Count pairs.
    type: integer
    origin: [B]
  size:
    order: 3
    ask: How large is the model?
    help: In billions.
    type: number
    positive: true
    unit: billions
    origin: [B]
""",
    "knowledge.yaml": """\
sources:
  book:
    title: A book
    date: "2026"
    seen: own
    grade: D
constants:
  few:
    value: 100
    unit: examples
    because: Fewer hardly teach anything.
    sources: [book]
derived:
  memory:
    title: Memory
    unit: GB
    of: size
    low: 2
    high: 4
    sources: [book]
needs:
  knowing:
    title: Knowing
    text: To know facts.
strategies:
  icl:
    title: Prompting
    text: Ask well.
    effort: 1
  rag:
    title: Retrieval
    text: Look it up.
    effort: 2
    serves: [knowing]
predicates:
  facts-missing:
    text: facts are missing
    when: {answer: facts, in: [some, all]}
rules:
  facts-are-missing:
    title: Facts are missing
    when: facts-missing
    argues:
    - {for: knowing, strength: strong, topic: facts}
    because: What it does not know must be looked up.
    sources: [book]
    examples:
      fires: {facts: all}
      silent: {facts: no}
variants:
  short-prompt:
    title: A short prompt
    text: Keep it short.
    parts: [icl]
    sources: [book]
""",
    "flowchart.yaml": """\
walks:
  knowledge:
    title: Knowledge
    order: 1
    start: F1
    results:
      nothing: Nothing to look up
      lookup: Look it up
    nodes:
      F1:
        text: Are facts missing?
        when: facts-missing
        yes: lookup
        no: nothing
        unknown: {to: nothing, because: A need must be shown.}
        sources: [book]
join:
  plain:
    results: {knowledge: nothing}
    strategy: icl
  retrieve:
    results: {knowledge: lookup}
    strategy: rag
""",
}


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def quiet_terminal(monkeypatch, cache_folder):
    """Help and reports look the same on every machine, and no test reads the user's cache."""
    for name, value in {"TERM": "dumb", "COLUMNS": "100", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    for name in ("FORCE_COLOR", "GITHUB_ACTIONS", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LLM_ADAPT_CACHE", str(cache_folder))


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsys, monkeypatch) -> Callable[..., Outcome]:
    """The command line in this process: `cli("advise", file, stdin=b"...")`."""

    def call(*arguments: object, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = run([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Outcome(int(code), told.out, told.err)

    return call


@pytest.fixture
def tiny(tmp_path) -> Callable[..., Path]:
    """A folder with a small rule set, some of whose text is replaced: `tiny(("some", "sum"))`."""

    def write(*changes: tuple[str, str], **files: str) -> Path:
        folder = tmp_path / "tiny"
        folder.mkdir()
        texts = {**TINY, **{f"{name}.yaml": text for name, text in files.items()}}
        for before, after in changes:
            assert any(before in text for text in texts.values()), f"{before!r} is nowhere"
            texts = {name: text.replace(before, after) for name, text in texts.items()}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def example() -> Path:
    """A shipped answers file."""
    return ROOT / "examples" / "two-million-recipes" / "answers.yaml"
