"""Laws of the estimates: never negative, monotone, ordered by method, units never mixed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_adapt.estimate.run import LOSSES, SHARDINGS, TARGETS
from llm_adapt.rules.estimate import GB, GIB
from llm_adapt.usecases.estimate import hours_cells, load_tables, memory_cells, requests

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
        "optimizer": maybe(st.sampled_from(sorted(TABLES.optimizers))),
        "grad_ckpt": maybe(st.sampled_from(["0", "1"])),
        "attn_impl": maybe(st.sampled_from(["flash", "eager"])),
        "loss": maybe(st.sampled_from(LOSSES)),
        "purpose": maybe(st.sampled_from(["sft", "dpo", "grpo"])),
        "optimizer_offload": maybe(st.booleans()),
        "compile": maybe(st.sampled_from(["0", "1"])),
        "lora_rank": maybe(st.integers(1, 256)),
        "lora_targets": maybe(st.sampled_from(["q,v", *TARGETS])),
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


ENDS = ("gib", "low", "high")
MEASURED_TOKENS = 16_384


def gib(cells):
    answer = memory_cells(cells)
    return [answer[end] for end in ENDS]


def at_most(smaller, larger):
    # Answers are rounded to thousandths.
    return all(a <= b * (1 + CLOSE) + 0.001 for a, b in zip(smaller, larger, strict=True))


@given(RUNS)
def test_memory_is_above_zero_and_inside_its_range(cells):
    typical, low, high = gib(cells)
    assert 0 < low <= typical <= high
    # Where settings are missing the range is at most three times as wide as it is low, up to as
    # many tokens at once as any of the runs had that it was measured on.
    tokens = float(cells["micro_batch"] or 1) * float(cells["seq_len"] or 2048)
    shared = cells["sharding"] is not None or (cells["n_gpus"] or 1) == 1
    assert high <= low * 3.01 or 2 * tokens > MEASURED_TOKENS or not shared


@settings(max_examples=200)
@given(RUNS, st.floats(1.0, 8.0))
def test_more_parameters_never_need_less_memory(cells, factor):
    (*smaller, low, high), (*larger, lower, higher) = (
        gib({**cells, "params_b": cells["params_b"] * times}) for times in (1, factor)
    )
    assert at_most([*smaller, high], [*larger, higher])
    # A larger model may be one of experts, of which few work on a token.
    if cells["params_b"] * factor * GB <= TABLES.value("expert-params"):
        assert at_most([low], [lower])


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


# In small models 4 bit saves less than unpacking costs.
LARGE = [row for row in TABLES.models.values() if row.params > 3e9]


@pytest.mark.parametrize("row", LARGE, ids=lambda row: row.name)
def test_methods_are_ordered_for_every_known_model(row):
    peaks = [gib({"model": row.name, "method": each})[0] for each in ("qlora", "lora", "full")]
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
        "gpu": st.sampled_from([name for name, gpu in TABLES.gpus.items() if gpu.half_tflops]),
        "seq_len": maybe(st.integers(16, 65536)),
        "micro_batch": maybe(st.integers(1, 64)),
        "act_recompute": maybe(st.sampled_from(["0", "1"])),
    }
)


def gpu_hours(cells):
    answer = hours_cells(cells)
    return [answer[end] for end in ("hours", "low", "high")]


@given(HOURS, st.floats(1.0, 10.0))
def test_hours_are_above_zero_and_grow_with_tokens_and_parameters(cells, factor):
    typical, low, high = gpu_hours(cells)
    assert 0 < low <= typical <= high
    for name in ("tokens_b", "total_params_b"):
        assert at_most([typical, low, high], gpu_hours({**cells, name: cells[name] * factor}))


TRAFFIC = st.fixed_dictionaries(
    {
        "per_month": st.floats(1, 1e9),
        "hosted": st.sampled_from(sorted(TABLES.prices)),
        "question": st.floats(0, 1e4),
        "answer": st.floats(0, 1e4),
        "prefix": st.floats(0, 1e4),
        "examples": st.floats(0, 100),
        "retrieved": st.floats(0, 1e4),
        "cache_hits": st.floats(0, 1),
    }
)


@given(TRAFFIC, st.floats(1, 10))
def test_costs_are_never_negative_and_grow_with_the_volume(traffic, factor):
    once = {o.name: o for o in requests(traffic).estimate.options}
    more = {**traffic, "per_month": traffic["per_month"] * factor}
    for option in requests(more).estimate.options:
        month = once[option.name].usd_per_month.typical
        assert 0 <= month <= option.usd_per_month.typical * (1 + CLOSE)
