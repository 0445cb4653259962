"""Arguments of one topic count once, topics add up, and the bounds hold every outcome."""

from llm_adapt.decide.conditions import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.tally import SILENCE, Topic, bounds, hear, worth


def heard(*points):
    found = SILENCE
    for each in points:
        found = hear(found, each)
    return worth(found)


def test_the_strongest_argument_of_a_topic_counts_in_full_and_a_second_adds_a_point():
    assert heard(4) == 4
    assert heard(4, 2) == heard(2, 4) == 5
    assert heard(4, 2, 2) == heard(2, 2, 4) == 5


def test_unknown_arguments_widen_the_bounds_and_what_speaks_against_is_subtracted():
    truths = {"a": UNKNOWN, "b": YES, "c": UNKNOWN, "d": NO}
    logic = {
        name: Logic(True, 0, 0, (), 0, lambda _true, _false, value=value: value)
        for name, value in truths.items()
    }
    topics = (
        Topic("need", "one", 1, ((8, "a"), (2, "b"))),
        Topic("need", "two", -1, ((4, "c"), (1, "d"))),
    )
    assert bounds(topics, logic, 0, 0) == (-2, 9)
