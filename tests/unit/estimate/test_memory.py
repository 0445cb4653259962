"""Training memory: the parts follow from physics, the notes and refusals from the input."""

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.rows import known_run
from llm_adapt.usecases.estimate import load_tables, memory, memory_cells

TABLES = load_tables()
LORA_7B = {
    "model": "Llama-2-7B",
    "method": "lora",
    "precision_regime": "pure_bf16",
    "quant": "none",
    "optimizer": "adamw",
    "grad_ckpt": "1",
    "attn_impl": "flash",
    "chunked_ce": "0",
    "compile": "0",
    "lora_rank": "16",
    "lora_targets": "all_linear",
    "micro_batch": "1",
    "seq_len": "2048",
    "seq_kind": "max",
    "grad_accum": "1",
    "n_gpus": "1",
    "sharding": "none",
    "metric": "torch_reserved",
}


def estimate(**changed):
    cells = {k: v for k, v in {**LORA_7B, **changed}.items() if v is not None}
    return training_memory(known_run(cells, TABLES), TABLES)


def peak(**changed):
    return estimate(**changed).gib.typical


def test_when_all_is_stated_nothing_is_assumed_and_the_range_is_the_band():
    answer = estimate()
    assert answer.all_stated
    assert answer.assumed == {}
    assert answer.gib.low == pytest.approx(0.8 * answer.gib.typical)
    assert answer.gib.high == pytest.approx(1.25 * answer.gib.typical)


def test_the_parts_add_up_to_the_peak():
    for method in ("full", "lora", "qlora"):
        answer = estimate(method=method)
        assert sum(answer.parts.values()) == pytest.approx(answer.gib.typical)


def test_sixteen_bit_weights_take_two_bytes_a_parameter():
    assert estimate().parts["weights"] == pytest.approx(2 * 6738415616 / 2**30)


def test_pure_bf16_training_takes_ten_bytes_a_parameter():
    answer = estimate(method="full", lora_rank=None, lora_targets=None)
    assert answer.gib.typical == pytest.approx(10 * 6.738e9 / 2**30, rel=0.05)


def test_fp32_master_weights_take_twenty_bytes_a_parameter():
    answer = peak(method="full", precision_regime="mixed_master", grad_accum="8")
    assert answer == pytest.approx(20 * 6.738e9 / 2**30, rel=0.05)


@pytest.mark.parametrize(
    "changed",
    [
        {"chunked_ce": "1", "framework": "axolotl"},
        {"chunked_ce": "1", "framework": "litgpt"},
        {"method": "qlora", "quant": "nf4"},
        {"lora_rank": "8"},
        {"lora_targets": "q,v"},
        {"micro_batch": "1", "act_offload": "1", "seq_len": "2048"},
        {"metric": "torch_allocated"},
        {"n_gpus": "8", "sharding": "fsdp"},
        {"cpu_offload": "1"},
        {"optimizer": "paged_adamw"},
        {"optimizer": "adamw8bit"},
    ],
)
def test_what_saves_memory_saves_memory(changed):
    assert peak(**changed) < peak()


@pytest.mark.parametrize(
    "changed",
    [
        {"grad_ckpt": "0"},
        {"attn_impl": "eager", "grad_ckpt": "0"},
        {"seq_kind": "variable length, truncated at max"},
        {"precision_regime": "amp_bf16"},
        {"precision_regime": "fp32"},
        {"weights_dtype": "fp32"},
        {"method": "lora_emb"},
        {"lora_targets": "all_linear+head"},
    ],
)
def test_what_costs_memory_costs_memory(changed):
    assert peak(**changed) > peak()


def test_full_training_states_follow_the_optimizer_and_the_shards():
    full = {"method": "full", "precision_regime": "mixed_master"}
    whole = peak(**full)
    for changed in (
        {"optimizer": "paged_adamw"},
        {"optimizer": "adamw8bit"},
        {"optimizer": "sgd"},
        {"opt_in_bwd": "1"},
        {"n_gpus": "8", "sharding": "zero1"},
        {"n_gpus": "8", "sharding": "zero2"},
        {"n_gpus": "8", "sharding": "zero3"},
    ):
        assert peak(**full, **changed) < whole
    assert peak(**full, n_gpus="8", sharding="ddp") == whole


