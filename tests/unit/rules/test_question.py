import math

import pytest

from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import LARGEST, NOT_APPLICABLE, Unreadable, near_word, quoted, shown


def question(kind: Kind, **changes) -> Question:
    settings = {
        "id": "q",
        "order": 1,
        "ask": "?",
        "help": "",
        "kind": kind,
        "values": {"a_b": "", "b_c": "", "no": ""} if kind in {Kind.CHOICE, Kind.SEVERAL} else {},
        "unit": "",
        "minimum": 0,
        "maximum": None,
        "positive": False,
        "origin": ("B",),
        "example": "",
        **changes,
    }
    return Question(**settings)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_question_may_be_unknown_or_not_apply(kind):
    assert question(kind).read(None) is None
    assert question(kind).read("n/a") == NOT_APPLICABLE


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        (Kind.CHOICE, "a_b", "a_b"),
        (Kind.CHOICE, "no", "no"),
        (Kind.SEVERAL, [], ()),
        (Kind.SEVERAL, ["no", "a_b", "no"], ("a_b", "no")),
        (Kind.YES_NO, "yes", "yes"),
        (Kind.YES_NO, True, "yes"),
        (Kind.YES_NO, "false", "no"),
        (Kind.INTEGER, 0, 0),
        (Kind.INTEGER, 7e9, 7_000_000_000),
        (Kind.INTEGER, "7e9", 7_000_000_000),
        (Kind.INTEGER, "2_000", 2000),
        (Kind.INTEGER, "010", 10),
        (Kind.NUMBER, 0.5, 0.5),
        (Kind.NUMBER, -0.0, 0),
        (Kind.NUMBER, "1.10", 1.1),
        (Kind.NUMBER, LARGEST, LARGEST),
    ],
)
def test_an_answer_is_read(kind, written, meant):
    value = question(kind).read(written)
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize("written", [5, 5.0, "5", "5.0", "5e0"])
def test_a_number_has_one_form_however_it_is_written(written):
    value = question(Kind.NUMBER).read(written)
    assert (value, type(value)) == (5, int)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Kind.CHOICE, "z"),
        (Kind.CHOICE, 5),
        (Kind.CHOICE, False),
        (Kind.CHOICE, ["a_b"]),
        (Kind.CHOICE, {"a_b": 1}),
        (Kind.CHOICE, math.nan),
        (Kind.SEVERAL, "a_b"),
        (Kind.SEVERAL, {"a_b": 1}),
        (Kind.SEVERAL, [["a_b"]]),
        (Kind.SEVERAL, [None]),
        (Kind.SEVERAL, ["a_b", "z"]),
        (Kind.YES_NO, 1),
        (Kind.YES_NO, 0),
        (Kind.YES_NO, "maybe"),
        (Kind.INTEGER, 3.5),
        (Kind.INTEGER, True),
        (Kind.INTEGER, -1),
        (Kind.INTEGER, "many"),
        (Kind.INTEGER, math.nan),
        (Kind.INTEGER, math.inf),
        (Kind.INTEGER, "1e400"),
        (Kind.INTEGER, "inf"),
        (Kind.INTEGER, [5]),
        (Kind.INTEGER, 10**400),
        (Kind.NUMBER, LARGEST + 1),
        (Kind.NUMBER, -math.inf),
        (Kind.NUMBER, "9" * 5000),
        (Kind.NUMBER, {}),
    ],
)
def test_what_is_no_answer_is_refused_with_a_way_out(kind, written):
    refused = question(kind).read(written)
    assert isinstance(refused, Unreadable)
    assert refused.message.startswith("q ")
    assert refused.hint
    assert len(refused.message) < 120
    assert refused.message.isprintable()


def test_bounds_belong_to_the_question():
    share = question(Kind.NUMBER, maximum=1)
    assert share.read(1) == 1
    assert isinstance(share.read(1.01), Unreadable)
    assert isinstance(question(Kind.NUMBER, positive=True).read(0), Unreadable)
    assert isinstance(question(Kind.INTEGER, minimum=1).read(0), Unreadable)


@pytest.mark.parametrize(
    ("written", "meant"), [("a-b", "a_b"), ("A B", "a_b"), ("bc", "b_c"), ("No", "no")]
)
def test_the_nearest_choice_is_named(written, meant):
    refused = question(Kind.CHOICE).read(written)
    assert f"did you mean {meant}?" in refused.hint
    assert "one of a_b, b_c, no" in refused.hint


def test_one_item_where_a_list_is_due_is_shown_as_a_list():
    assert question(Kind.SEVERAL).read("a_b").hint == "write [a_b]"


def test_the_allowed_answers_are_told_in_words():
    assert (
        question(Kind.NUMBER, unit="GB", maximum=5).allowed()
        == "a number of 0 or more, at most 5 (GB)"
    )
    assert question(Kind.INTEGER, positive=True).allowed() == "a whole number above 0"
    assert question(Kind.YES_NO).allowed() == "yes or no"


def test_a_very_long_or_hostile_text_is_shown_short_and_on_one_line():
    assert len(quoted("x" * 10**6)) < 70
    assert quoted("a\n\x1b[31mb").isprintable()
    assert quoted([["x" * 10**6] * 1000]) == "a list"
    assert near_word("x" * 10**6, ["x"]) is None


@pytest.mark.parametrize(
    ("value", "plain"), [(NOT_APPLICABLE, "n/a"), (("a", "b"), ["a", "b"]), (None, None), (5, 5)]
)
def test_an_answer_is_shown_as_plain_data(value, plain):
    assert shown(value) == plain


def test_does_not_apply_is_one_value():
    assert {NOT_APPLICABLE, type(NOT_APPLICABLE)()} == {NOT_APPLICABLE}
    assert repr(NOT_APPLICABLE) == "n/a"
    assert NOT_APPLICABLE != "n/a"
