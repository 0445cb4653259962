"""Whatever was tried and however it fell short, the advice says what that means, whatever is first."""

from itertools import product

import pytest

from llm_adapt.rules.situation import Answer, Situation
from llm_adapt.usecases.advise import advise, program_for

PROGRAM = program_for("current")
TRIED = PROGRAM.rules.questions["tried"].values
FAILED = PROGRAM.rules.questions["tried_failures"].values


@pytest.mark.parametrize(("tried", "failed"), list(product(TRIED, FAILED)))
def test_each_way_to_fall_short_speaks_whatever_was_tried(tried, failed):
    given = {"tried": (tried,), "tried_failures": (failed,), "training_allowed": "no"}
    advice = advise(PROGRAM, Situation({name: Answer(value) for name, value in given.items()}))
    told = [item for item in advice.so_far if failed.replace("_", "-") in item.id]
    assert told
    assert all(item.text and item.first_step and item.sources for item in told)