def test_a_compiled_model_keeps_less_without_checkpointing():
    assert peak(grad_ckpt="0", compile="1") < peak(grad_ckpt="0")


def test_counted_adapters_win_over_rank_and_targets():
    assert peak(trainable_params="1000000") < peak()


def test_fp32_weights_mean_fp32_training():
    stated = {"method": "full", "weights_dtype": "fp32"}
    assert peak(**stated, precision_regime=None) == peak(**stated, precision_regime="fp32")


@pytest.mark.parametrize(
    ("targets", "same"),
    [
        ("q_proj, v_proj", "q,v"),
        ("q,k,v,o", "attn"),
        ("gate,up,down", "mlp"),
        ("q,head", "all_linear+head"),
    ],
)
def test_targets_may_be_written_as_module_names(targets, same):
    assert peak(lora_targets=targets) == peak(lora_targets=same)


def test_other_names_of_adapters_and_quantizers_are_understood():
    assert peak(method="dora") == peak()
    assert peak(method="qlora", quant="4bit") == peak(method="qlora", quant="nf4")


def test_an_unknown_card_in_a_row_is_noted():
    notes = memory_cells({**LORA_7B, "gpu": "some 48GB card"})["notes"]
    assert "not known" in " ".join(notes)


def test_ia3_is_smaller_than_lora():
    assert peak(method="ia3") < peak()


def test_peft_casts_what_it_does_not_quantise_to_fp32():
    four = {"method": "qlora", "quant": "nf4"}
    assert peak(**four, framework="hf_peft") > peak(**four, framework="axolotl")


def test_a_tied_head_is_untied_where_the_framework_does_so():
    tied = {"model": "Llama-3.2-1B"}
    assert peak(**tied, framework="litgpt") > peak(**tied, framework="torchtune")


def test_the_allocator_cache_stops_at_the_card():
    long = {"seq_len": "8192", "seq_kind": "variable length"}
    assert peak(**long) > 24
    assert peak(**long, gpu="RTX4090") < 24


def test_fewer_inputs_widen_the_range_and_are_named():
    few = estimate(seq_kind=None, metric=None, chunked_ce=None, lora_rank=None, grad_ckpt=None)
    assert not few.all_stated
    assert {"lengths", "metric", "cross entropy", "rank", "checkpointing"} <= set(few.assumed)
    assert few.gib.high / few.gib.low > 1.5625


def test_notes_say_what_to_know():
    assert "beyond the context" in " ".join(estimate(seq_len="8192").notes)
    assert "saves little" in " ".join(estimate(model="Qwen-1.8B", method="qlora").notes)
    assert "experts" in " ".join(estimate(model="Mixtral-8x7B(MoE)").notes)
    guessed = estimate(model="mine", params_b="7")
    assert "guessed" in " ".join(guessed.notes)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"method": None}, "no method"),
        ({"method": "qlorra"}, "unknown method"),
        ({"precision_regime": "bf17"}, "unknown precision regime"),
        ({"quant": "nf5"}, "unknown quantizer"),
        ({"optimizer": "adamm"}, "unknown optimizer"),
        ({"sharding": "zero4"}, "unknown sharding"),
        ({"lora_targets": "everything"}, "unknown adapter targets"),
        ({"method": "full", "quant": "nf4"}, "not possible"),
        ({"seq_len": "0"}, "length must be above zero"),
        ({"micro_batch": "-1"}, "micro-batch must be above zero"),
        ({"n_gpus": "1e9"}, "absurd"),
        ({"seq_len": "long"}, "not a number"),
        ({"grad_ckpt": "maybe"}, "not 1 or 0"),
        ({"lora_rank": "nan"}, "not a number"),
    ],
)
def test_bad_input_is_refused_in_the_users_words(changed, said):
    with pytest.raises(LlmAdaptError, match=said):
        estimate(**changed)


def test_a_question_with_a_card_brings_verdict_and_remedies():
    answer = memory({"params_b": 13, "method": "full", "gpu": "4090"})
    assert [card.fit.value for card in answer.cards] == ["does not fit"]
    assert answer.remedies[0].change.startswith("QLoRA")


def test_a_length_beyond_the_context_is_refused_in_a_question():
    with pytest.raises(LlmAdaptError, match="beyond the context"):
        memory({"model": "Llama-2-7B", "method": "lora", "seq_len": 9000})
