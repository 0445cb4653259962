"""Estimates beside the advice: only where the answers allow them, and in step with the rules."""

import pytest

from llm_adapt.files.rules import load_rules
from llm_adapt.usecases.costs import costs


@pytest.fixture(scope="module")
def rules():
    return load_rules("current")


def test_without_the_size_of_the_base_nothing_is_estimated(rules):
    assert costs(rules, {"unlabeled_tokens": 5e9, "gpu_memory_gb": 24}) == ()


def test_memory_needs_the_size_and_hours_the_text_as_well(rules):
    told = costs(rules, {"base_model_params_b": 13})
    assert {cost.strategy for cost in told} == {"peft", "full_ft"}
    assert {cost.unit for cost in told} == {"GiB"}
    with_text = costs(rules, {"base_model_params_b": 13, "unlabeled_tokens": 5e9})
    assert {c.strategy for c in with_text if c.unit == "GPU hours"} == {"cpt", "pretrain"}
    assert all(cost.low <= cost.typical <= cost.high for cost in with_text)
