"""Numbers as people write them, through the one reader that all of them share."""

import json
from math import inf, nan

import pytest

from llm_adapt.files.amounts import shipped_amounts
from llm_adapt.rules.amount import Amount, read_amount
from llm_adapt.rules.number import finite, parse_number
from llm_adapt.rules.value import Unreadable


def read(written: str, unit: str = "tokens") -> Amount | Unreadable:
    return read_amount(written, unit, shipped_amounts())


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
        ("1500", "ms", 1_500),
        ("300 ms", "ms", 300),
        ("2 years", "months", 24),
        ("200 h", "A100-80GB hours", 200),
        ("2k requests", "requests a month", 2_000),
        ("-5", "tokens", -5),
        ("2M tokens", "tokens", 2_000_000),
        ("500 pages", "tokens", 225_000),
        ("12k documents", "tokens", 24_000_000),
        ("300 MB", "tokens", 67_500_000),
        ("300 MB of text", "tokens", 67_500_000),
        ("12k pairs", "examples", 12_000),
        ("12k labelled tickets", "examples", 12_000),
        ("200 a day", "requests a month", 6_080),
        ("200 requests per day", "requests a month", 6_080),
        ("2/s", "requests a month", 5_256_000),
        ("$2k", "A100-80GB hours", 1_117.4),
        ("$2k", "USD", 2_000),
        ("1,200.5", "tokens", 1_200.5),
        ("1.200,5", "tokens", 1_200.5),
        ("1.234.567", "tokens", 1_234_567),
        ("2.00", "tokens", 2),
        ("0.125", "tokens", 0.125),
        ("3", "", 3),
    ],
)
def test_it_is_read_in_the_unit_asked_for(written: str, unit: str, meant: float) -> None:
    amount = read(written, unit)
    assert isinstance(amount, Amount), amount
    assert amount.value == meant
    assert amount.low <= meant <= amount.high


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
        ("9" * 400, "is too long"),
        ("9" * 290 + " trillion", "is too large"),
        ("2.000", "can be 2 or 2000"),
        ("1.500 GB", "can be 1.5 or 1500"),
        ("-2.000", "can be -2 or -2000"),
    ],
)
def test_what_it_cannot_be_is_refused_with_the_reason(written: str, why: str) -> None:
    refused = read(written)
    assert isinstance(refused, Unreadable)
    assert why in refused.message
    assert refused.hint


def test_what_was_converted_says_how_and_between_which_ends() -> None:
    amount = read("500 pages")
    assert isinstance(amount, Amount)
    assert (amount.low, amount.high) == (175_000, 450_000)
    assert amount.told == "500 pages = 225,000 tokens (175,000 to 450,000)"
    plain = read("500")
    assert isinstance(plain, Amount)
    assert plain.told == ""


def test_whole_numbers_stay_whole_and_others_carry_no_dust() -> None:
    for written, unit, kind, meant in (
        ("2.5k", "tokens", int, 2500),
        ("0.1", "tokens", float, 0.1),
        ("7%", "share", float, 0.07),
    ):
        amount = read(written, unit)
        assert isinstance(amount, Amount)
        assert type(amount.value) is kind
        assert amount.value == meant


def test_every_factor_of_the_table_has_a_source_and_a_range_it_lies_in() -> None:
    amounts = shipped_amounts()
    rows = [
        *amounts.scales.values(),
        *(f for unit in amounts.units.values() for f in unit.values()),
    ]
    assert len(rows) > 50
    assert all(row.cited.source and row.low <= row.value <= row.high for row in rows)


@pytest.mark.parametrize(
    "text", ["1" * 301, "1" * 5000, "1e999", "NaN", "-Infinity", "\u0663", "x", ""]
)
def test_the_door_for_numbers_refuses_what_cannot_be_counted_with(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        parse_number(text)


def test_the_door_for_numbers_can_be_handed_to_a_parser_of_json() -> None:
    hooks = {"parse_int": parse_number, "parse_float": parse_number, "parse_constant": parse_number}
    assert json.loads('{"a": [1, 2.5, -3e2]}', **hooks) == {"a": [1, 2.5, -300]}
    for bad in ("1" * 400, "NaN", "1e400"):
        with pytest.raises(ValueError, match="number"):
            json.loads(f"[{bad}]", **hooks)
    for value in (nan, inf, True, "5", None, 10**400):
        with pytest.raises(ValueError, match="number"):
            finite(value)
