"""GPU hours and money."""

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.usecases.estimate import hours, hours_cells, load_tables

TABLES = load_tables()
CPT_7B = {"params_b": 7, "tokens_b": 24, "method": "full", "kind": "cpt", "gpu": "A100"}


def test_llama_2_70b_is_within_a_third_of_its_model_card():
    row = {"total_params_b": 68.977, "tokens_b": 2000, "kind": "pretrain", "gpu": "A100-80GB"}
    assert hours_cells(row)["hours"] == pytest.approx(1_720_320, rel=1 / 3)


def test_hours_scale_with_tokens_and_the_clock_with_cards():
    one, two = hours(CPT_7B).estimate, hours({**CPT_7B, "tokens_b": 48, "n_gpus": 8}).estimate
    assert two.hours.typical == pytest.approx(2 * one.hours.typical)
    assert two.wall_hours.typical == pytest.approx(two.hours.typical / 8)


def test_frozen_weights_save_a_third_of_the_work_but_cost_time_a_micro_batch():
    base = {**CPT_7B, "seq_len": 8192, "micro_batch": 4, "act_recompute": 0}
    full = hours({**base, "kind": "sft"}).estimate.hours.typical
    lora = hours({**base, "kind": "sft", "method": "lora"}).estimate.hours.typical
    assert 0.6 < lora / full < 0.8
    short = {**base, "seq_len": 256, "micro_batch": 1, "kind": "sft", "method": "qlora"}
    assert hours(short).estimate.hours.typical > full


def test_a_price_of_the_user_wins_over_the_table():
    table, own = hours(CPT_7B).estimate, hours(CPT_7B, usd_per_hour=1.0).estimate
    assert "grade" in table.price
    assert own.usd == own.hours
    assert "as stated" in own.price


def test_a_card_without_a_price_says_so():
    answer = hours({**CPT_7B, "gpu": "L40S"}).estimate
    assert answer.usd is None
    assert "state one" in answer.price
    assert "usd" not in hours_cells({**CPT_7B, "gpu": "L40S"})


def test_experts_cost_a_little_more_than_their_active_size():
    dense = {**CPT_7B, "total_params_b": 13, "active_params_b": 13}
    sparse = {**dense, "total_params_b": 47}
    assert hours_cells(sparse)["hours"] > hours_cells(dense)["hours"]


def test_what_is_assumed_is_said():
    assert set(hours({**CPT_7B, "method": "lora"}).estimate.assumed) == {
        "length",
        "micro-batch",
        "recomputation",
    }


def test_an_old_card_works_in_fp16():
    assert "fp16" in " ".join(hours({**CPT_7B, "gpu": "V100"}).estimate.notes)


def test_a_peak_may_stand_for_a_card():
    answer = hours({**CPT_7B, "gpu": None, "peak_bf16_tflops": 312})
    assert answer.gpu == "312 TFLOP/s"
    unseen = hours({**CPT_7B, "gpu": "A101-90GB", "peak_bf16_tflops": 312})
    assert unseen.estimate.hours == answer.estimate.hours


def test_a_known_model_needs_no_size():
    answer = hours({"model": "Llama-3.1-8B", "tokens_b": 1, "gpu": "H100"})
    assert answer.model == "Llama-3.1-8B"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tokens_b": None}, "no token count"),
        ({"tokens_b": 0}, "above zero"),
        ({"tokens_b": 1e9}, "absurd"),
        ({"gpu": None}, "no GPU"),
        ({"gpu": "A101"}, "unknown GPU"),
        ({"gpu": "24 GB"}, "speed of this GPU"),
        ({"method": "dora"}, "unknown method"),
        ({"kind": "dream"}, "unknown purpose"),
        ({"params_b": 0}, "above zero"),
        ({"active_params_b": 9}, "more than"),
        ({"n_gpus": 0}, "above zero"),
    ],
)
def test_bad_input_is_refused_in_the_users_words(changed, said):
    with pytest.raises(LlmAdaptError, match=said):
        hours({k: v for k, v in {**CPT_7B, **changed}.items() if v is not None})


@pytest.mark.parametrize("price", [-1, float("nan")])
def test_a_price_that_cannot_be_is_refused(price):
    with pytest.raises(LlmAdaptError, match="cannot be"):
        hours(CPT_7B, usd_per_hour=price)
