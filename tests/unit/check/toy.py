"""A rule set of three questions and three strategies, and a project judged by it."""

import os
import subprocess
from datetime import date
from pathlib import Path

TODAY = date(2026, 6, 1)

RULES = """\
name: toy
version: "{version}"
title: A toy
questions:
  labels: {{order: 1, ask: How many labelled examples?, help: Count them., type: integer, unit: examples, example: "5", origin: [S1]}}
  weights:
    order: 2
    ask: Can the weights be changed?
    help: Ask the vendor.
    type: choice
    values: {{open: They can, locked: They cannot}}
    example: open
    origin: [S1]
  gap:
    order: 3
    ask: What is missing?
    help: Look at failures.
    type: choice
    values: {{facts: Facts, form: Form, nothing: Nothing}}
    example: facts
    origin: [S1]
sources:
  own: {{title: Our own, date: "2026", seen: own, grade: D}}
needs:
  knowledge: {{title: Knowledge, text: Facts are missing.}}
strategies:
  icl: {{title: Prompting, text: Prompt., effort: 1}}
  rag: {{title: Retrieval, text: Look it up., effort: 2, serves: [knowledge], otherwise: [icl]}}
  peft: {{title: Adapters, text: Train a little., effort: 3, otherwise: [icl]}}
rules:
  enough-labels:
    title: There are enough labels
    when: {{answer: labels, at_least: {threshold}}}
    argues: [{{for: peft, strength: {strength}, topic: labels}}]
    because: "With {{labels}} training pays."
    sources: [own]
    examples: {{fires: {{labels: 1000000}}, silent: {{labels: 0}}}}
  few-labels:
    title: There are few labels
    when: {{answer: labels, below: 100}}
    argues: [{{against: peft, strength: strong, topic: labels}}]
    because: So few teach nothing.
    sources: [own]
    examples: {{fires: {{labels: 1}}, silent: {{labels: 1000000}}}}
  locked:
    title: The weights are locked
    when: {{answer: weights, is: locked}}
    rules_out: [peft]
    because: Nobody can train them.
    sources: [own]
    examples: {{fires: {{weights: locked}}, silent: {{weights: open}}}}
  facts-missing:
    title: Facts are missing
    when: {{answer: gap, is: facts}}
    argues: [{{for: knowledge, strength: moderate, topic: facts}}]
    because: Facts can be looked up.
    sources: [own]
    examples: {{fires: {{gap: facts}}, silent: {{gap: form}}}}
walks:
  main:
    title: What to do
    order: 1
    start: is_locked
    results: {{icl: prompt, rag: look up, peft: train}}
    nodes:
      is_locked:
        text: Are the weights locked?
        when: {{answer: weights, is: locked}}
        yes: facts
        no: labels
        unknown: {{to: labels, because: Not known.}}
        sources: [own]
      labels:
        text: Are there enough labels?
        when: {{answer: labels, at_least: {threshold}}}
        yes: peft
        no: facts
        unknown: {{to: facts, because: Not known.}}
        sources: [own]
      facts:
        text: Are facts missing?
        when: {{answer: gap, is: facts}}
        yes: rag
        no: icl
        unknown: {{to: icl, because: Not known.}}
        sources: [own]
join:
  j-icl: {{results: {{main: icl}}, strategy: icl}}
  j-rag: {{results: {{main: rag}}, strategy: rag}}
  j-peft: {{results: {{main: peft}}, strategy: peft}}
"""

PROJECT = """\
project: bot
rules: rules
answers:
  labels: 1200
  weights: open
  gap: facts
decision:
  strategy: peft
  since: 2026-01-15
  by: search team
review_by: 2026-12-31
assumptions:
  - answer: labels
    says: We have the labels.
    evidence: {records: data/labels.jsonl}
    tolerance: 5%
"""


def write_rules(
    folder: Path, threshold: int = 1000, strength: str = "strong", version: str = "1"
) -> None:
    """The toy rule set, with one threshold and one strength to be changed."""
    folder.mkdir(exist_ok=True)
    text = RULES.format(threshold=threshold, strength=strength, version=version)
    (folder / "ruleset.yaml").write_text(text, "utf-8")


def write_labels(folder: Path, count: int) -> None:
    """A JSONL file of so many records."""
    (folder / "data").mkdir(exist_ok=True)
    lines = "".join(f'{{"n": {number}}}\n' for number in range(count))
    (folder / "data" / "labels.jsonl").write_text(lines, "utf-8")


def write_project(folder: Path, text: str = PROJECT) -> Path:
    """A project of the toy rule set in a folder that is a repository of its own."""
    (folder / ".git").mkdir(exist_ok=True)
    write_rules(folder / "rules")
    write_labels(folder, 1200)
    path = folder / "llm-adapt.yaml"
    path.write_text(text, "utf-8")
    return path


def git(folder: Path, *arguments: str, day: str = "2026-05-20") -> None:
    """A git command, on a day."""
    moment = f"{day}T12:00:00Z"
    env = {**os.environ, "GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment}
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        env.pop(name, None)
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    done = ("git", *identity, "-C", str(folder), *arguments)
    subprocess.run(done, check=True, capture_output=True, env=env)


def commit(folder: Path, day: str) -> None:
    """Everything in a folder, committed on a day."""
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "all", day=day)
