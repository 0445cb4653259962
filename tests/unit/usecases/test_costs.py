"""Estimates beside the advice: only where the answers allow them, and in step with the rules."""

import pytest

from llm_adapt.files.rules import load_rules
from llm_adapt.rules.estimate import GB, GIB
from llm_adapt.usecases.costs import costs
from llm_adapt.usecases.estimate import memory


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


@pytest.mark.parametrize("size", [7, 13, 70])
@pytest.mark.parametrize(
    ("derived", "method"),
    [("full_ft_memory_gb", "full"), ("lora_memory_gb", "lora"), ("qlora_memory_gb", "qlora")],
)
def test_the_factors_that_rules_compare_with_agree_with_the_estimator(rules, derived, method, size):
    factor = rules.derived[derived]
    found = memory({"params_b": size, "method": method}).estimate.gib.times(GIB / GB)
    assert factor.low * size <= found.typical
    assert factor.high * size >= found.low
