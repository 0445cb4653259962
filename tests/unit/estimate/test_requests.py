"""Cost of a month of requests."""

import json
from datetime import date

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.usecases.estimate import load_tables, requests

MONTH = {"per_month": "100k", "hosted": "gpt-4o-mini", "question": 200, "answer": 300}


def options(**cells):
    return {each.name: each for each in requests({**MONTH, **cells}).estimate.options}


def test_the_worked_example():
    found = options(retrieved=2800)
    assert found["prompt"].usd_per_month.typical == pytest.approx(21.0)
    assert found["many-shot"].usd_per_month.typical == pytest.approx(43.5)
    assert found["rag"].usd_per_month.typical == pytest.approx(63.0)
    assert found["tuned"].usd_per_month.typical == pytest.approx(42.0)
    assert found["many-shot+cache"].usd_per_month.typical == pytest.approx(33.375)


def test_every_way_with_a_prefix_can_cache_it_from_the_providers_minimum_on():
    assert {"prompt+cache", "rag+cache", "many-shot+cache"} <= set(options(prefix=1024))
    short = options(prefix=1000, examples=0)
    assert not any(name.endswith("+cache") for name in short)
    assert "fewer than the 1024" in short["prompt"].note


def test_batch_prices_are_half():
    plain, batch = options()["prompt"], options(batch_api=True)["prompt"]
    assert batch.usd_per_month.typical == pytest.approx(plain.usd_per_month.typical / 2)


def test_servers_grow_with_the_volume():
    cells = {**MONTH, "own_model": "Llama-3.1-70B", "own_gpus": 4, "own_gpu": "H100"}
    cheap = requests({**cells, "hosted": "gpt-5-nano"})
    assert [each.requests_per_month for each in cheap.estimate.break_even] == [None]
    dear = requests({**cells, "hosted": "gpt-5.5"}).estimate.break_even[-1]
    for factor in (0.5, 1.01, 7, 40):
        volume = dear.requests_per_month * factor
        at = {
            each.name: each.usd_per_month.typical
            for each in requests(
                {**cells, "hosted": "gpt-5.5", "per_month": volume}
            ).estimate.options
        }
        assert (at["self-hosted"] < at["prompt"]) == (factor > 1)


def test_self_hosting_is_priced_for_what_it_replaces():
    own = {"own_model": "Llama-3.1-8B", "per_month": "50M", "prefix": 500}
    by_way = {way: options(**own, own_for=way)["self-hosted"] for way in ("tuned", "prompt", "rag")}
    assert [each.input_tokens for each in by_way.values()] == [200, 700, 3700]
    costs = [each.usd_per_month.typical for each in by_way.values()]
    assert costs == sorted(costs)
    assert by_way["rag"].usd_per_request.typical > 0


def test_utilisation_is_shown():
    answer = requests({**MONTH, "own_model": "Llama-3.1-8B"}).estimate
    shares = answer.own_usd_per_request_by_utilisation
    assert shares["0.05"] == pytest.approx(20 * shares["1"])


def test_training_is_paid_back_or_never():
    paid = requests({**MONTH, "training_usd": 100, "examples": 40}).payback
    assert paid["tuned"] > 0
    assert (
        requests({**MONTH, "training_usd": 100, "examples": 0, "retrieved": 0}).payback["tuned"]
        is None
    )
    # A server that is hardly used is no way that training replaces.
    idle = requests(
        {**MONTH, "training_usd": 100, "examples": 40, "own_model": "70B", "own_gpus": 4}
    )
    assert idle.payback == paid


def test_retired_models_and_old_prices_are_said():
    def notes(day, hosted):
        return " ".join(requests({**MONTH, "hosted": hosted}, as_of=day).estimate.notes)

    assert "is retired since 2026-07-24" in notes(date(2026, 11, 28), "deepseek-chat")
    assert "will be retired" in notes(date(2026, 11, 28), "gpt-4o")
    assert "older than" in notes(date(2027, 11, 28), "gpt-5.5")


def test_the_default_model_is_served_today():
    model = load_tables().prices[requests({"per_month": 1}).model]
    assert not model.retired


def test_prices_of_ones_own(tmp_path):
    path = tmp_path / "prices.yaml"
    path.write_text("rows:\n  - {name: ours, input: 1, output: 2}\n")
    found = requests({**MONTH, "hosted": "ours", "prices": str(path)}, as_of=date(2030, 1, 1))
    assert found.estimate.options[0].usd_per_month.typical == pytest.approx(80.0)
    assert not any("older" in note for note in found.estimate.notes)
    path.write_text("rows:\n  - {name: ours, input: 1}\n")
    with pytest.raises(LlmAdaptError, match="output is missing") as caught:
        requests({**MONTH, "hosted": "ours", "prices": str(path)})
    assert str(caught.value.where).endswith(":2:5")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"per_month": 0}, "above zero"),
        ({"cache_hits": 2}, "absurd"),
        ({"hosted": "gpt-9"}, "unknown hosted model"),
        ({"training_usd": 1e308}, "absurd"),
        ({"own_model": "Llama-3.1-70B"}, "does not fit"),
        ({"own_model": "Llama-3.1-8B", "own_gpu": "24GB"}, "does not fit|no price"),
        ({"question": 1e6}, "beyond the context"),
        ({"hosted": "grok-4.5", "batch_api": True}, "no batch price"),
    ],
)
def test_what_cannot_be_is_refused(cells, said):
    with pytest.raises(LlmAdaptError, match=said):
        requests({**MONTH, **cells})


def test_numbers_are_finite():
    answer = requests({**MONTH, "question": 0, "training_usd": 1e12})
    assert json.dumps([o.usd_per_month.high for o in answer.estimate.options], allow_nan=False)


def test_a_request_on_servers_of_ones_own_costs_what_they_are_busy_for():
    traffic = {"per_month": 25e6, "own_model": "Llama-3.1-8B", "own_utilisation": 0.5}
    estimate = requests(traffic).estimate
    shares = estimate.own_usd_per_request_by_utilisation
    own = next(each for each in estimate.options if each.name == "self-hosted")
    # Servers are rented whole, which makes a request no cheaper.
    assert shares["0.5"] <= own.usd_per_request.typical < 2 * shares["0.5"]
    assert shares["0.05"] == pytest.approx(20 * shares["1"])
