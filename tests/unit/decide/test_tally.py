"""Arguments of one topic count once, topics add up, and the bounds hold every outcome."""

from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.tally import Side, total, total_bounds


def always(value):
    return Logic(every=True, hold=0, fail=0, parts=(), mask=0, test=lambda _true, _false: value)


def side(sign, *arguments):
    return Side(sign, tuple((points, always(value)) for points, value in arguments))


def test_the_strongest_argument_of_a_topic_counts_in_full_and_a_second_adds_a_point():
    assert side(1, (4, YES)).now(0, 0) == 4
    assert side(1, (4, YES), (2, YES)).now(0, 0) == 5
    assert side(1, (4, YES), (2, YES), (2, YES)).now(0, 0) == 5


def test_what_speaks_against_is_subtracted():
    sides = (side(1, (8, YES)), side(-1, (4, YES), (1, YES)))
    assert total(sides, 0, 0) == 3


def test_unknown_arguments_count_nothing_now_and_widen_the_bounds():
    sides = (side(1, (8, UNKNOWN), (2, YES)), side(-1, (4, UNKNOWN), (1, NO)))
    assert total(sides, 0, 0) == 2
    assert total_bounds(sides, 0, 0) == (-2, 9)
