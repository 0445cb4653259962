"""Whatever stands in a project file, a lock or a result file: a check ends with findings."""

import json
import random
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).parent.parent / "unit" / "check"
sys.path.insert(0, str(UNIT))

from toy import PROJECT, TODAY, write_project  # noqa: E402

from llm_adapt.report.forms import CHECKS, check_as  # noqa: E402
from llm_adapt.usecases.check import CheckOptions, check  # noqa: E402

MORE = """\
  - {id: good, evidence: {value: r.json, at: a.b}, at_least: 0.8, tolerance: 0.1, max_age_days: 3}
  - {id: lm, evidence: {lm_eval: lm_eval.json, task: sums, metric: acc}, at_least: 0.1}
  - {id: pf, evidence: {promptfoo: promptfoo.json}, at_least: 0.1}
  - {id: ia, evidence: {inspect_ai: inspect_ai.json, scorer: match}, at_least: 0.1}
ignore:
  - {finding: C301, at: good, reason: soon, until: 2026-07-01}
record: adr.md
"""
PLAIN = (None, 3, "x", [], {}, [1], {"a": 1}, True, 1e308)
PIECES = ("[", "}", ":", "\n", '"', "- ", "9", "!!x", "&a", "*a", "\0", "\u202e", "1e999", ": ")


def mutated(data, draw):
    """The data with one thing in it replaced or taken out."""
    if isinstance(data, dict) and data:
        key = draw.choice(list(data))
        chance = draw.random()
        if chance < 0.2:
            return {name: value for name, value in data.items() if name != key}
        return {**data, key: draw.choice(PLAIN) if chance < 0.5 else mutated(data[key], draw)}
    if isinstance(data, list) and data:
        return [*data[:-1], mutated(data[-1], draw)]
    return draw.choice(PLAIN)


def damaged(text, draw):
    """The text with pieces put in and taken out."""
    for _ in range(draw.randint(1, 4)):
        at, length = draw.randrange(len(text) + 1), draw.choice((0, 0, 1, 5, 40))
        text = text[:at] + draw.choice(PIECES) * (length < 2) + text[at + length :]
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damaged")
    write_project(folder, PROJECT + MORE)
    for name in ("lm_eval.json", "promptfoo.json", "inspect_ai.json"):
        (folder / name).write_text((UNIT / "files" / name).read_text("utf-8"), "utf-8")
    (folder / "r.json").write_text('{"a": {"b": 0.85}}', "utf-8")
    check([], folder, CheckOptions(as_of=TODAY, update_lock=True))
    return folder


@pytest.mark.parametrize(
    "name",
    ["llm-adapt.yaml", "llm-adapt.lock", "lm_eval.json", "promptfoo.json", "inspect_ai.json"],
)
def test_no_damage_to_a_file_is_more_than_a_finding(folder, name):
    draw, path = random.Random(name), folder / name
    whole = path.read_text("utf-8")
    try:
        for turn in range(15):
            structured = turn % 2 and not name.endswith("yaml")
            text = json.dumps(mutated(json.loads(whole), draw)) if structured else ""
            path.write_text(text or damaged(whole, draw), "utf-8")
            result = check([], folder, CheckOptions(as_of=TODAY))
            for form in ("text", *CHECKS):
                assert check_as(form, result).encode()
    finally:
        path.write_text(whole, "utf-8")
