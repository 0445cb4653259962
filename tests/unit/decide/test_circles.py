"""Numbers that are compared in a circle are refused in words; a chain of them is not."""

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.usecases.advise import program_for

HEAD = """\
name: mine
version: "1"
title: Mine
extends: article
sources:
  own: {title: Own, date: undated, seen: own, grade: D}
derived:
  per_window: {title: Windows, unit: x, of: context_window_tokens, low: 1, high: 2, sources: [own]}
  per_billion: {title: Billions, unit: x, of: base_model_params_b, low: 1, high: 2, sources: [own]}
rules:
"""
RULE = """\
  {name}:
    title: A comparison
    when: {{answer: {answer}, at_least: {{derived: {derived}, bound: low}}}}
    because: One number is held against another.
    sources: [own]
    examples: {{fires: {{}}, silent: {{}}}}
"""


def program(folder, *compared):
    rules = [
        RULE.format(name=f"r-{a}-{d}".replace("_", "-"), answer=a, derived=d) for a, d in compared
    ]
    (folder / "ruleset.yaml").write_text(HEAD + "".join(rules), encoding="utf-8")
    return program_for(str(folder))


CHAIN = (("base_model_params_b", "per_window"), ("corpus_tokens", "per_window"))


def test_a_chain_is_followed(tmp_path):
    found = program(tmp_path, *CHAIN)
    assert {f"r-{a}-{d}".replace("_", "-") for a, d in CHAIN} <= set(found.rules.rules)


def test_a_circle_is_refused(tmp_path):
    with pytest.raises(
        LlmAdaptError, match="base_model_params_b, context_window_tokens, corpus_tokens"
    ):
        program(tmp_path, *CHAIN, ("corpus_tokens", "per_billion"))
