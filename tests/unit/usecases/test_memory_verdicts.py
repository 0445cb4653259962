"""Rules and the estimator give one verdict: all models x methods x cards, no contradiction."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest

from llm_adapt.decide.words import fill
from llm_adapt.estimate.fit import verdict
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.models import find_gpu
from llm_adapt.estimate.run import read_run
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.estimate import GB, GIB, Fit
from llm_adapt.rules.model import scale_of
from llm_adapt.usecases.estimate import load_tables

TABLES = load_tables()
RULES = load_rules("current")
METHODS = {"full_ft_memory_gb": "full", "lora_memory_gb": "lora", "qlora_memory_gb": "qlora"}
SCRIPT = Path(__file__).parents[2] / "architecture" / "memory_points.py"


def estimate(size, method):
    return training_memory(read_run({"params_b": size, "method": method}, TABLES), TABLES)


def said(derived, size, memory_gb):
    """What the rules make of a card: below the low end, at the high one or above, or neither."""
    low, high = (scale_of(RULES.derived[derived], end).at(size) for end in ("low", "high"))
    if memory_gb < low:
        return Fit.NO
    return Fit.FITS if memory_gb >= high else Fit.DEPENDS


@pytest.mark.parametrize("derived", METHODS)
def test_the_points_of_the_rules_are_the_estimators(derived):
    spec = importlib.util.spec_from_file_location("memory_points", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.written(derived) == script.points(derived), f"run {SCRIPT}"


@pytest.mark.parametrize("derived", METHODS)
def test_rules_and_estimator_say_the_same_of_every_size_on_every_card(derived):
    for params in {row.params for row in TABLES.models.values()}:
        size, found = params / 1e9, estimate(params / 1e9, METHODS[derived])
        for memory in {gpu.memory_gb for gpu in TABLES.gpus.values()}:
            card = find_gpu(f"{memory:g}GB", TABLES)
            # Lines between points lie within 1 % of the estimate.
            near = [replace(card, usable_gib=card.usable_gib * share) for share in (0.985, 1.015)]
            fits = {verdict(found, each).fit for each in (card, *near)}
            assert said(derived, size, memory) in fits, (size, memory)


@pytest.mark.parametrize("derived", METHODS)
def test_no_known_model_on_a_known_card_contradicts_what_rules_say_of_its_size(derived):
    for model in TABLES.models.values():
        run = read_run({"model": model.name, "method": METHODS[derived]}, TABLES)
        found = training_memory(run, TABLES)
        for gpu in TABLES.gpus.values():
            both = {said(derived, model.params / 1e9, gpu.memory_gb), verdict(found, gpu).fit}
            assert both != {Fit.FITS, Fit.NO}, (model.name, gpu.name)


@pytest.mark.parametrize("size", [1, 7, 13, 70])
@pytest.mark.parametrize("derived", METHODS)
def test_texts_quote_the_numbers_of_the_estimate(derived, size):
    text = fill(f"{{{derived}}}", RULES, {"base_model_params_b": float(size)})
    quoted = [float(word.replace(",", "")) for word in re.findall(r"[\d.,]+\d", text)]
    gib = estimate(size, METHODS[derived]).gib.times(GIB / GB)
    assert quoted == pytest.approx([gib.low, gib.high, gib.typical], rel=0.006)
