"""Rules and the estimator give one verdict: all models x methods x cards, no contradiction."""

import pytest

from llm_adapt.estimate.fit import verdict
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.run import read_run
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.estimate import GB, GIB, Fit
from llm_adapt.usecases.estimate import load_tables

TABLES = load_tables()
SIZES = sorted({row.params / 1e9 for row in TABLES.models.values()})
METHODS = {"full_ft_memory_gb": "full", "lora_memory_gb": "lora", "qlora_memory_gb": "qlora"}


def estimates(method):
    for size in SIZES:
        yield size, training_memory(read_run({"params_b": size, "method": method}, TABLES), TABLES)


def said(factor, size, gpu):
    """What the rules make of a card: below the low bound, above the high one, or neither."""
    if gpu.memory_gb < factor.low * size:
        return Fit.NO
    return Fit.FITS if gpu.memory_gb >= factor.high * size else Fit.DEPENDS


@pytest.mark.parametrize("derived", METHODS)
def test_what_the_rules_say_of_a_card_the_estimator_does_not_deny(derived):
    factor = load_rules("current").derived[derived]
    for size, estimate in estimates(METHODS[derived]):
        for gpu in TABLES.gpus.values():
            both = {said(factor, size, gpu), verdict(estimate, gpu).fit}
            assert both != {Fit.FITS, Fit.NO}, (size, gpu.name)


@pytest.mark.parametrize(
    ("derived", "least", "open_share"),
    [("full_ft_memory_gb", 3, 0.05), ("lora_memory_gb", 6, 0.15)],
)
def test_where_the_rules_are_sure_the_estimator_is_too(derived, least, open_share):
    factor = load_rules("current").derived[derived]
    differ = []
    for size, estimate in estimates(METHODS[derived]):
        for gpu in TABLES.gpus.values():
            rules, found = said(factor, size, gpu), verdict(estimate, gpu).fit
            # In a small model what does not grow with its parameters weighs more.
            assert rules in (found, Fit.DEPENDS) or size < least, (size, gpu.name)
            differ.append(rules is not found)
    assert sum(differ) <= open_share * len(differ)


@pytest.mark.parametrize("size", [7, 13, 32, 70])
@pytest.mark.parametrize("derived", METHODS)
def test_the_range_that_texts_quote_overlaps_the_estimate_around_its_middle(derived, size):
    factor = load_rules("current").derived[derived]
    run = read_run({"params_b": size, "method": METHODS[derived]}, TABLES)
    found = training_memory(run, TABLES).gib.times(GIB / GB)
    assert factor.low * size <= found.typical <= factor.high * size
    assert found.low <= factor.high * size
    assert factor.low * size <= found.high
