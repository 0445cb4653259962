"""Which prices are older than their shelf life."""

from datetime import date, timedelta

from llm_adapt.rules.table import Cited, Tables

_DECEMBER = 12


def old_prices(tables: Tables, as_of: date) -> tuple[tuple[str, str], ...]:
    """Names and dates of the prices that are older than the shelf life of the table, by name.

    Args:
        tables: The dated tables.
        as_of: The day to hold them against.
    """
    priced: list[tuple[str, Cited]] = [(row.name, row.cited) for row in tables.prices.values()]
    priced += [(gpu.name, gpu.price.cited) for gpu in tables.gpus.values() if gpu.price]
    oldest = as_of - timedelta(days=tables.shelf_life_days)
    old = [(name, cited.date) for name, cited in priced if last_day(cited.date) < oldest]
    return tuple(sorted(old))


def last_day(written: str) -> date:
    """The last day that `2026`, `2026-11` or `2026-11-23` may mean; the first ever for others."""
    parts = written.split("-")
    if not all(part.isdigit() for part in parts) or not written:
        return date.min
    year, month, day = [*map(int, parts), 0, 0][:3]
    try:
        if day:
            return date(year, month, day)
        if month and month < _DECEMBER:
            return date(year, month + 1, 1) - timedelta(days=1)
        return date(year, _DECEMBER, 31)
    except ValueError:
        return date.min
