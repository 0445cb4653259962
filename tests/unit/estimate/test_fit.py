"""Verdicts and remedies."""

import pytest

from llm_adapt.estimate.fit import remedies, verdict
from llm_adapt.estimate.memory import training_memory
from llm_adapt.estimate.rows import known_run
from llm_adapt.estimate.shape import find_gpu
from llm_adapt.rules.estimate import Fit
from llm_adapt.usecases.estimate import load_tables, memory

TABLES = load_tables()


def fit(gpu, **cells):
    known = known_run(cells, TABLES)
    return verdict(training_memory(known, TABLES), find_gpu(gpu, TABLES), TABLES).fit


def changes(gpu, **cells):
    return remedies(known_run(cells, TABLES), find_gpu(gpu, TABLES), TABLES)


def test_qlora_of_13b_fits_a_24_gb_card_and_full_training_does_not():
    assert fit("4090", model="Llama-2-13B", method="qlora") is Fit.FITS
    assert fit("4090", model="Llama-2-13B", method="lora") is Fit.NO
    assert fit("4090", model="Llama-2-13B", method="full") is Fit.NO


def test_close_to_the_limit_is_tight():
    assert (
        fit("22 GB", model="Llama-2-7B", method="lora", seq_len="4096", lora_rank="64") is Fit.TIGHT
    )


def test_what_fits_needs_no_remedy():
    assert changes("A100", model="Llama-2-7B", method="qlora") == ()


def test_every_remedy_fits_and_free_ones_come_first():
    found = changes("4090", model="Llama-2-7B", method="lora", micro_batch="32", seq_len="2048")
    assert all(remedy.fit is Fit.FITS for remedy in found)
    assert found[0].change.startswith("micro-batch")
    assert found[0].costs == "a little time"


def test_a_number_of_cards_is_said_once_and_is_the_smallest():
    found = changes("A100", model="Llama-2-70B", method="lora", seq_len="2048")
    cards = [remedy.change for remedy in found if "FSDP" in remedy.change]
    assert cards == ["4 of these cards with FSDP"]


def test_checkpointing_and_a_paged_optimizer_are_offered():
    known = {"model": "Llama-3.2-3B", "method": "full", "precision_regime": "pure_bf16"}
    found = changes("A10G", **known, grad_ckpt="0", seq_len="512")
    assert any("optimizer" in remedy.change for remedy in found)
    long = changes("24 GB", model="Llama-2-7B", method="lora", grad_ckpt="0", seq_len="4096")
    assert any("checkpointing" in remedy.change for remedy in long)


def test_where_one_change_is_not_enough_they_are_added_up():
    found = changes(
        "12 GB", model="Qwen2.5-7B", method="lora", grad_ckpt="0", seq_len="4096", micro_batch="8"
    )
    assert len(found) == 1
    assert "+" in found[0].change


def test_what_nothing_helps_has_no_remedy():
    assert changes("1 GB", model="DeepSeek-V3(MoE,MLA)", method="full", seq_len="8192") == ()


@pytest.mark.parametrize(("quant", "gpu", "least"), [("none", "A100", 2), ("nf4", "A10G", 1)])
def test_serving_offers_fewer_bits_and_more_cards(quant, gpu, least):
    cells = {"model": "Llama-2-70B", "method": "inference", "quant": quant, "gpu": gpu}
    found = memory({**cells, "micro_batch": 8, "seq_len": 4096}).remedies
    assert len(found) >= least
    assert "cards" in found[-1].change


def test_serving_that_fits_needs_nothing():
    answer = memory({"params_b": 7, "method": "inference", "gpu": "A100"})
    assert answer.remedies == ()
    assert answer.cards[0].fit is Fit.FITS


def test_adding_up_ends_with_cards_where_nothing_else_helps():
    found = changes("24 GB", model="Llama-2-70B", method="qlora", grad_ckpt="0", seq_len="4096")
    assert found[-1].change.endswith("FSDP")


def test_the_shortest_cut_keeps_512_tokens():
    found = changes("24 GB", model="Llama-2-13B", method="qlora", grad_ckpt="0", seq_len="8192")
    assert found
