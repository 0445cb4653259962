"""Why a strategy is not first, where a reader would ask: on shipped rules, through the JSON."""

import json

import pytest


@pytest.fixture
def places(cli):
    def run(*settings):
        options = [word for setting in settings for word in ("--set", setting)]
        return json.loads(cli("advise", "-f", "json", *options).out)

    return run


def test_the_first_has_nothing_to_explain_and_every_other_place_has(places):
    ranking = places("task_type=qa", "knowledge_need=core", "weights_access=api_only")["ranking"]
    assert ranking[0]["why_not_first"] == ""
    assert all(place["why_not_first"] for place in ranking[1:])
    out = [place for place in ranking if place["status"] == "ruled_out"]
    assert out
    assert all(place["why_not_first"].startswith("Ruled out by ") for place in out)


def test_a_walk_that_turned_away_is_named_with_the_answer_that_turned_it(places):
    result = places("training_allowed=no", "capability_gap=style_or_format", "labeled_examples=900")
    peft = next(place for place in result["ranking"] if place["strategy"] == "peft")
    assert "training_allowed: no" in peft["why_not_first"] or "Ruled out" in peft["why_not_first"]


def test_where_nothing_speaks_there_is_no_advice_yet(places):
    for known in ("task_type=qa", "task_count=1"):
        result = places(known)
        assert result["no_advice_yet"]
        assert result["ranking"][0]["group"] == "would_also_work"
        assert result["verdict"] == "undetermined"
    assert not places("weights_access=api_only")["no_advice_yet"]


def test_a_measured_baseline_ends_the_advice_to_build_a_test(places):
    steps = [step["id"] for step in places("task_type=qa")["plan"]]
    known = places("task_type=qa", "baseline_score=0.72")
    assert "measure" in steps
    assert "measure" not in [step["id"] for step in known["plan"]]
    assert "eval_first" not in [item["id"] for item in known["preparations"]]


def test_who_runs_a_pipeline_is_not_sent_to_a_platform(places):
    def variants(result):
        return [item["id"] for item in result["ranking"][0]["how"]]

    asked = ("task_type=qa", "knowledge_need=core", "citations=required")
    assert "managed-retrieval" in variants(places(*asked))
    for state in ("retrieval_status=working", "tried=rag"):
        assert "managed-retrieval" not in variants(places(*asked, state))
