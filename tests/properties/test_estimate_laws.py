"""Laws of the estimates: never negative, monotone, ordered by method, units never mixed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_adapt.estimate.hours import known_hours, training_hours
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.requests import Traffic, requests_cost
from llm_adapt.estimate.rows import known_run
from llm_adapt.estimate.setup import OPTIMIZERS, SHARDINGS, TARGETS
from llm_adapt.rules.estimate import GB, GIB
from llm_adapt.usecases.estimate import load_tables, memory_cells

TABLES = load_tables()
# float error, not a law, decides below this share
CLOSE = 1e-9


def maybe(values):
    return st.one_of(st.none(), values)


RUNS = st.fixed_dictionaries(
    {
        "params_b": st.floats(0.05, 900),
        "method": st.sampled_from(["full", "lora", "qlora"]),
        "precision_regime": maybe(st.sampled_from(sorted(TABLES.regimes))),
        "optimizer": maybe(st.sampled_from(OPTIMIZERS)),
        "grad_ckpt": maybe(st.sampled_from(["0", "1"])),
        "attn_impl": maybe(st.sampled_from(["flash", "eager"])),
        "chunked_ce": maybe(st.sampled_from(["0", "1"])),
        "compile": maybe(st.sampled_from(["0", "1"])),
        "lora_rank": maybe(st.integers(1, 256)),
        "lora_targets": maybe(st.sampled_from(TARGETS)),
        "micro_batch": maybe(st.integers(1, 64)),
        "seq_len": maybe(st.integers(16, 65536)),
        "seq_kind": maybe(st.sampled_from(["max", "variable length"])),
        "grad_accum": maybe(st.integers(1, 16)),
        "n_gpus": maybe(st.integers(1, 64)),
        "sharding": maybe(st.sampled_from(SHARDINGS)),
        "metric": maybe(st.sampled_from(["torch_allocated", "torch_reserved", "nvidia-smi"])),
        "framework": maybe(st.sampled_from(["litgpt", "torchtune", "hf_peft"])),
        "gpu": maybe(st.sampled_from(["A100-80GB", "RTX4090", "24 GB"])),
    }
)


def gib(cells):
    return training_memory(known_run(cells, TABLES), TABLES).gib


def at_most(smaller, larger):
    return all(
        a <= b * (1 + CLOSE)
        for a, b in zip(
            (smaller.typical, smaller.low, smaller.high),
            (larger.typical, larger.low, larger.high),
            strict=True,
        )
    )


@given(RUNS)
def test_memory_is_above_zero_and_inside_its_range(cells):
    value = gib(cells)
    assert 0 < value.low <= value.typical <= value.high


@settings(max_examples=200)
@given(RUNS, st.floats(1.0, 8.0))
def test_more_parameters_never_need_less_memory(cells, factor):
    assert at_most(gib(cells), gib({**cells, "params_b": cells["params_b"] * factor}))


@settings(max_examples=200)
@given(RUNS, st.integers(16, 65536), st.integers(0, 65536))
def test_longer_sequences_never_need_less_memory(cells, length, more):
    assert at_most(gib({**cells, "seq_len": length}), gib({**cells, "seq_len": length + more}))


@settings(max_examples=200)
@given(RUNS, st.integers(1, 64), st.integers(0, 64))
def test_larger_batches_never_need_less_memory(cells, batch, more):
    assert at_most(
        gib({**cells, "micro_batch": batch}), gib({**cells, "micro_batch": batch + more})
    )


@settings(max_examples=200)
@given(RUNS, st.floats(3, 900))
def test_qlora_needs_at_most_lora_and_lora_at_most_full_training(cells, params_b):
    qlora, lora, full = (
        gib({**cells, "params_b": params_b, "method": method})
        for method in ("qlora", "lora", "full")
    )
    assert qlora.typical <= lora.typical * (1 + CLOSE)
    assert lora.typical <= full.typical * (1 + CLOSE)


@pytest.mark.parametrize("row", TABLES.models.values(), ids=lambda row: row.name)
def test_methods_are_ordered_for_every_known_model(row):
    base = {"model": row.name, "seq_len": 4096, "micro_batch": 8, "grad_ckpt": "0"}
    peaks = [gib({**base, "method": method}).typical for method in ("qlora", "lora", "full")]
    assert peaks == sorted(peaks)


@given(RUNS)
def test_gib_and_gb_of_an_answer_are_the_same_bytes(cells):
    answer = memory_cells(cells)
    assert answer["gb"] * GB == pytest.approx(answer["gib"] * GIB, rel=1e-3, abs=GB / 1000)


HOURS = st.fixed_dictionaries(
    {
        "total_params_b": st.floats(0.05, 900),
        "tokens_b": st.floats(1e-6, 1e5),
        "method": st.sampled_from(["full", "lora", "qlora"]),
        "kind": st.sampled_from(["pretrain", "cpt", "sft", "throughput", "sft_throughput"]),
        "gpu": st.sampled_from(sorted(TABLES.gpus)),
        "seq_len": maybe(st.integers(16, 65536)),
        "micro_batch": maybe(st.integers(1, 64)),
        "act_recompute": maybe(st.sampled_from(["0", "1"])),
    }
)


def gpu_hours(cells):
    return training_hours(known_hours(cells, TABLES), TABLES).hours


@given(HOURS, st.floats(1.0, 10.0))
def test_hours_are_above_zero_and_grow_with_tokens_and_parameters(cells, factor):
    hours = gpu_hours(cells)
    assert 0 < hours.low <= hours.typical <= hours.high
    assert at_most(hours, gpu_hours({**cells, "tokens_b": cells["tokens_b"] * factor}))
    assert at_most(hours, gpu_hours({**cells, "total_params_b": cells["total_params_b"] * factor}))


TRAFFIC = st.builds(
    Traffic,
    requests=st.floats(0, 1e9),
    question=st.floats(0, 1e5),
    answer=st.floats(0, 1e5),
    prefix=st.floats(0, 1e5),
    examples=st.floats(0, 1000),
    example=st.floats(0, 1000),
    retrieved=st.floats(0, 1e5),
    cache_hits=st.floats(0, 1),
)


@given(TRAFFIC, st.sampled_from(sorted(TABLES.prices)), st.floats(1, 10))
def test_costs_are_never_negative_and_grow_with_the_volume(traffic, name, factor):
    price = TABLES.prices[name]
    once = {o.name: o for o in requests_cost(traffic, price, TABLES).options}
    more = replace(traffic, requests=traffic.requests * factor)
    for option in requests_cost(more, price, TABLES).options:
        month = once[option.name].usd_per_month.typical
        assert 0 <= month <= option.usd_per_month.typical * (1 + CLOSE)
