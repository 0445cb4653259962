"""A target that nobody has stated follows from what a failure costs."""

from llm_adapt.rules.situation import Answer, Origin, Situation
from llm_adapt.usecases.advise import advise, program_for


def situation(**answers):
    return Situation({name: Answer(value) for name, value in answers.items()})


def test_an_open_target_is_the_break_even_share_and_says_that_it_is_assumed():
    program = program_for("current")
    advice = advise(program, situation(error_cost_ratio=4, baseline_score=0.9))
    assert advice.answers["target_score"].value == 0.8
    assert advice.answers["target_score"].origin is Origin.ASSUMED
    place = next(place for place in advice.ranking if place.strategy == "peft")
    assert "goal-reached" in {reason.rule for reason in place.reasons}


def test_a_stated_target_stands():
    program = program_for("current")
    advice = advise(program, situation(error_cost_ratio=4, target_score=0.95))
    assert advice.answers["target_score"].value == 0.95
