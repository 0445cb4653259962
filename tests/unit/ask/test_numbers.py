"""Numbers as people write them."""

import pytest

from llm_adapt.ask.numbers import read_number
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import Unreadable


def question(unit: str = "tokens", example: str = "300") -> Question:
    return Question("q", 1, "?", "", Kind.NUMBER, {}, unit, 0, None, False, (), example)


@pytest.mark.parametrize(
    ("written", "unit", "meant"),
    [
        ("5k", "tokens", 5_000),
        ("5K", "tokens", 5_000),
        ("2 million", "tokens", 2_000_000),
        ("5e9", "tokens", 5_000_000_000),
        ("2_000", "tokens", 2_000),
        ("1,200", "tokens", 1_200),
        ("1 200", "tokens", 1_200),
        ("5,000,000", "tokens", 5_000_000),
        ("1,5", "tokens", 1.5),
        (".5", "tokens", 0.5),
        ("~300", "tokens", 300),
        ("about 300", "tokens", 300),
        ("2T tokens", "tokens", 2e12),
        ("3.5B", "tokens", 3_500_000_000),
        ("\uff15\uff10\uff10", "tokens", 500),
        ("5 万", "tokens", 50_000),
        ("2亿", "tokens", 200_000_000),
        ("24GB", "GB", 24),
        ("2TB", "GB", 2_000),
        ("50%", "share of success", 0.5),
        ("62 percent", "share of success", 0.62),
        ("0,62", "share of success", 0.62),
        ("7B", "billions", 7),
        ("7", "billions", 7),
        ("350M", "billions", 0.35),
        ("7e9", "billions", 7),
        ("7B parameters", "billion parameters", 7),
        ("1.5s", "ms", 1_500),
        ("300 ms", "ms", 300),
        ("2 years", "months", 24),
        ("200 h", "A100-80GB hours", 200),
        ("2k requests", "requests a month", 2_000),
        ("-5", "tokens", -5),
    ],
)
def test_it_is_read_in_the_unit_of_the_question(written: str, unit: str, meant: float) -> None:
    assert read_number(question(unit), written) == meant


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("abc", "is not a number"),
        ("", "is not a number"),
        ("nan", "is not a number"),
        ("inf", "is not a number"),
        ("1.2.3", "not clear which number"),
        ("1,2,3", "not clear which number"),
        ("300-500", "is a range"),
        ("300 to 500", "is a range"),
        ("5 apples", "no scale or unit"),
        ("50%", "no scale or unit"),
        ("8 x 80", "no scale or unit"),
        ("1e400", "is too large"),
        ("9" * 400, "is too large"),
    ],
)
def test_what_it_cannot_be_is_refused_with_the_reason(written: str, why: str) -> None:
    refused = read_number(question(), written)
    assert isinstance(refused, Unreadable)
    assert why in refused.message
    assert "300" in refused.hint


def test_whole_numbers_stay_whole() -> None:
    assert isinstance(read_number(question(), "2.5k"), int)
    assert isinstance(read_number(question(), "0.1"), float)
    assert read_number(question("share"), "7%") == 0.07
