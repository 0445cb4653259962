"""Old prices are named."""

from datetime import date

import pytest

from llm_adapt.estimate.age import last_day, old_prices
from llm_adapt.usecases.estimate import load_tables


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026", date(2026, 12, 31)),
        ("2026-11", date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 31)),
        ("2026-11-23", date(2026, 11, 23)),
        ("soon", date.min),
        ("", date.min),
        ("2026-13-40", date.min),
    ],
)
def test_a_date_means_its_last_day(written, day):
    assert last_day(written) == day


def test_prices_grow_old():
    tables = load_tables()
    today, later = old_prices(tables, date(2026, 11, 24)), old_prices(tables, date(2027, 11, 24))
    assert set(today) < set(later)
    assert "gpt-4o-mini" in dict(later)
    assert "gpt-4o-mini" not in dict(today)
