"""Advice that people asked for goes to those whose answers call for it, and to none who is past it."""

import pytest

from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import advise
from llm_adapt.usecases.explain import explain

RULES = load_rules("current")
PROGRAM = Program(RULES)
REACHED = {"baseline_score": 0.95, "target_score": 0.9}
WORKS = {"retrieval_status": "working"}
MISSES = {"retrieval_status": "misses_documents"}
# Advice; what somebody says who needs it; what somebody says who is past it.
TOLD = {
    "filter-before-similarity": (MISSES, {"knowledge_change": "weekly", **WORKS}),
    "hybrid-search": (MISSES, {"domain_coverage": "specialized", **WORKS}),
    "tune-the-retriever": (
        {"domain_coverage": "specialized", **MISSES},
        {"domain_coverage": "specialized", **WORKS},
    ),
    "measure-each-stage": (MISSES, WORKS),
    "managed-retrieval": ({"knowledge_need": "core"}, {"knowledge_need": "core", "tried": ["rag"]}),
    "graph-retrieval": (
        {"knowledge_need": "core", "task_type": "reasoning"},
        {"knowledge_need": "core", "task_type": "qa", **MISSES},
    ),
    "score-threshold": (
        {"capability_gap": ["no_abstention"]},
        {"capability_gap": ["no_abstention"], **REACHED},
    ),
    "look-up-by-key": ({"knowledge_form": ["tables"]}, {"knowledge_form": ["tables"], **WORKS}),
    "similar-cases": ({"knowledge_form": ["examples"]}, {"knowledge_form": ["examples"], **WORKS}),
    "live-lookup": (
        {"knowledge_change": "daily"},
        {"knowledge_change": "daily", "knowledge_form": ["api"]},
    ),
    "schema-with-samples": ({"task_type": "sql"}, {"task_type": "sql", **REACHED}),
    "repository-context": ({"task_type": "code"}, {"task_type": "code", **WORKS}),
    "shortlist-then-choose": ({"label_values": 500}, {"label_values": 500, **WORKS}),
    "persona-placement": ({"task_type": "dialogue"}, {"task_type": "dialogue", **REACHED}),
    "code-before-model": ({"task_type": "extraction"}, {"task_type": "extraction", **REACHED}),
    "stronger-model-first": (
        {"stronger_model_allowed": "yes"},
        {"stronger_model_allowed": "yes", **REACHED},
    ),
    "constrained-decoding": (
        {"structured_output": "strict_schema"},
        {"structured_output": "strict_schema", **REACHED},
    ),
    "prompt-optimization": ({"prompting_effort": "few_shot"}, {"tried": ["prompt_optimization"]}),
    "prompt-caching": (
        {"capability_gap": ["cost_or_latency"]},
        {"capability_gap": [], "tried_failures": [], "prompt_prefix_tokens": 200},
    ),
    "batch-prices": (
        {"workload": "batch", "capability_gap": ["cost_or_latency"]},
        {"workload": "online", "capability_gap": ["cost_or_latency"]},
    ),
    "inputs-from-outputs": (
        {"labeled_examples": 20, "teacher_available": "yes"},
        {"labeled_examples": 20_000, "teacher_available": "yes"},
    ),
    "replay-general": (
        {"tried_failures": ["forgot_skills"]},
        {"keep_general_ability": "irrelevant"},
    ),
    "template-check": (
        {"task_type": "agent"},
        {"task_type": "agent", "tried": ["tuning"], "tried_failures": []},
    ),
    "each-language-apart": ({"languages": 3}, {"languages": 1}),
    "failed-no-gain-tuning": (
        {"tried": ["tuning"], "tried_failures": ["no_gain"]},
        {"tried": ["tuning"], "tried_failures": []},
    ),
    "failed-no-signal": ({"tried_failures": ["no_signal"]}, {"tried_failures": []}),
    "failed-forgot-skills": ({"tried_failures": ["forgot_skills"]}, {"tried_failures": []}),
}


def read(answers):
    return Situation(
        {key: Answer(RULES.questions[key].read(value)) for key, value in answers.items()}
    )


def told(answers):
    """All that advice says to somebody, whichever strategy they look at."""
    advice = advise(PROGRAM, read(answers))
    of_places = (item for place in advice.ranking for item in (*place.how, *place.warnings))
    return {item.id for item in (*of_places, *advice.so_far)}


@pytest.mark.parametrize("name", TOLD)
def test_it_is_told_to_those_who_need_it_and_to_none_who_is_past_it(name):
    needed, past = TOLD[name]
    assert name in told(needed)
    assert name not in told(past)


def test_explain_says_that_one_is_past_it():
    (known,) = explain(PROGRAM, "shortlist-then-choose", read(TOLD["shortlist-then-choose"][1]))
    assert known.now.summary == "You are past it."


def test_everything_that_one_can_be_past_is_tried_here():
    assert {item.id for item in RULES.items.values() if item.past is not None} <= TOLD.keys()
