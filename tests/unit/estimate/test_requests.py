"""Cost of requests: the worked example of the sources, crossings and refusals."""

import pytest

from llm_adapt.errors import LlmAdaptError
from llm_adapt.estimate.serving import Serving, output_tokens_per_second, serving_memory
from llm_adapt.estimate.shape import find_gpu, find_model
from llm_adapt.usecases.estimate import load_tables, requests

TABLES = load_tables()
EXAMPLE = {"requests": 100_000, "question": 200, "answer": 300}


def months(**changed):
    answer = requests({**EXAMPLE, **changed}, "gpt-4o-mini")
    return {o.name: round(o.usd_per_month.typical, 1) for o in answer.estimate.options}


def test_the_worked_example_comes_out():
    assert months() == {
        "prompt": 21.0,
        "many-shot+cache": 33.4,
        "tuned": 42.0,
        "many-shot": 43.5,
        "rag": 66.0,
    }


def test_options_come_cheapest_first():
    prices = list(months().values())
    assert prices == sorted(prices)


def test_a_cache_that_is_never_hit_saves_nothing():
    found = months(cache_hits=0)
    assert found["many-shot+cache"] == found["many-shot"]


def test_a_dear_cache_write_may_cost_more_than_it_saves():
    answer = requests({**EXAMPLE, "cache_hits": 0}, "claude-haiku-4-5")
    month = {o.name: o.usd_per_month.typical for o in answer.estimate.options}
    assert month["many-shot+cache"] > month["many-shot"]
    assert "tuned" not in month


def test_retrieval_has_costs_of_its_own():
    money = {"retrieval_per_request": 0.001, "retrieval_per_month": 50}
    answer = requests(EXAMPLE, "gpt-4o-mini", None, money)
    rag = next(o for o in answer.estimate.options if o.name == "rag")
    assert rag.usd_per_month.typical == pytest.approx(66 + 100 + 50)


def test_training_is_paid_back_against_the_dearest_prompt():
    answer = requests(EXAMPLE, "gpt-4.1-mini", None, {"training_tokens": 1e6})
    assert answer.payback["tuned"] > 0
    cheap = {**EXAMPLE, "examples": 0, "retrieved": 0}
    assert requests(cheap, "gpt-4.1-mini", None, {"training": 5}).payback == {"tuned": None}


def test_a_server_of_ones_own_undercuts_at_volume():
    own = {"model": "Llama-3.1-8B", "gpu": "H100", "precision": "fp8", "usd_per_hour": 2.99}
    answer = requests(EXAMPLE, "gpt-4o-mini", own)
    crossing = {b.dearer_at_first: b.requests_per_month for b in answer.estimate.break_even}
    assert crossing["prompt"] > crossing["rag"] > EXAMPLE["requests"]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"model": "Llama-3.1-8B"}, "no GPU"),
        ({"model": "Llama-3.1-8B", "gpu": "H100", "precision": "fp9"}, "unknown precision"),
        ({"model": "Llama-3.1-8B", "gpu": "H100", "utilisation": 0}, "utilisation"),
        ({"model": "Llama-3.1-70B", "gpu": "4090"}, "does not fit"),
        ({"model": "Llama-3.1-8B", "gpu": "L40S"}, "no price"),
    ],
)
def test_a_server_that_cannot_be_is_refused(own, said):
    with pytest.raises(LlmAdaptError, match=said):
        requests(EXAMPLE, "gpt-4o-mini", own)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"requests": -1}, "number of requests"),
        ({"question": float("1e12")}, "question"),
        ({"cache_hits": 1.5}, "cache hits"),
        ({"context": 300}, "beyond the context"),
    ],
)
def test_bad_traffic_is_refused(changed, said):
    with pytest.raises(LlmAdaptError, match=said):
        requests({**EXAMPLE, **changed}, "gpt-4o-mini")


def test_an_option_beyond_the_context_says_so():
    answer = requests({**EXAMPLE, "context": 1000}, "gpt-4o-mini")
    notes = {o.name: o.note for o in answer.estimate.options}
    assert "beyond the context" in notes["rag"]
    assert "beyond" not in notes["prompt"]


def test_an_unknown_hosted_model_names_the_nearest():
    with pytest.raises(LlmAdaptError) as caught:
        requests(EXAMPLE, "gpt-4o-mimi")
    assert "gpt-4o-mini" in caught.value.hint


def test_a_kv_cache_grows_with_requests_and_tokens():
    shape = find_model("Llama-3.1-8B", TABLES)
    one = serving_memory(Serving(shape, "bf16", 127_999, 1), TABLES)
    assert one.parts["KV cache"] == pytest.approx(15.6, abs=0.1)


@pytest.mark.parametrize(
    ("model", "gpus", "tokens", "published"),
    [
        ("Llama-3.1-8B", 1, (1000, 1000), 15220),
        ("Llama-3.1-8B", 1, (2048, 128), 3450),
        ("Llama-3.1-70B", 2, (1000, 1000), 4205),
    ],
)
def test_throughput_contains_the_published_one(model, gpus, tokens, published):
    serving = Serving(find_model(model, TABLES), "fp8", *tokens, gpus=gpus)
    rate = output_tokens_per_second(serving, find_gpu("H100", TABLES), TABLES)
    assert rate.low <= published <= rate.high


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"precision": "fp9"}, "unknown precision"),
        ({"output_tokens": 0}, "output"),
        ({"input_tokens": 1e6}, "beyond the context"),
    ],
)
def test_serving_that_cannot_be_is_refused(changed, said):
    base = {"precision": "bf16", "input_tokens": 10, "output_tokens": 10}
    with pytest.raises(LlmAdaptError, match=said):
        serving_memory(Serving(find_model("Llama-3.1-8B", TABLES), **{**base, **changed}), TABLES)
