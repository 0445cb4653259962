"""What strategies take, beside the advice: only where the answers allow it, with what is assumed."""

import json

import pytest

from llm_adapt.report.json_v1 import advice_json
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import advise, program_for
from llm_adapt.usecases.takes import with_takes

PROGRAM = program_for("current")
AMOUNTS = ("first_version", "production", "once_usd", "monthly_usd")
KNOWN = {
    "base_model_params_b": 13,
    "unlabeled_tokens": 5e9,
    "labeled_examples": 800,
    "monthly_requests": 200_000,
}


def takes(**answers):
    advice = with_takes(
        advise(PROGRAM, Situation({k: Answer(v) for k, v in answers.items()})), PROGRAM.rules
    )
    return {
        place["strategy"]: place["takes"] for place in json.loads(advice_json(advice))["ranking"]
    }


@pytest.fixture(scope="module")
def known():
    return takes(**KNOWN)


def test_with_the_numbers_every_amount_is_a_sourced_range(known):
    assert set(known) == set(PROGRAM.rules.strategies)
    for strategy in known.values():
        for name in AMOUNTS:
            low, high = strategy[name]["range"]
            assert 0 <= low <= high
            assert strategy[name]["sources"]
        assert strategy["skills"]


def test_what_is_missing_is_said_and_not_guessed():
    found = takes()["cpt"]
    assert found["once_usd"] is None
    assert found["monthly_usd"] is None
    assert any("raw text" in each for each in found["assumes"])
    assert any("number of requests" in each for each in found["assumes"])
    assert takes()["peft"]["assumes"][0] == "a base of 8 billion parameters"


def test_memory_needs_the_size_and_hours_the_text_as_well(known):
    assert not takes(unlabeled_tokens=5e9, gpu_memory_gb=24)["peft"]["estimates"]
    assert {span["unit"] for span in known["peft"]["estimates"].values()} == {"GiB"}
    assert {span["unit"] for span in known["cpt"]["estimates"].values()} == {"GPU hours"}


@pytest.mark.parametrize("amount", AMOUNTS)
def test_a_hybrid_takes_at_least_what_each_part_takes(known, amount):
    for hybrid in ("rag+peft", "rag+full_ft", "rag+cpt"):
        low, high = known[hybrid][amount]["range"]
        for part in hybrid.split("+"):
            if amount == "monthly_usd" and part == "rag":
                continue  # looked up on a hosted model there, on a server of one's own here
            assert low >= known[part][amount]["range"][0]
            assert high >= known[part][amount]["range"][1]


@pytest.mark.parametrize(
    ("amount", "strategy", "more", "less"),
    [
        ("once_usd", "peft", {"labeled_examples": 0}, {"labeled_examples": 4000}),
        ("once_usd", "peft", {"teacher_available": "no"}, {"teacher_available": "yes"}),
        ("once_usd", "cpt", {"unlabeled_tokens": 5e10}, {"unlabeled_tokens": 5e9}),
        ("monthly_usd", "icl", {"monthly_requests": 10**7}, {"monthly_requests": 10**5}),
        ("monthly_usd", "rag", {"prompt_prefix_tokens": 900}, {"prompt_prefix_tokens": 0}),
    ],
)
def test_answers_move_the_amounts(amount, strategy, more, less):
    dear, cheap = (takes(**{**KNOWN, **each})[strategy][amount]["range"] for each in (more, less))
    assert cheap[0] <= dear[0]
    assert cheap[1] < dear[1]
