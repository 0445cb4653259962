"""GPU hours and their cost."""

from datetime import date

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.usecases.estimate import hours, hours_cells

RUN = {"params_b": 7, "tokens": "1B", "gpu": "A100"}


def typical(**cells):
    return hours(cells).estimate.hours.typical


def test_a_published_run_lies_in_the_range():
    cells = {"model": "Llama-2-70B", "tokens": "2000B", "purpose": "pretrain", "gpu": "A100"}
    spread = hours(cells).estimate.hours
    assert spread.low <= 1_720_320 <= spread.high


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"method": "full"}, {"method": "lora"}),
        ({"method": "qlora"}, {"method": "lora"}),
        ({"micro_batch": 1}, {"micro_batch": 8}),
        ({"micro_batch": 1, "seq_len": 256}, {"micro_batch": 1, "seq_len": 4096}),
        ({"checkpointing": True}, {"checkpointing": False}),
        ({"purpose": "sft"}, {"purpose": "throughput"}),
        ({"purpose": "dpo"}, {"purpose": "sft"}),
        ({"active_params_b": 7}, {"active_params_b": 2}),
    ],
)
def test_settings_are_ordered(more, less):
    assert typical(**RUN, **less) < typical(**RUN, **more)


def test_cells_of_a_table_mean_the_same():
    row = {"total_params_b": 7, "tokens_b": 1, "gpu": "A100-80GB", "kind": "sft", "method": "full"}
    assert hours_cells(row)["hours"] == typical(**RUN)


def test_money_and_the_clock():
    one, eight = hours(RUN).estimate, hours({**RUN, "gpus": 8, "usd_per_hour": 2}).estimate
    assert eight.wall_hours.typical == pytest.approx(one.hours.typical / 8)
    assert eight.usd.typical == pytest.approx(2 * eight.hours.typical)
    assert "as stated" in eight.price
    assert hours({**RUN, "gpu": "24GB", "peak_tflops": 100}).estimate.usd is None


def test_old_prices_are_said():
    def notes(day):
        return " ".join(hours(RUN, as_of=day).estimate.notes)

    assert "old" not in notes(date(2026, 11, 28))
    assert "old" in notes(date(2029, 1, 1))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"params_b": 7, "gpu": "A100"}, "no token count"),
        ({"params_b": 7, "tokens": "1B"}, "speed of this GPU"),
        ({"params_b": 7, "tokens": "1B", "gpu": "24GB"}, "speed of this GPU"),
        ({"params_b": 7, "tokens": "-1", "gpu": "A100"}, "above zero"),
        ({"params_b": 7, "active_b": 9, "tokens": 1, "gpu": "A100"}, "more than"),
        ({"params_b": 7, "tokens": 1, "gpu": "A100", "purpose": "fun"}, "unknown purpose"),
    ],
)
def test_what_cannot_be_is_refused(cells, said):
    with pytest.raises(LlmAdaptError, match=said):
        hours(cells)
