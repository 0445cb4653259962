"""Which prices are older than their shelf life."""

from datetime import date, timedelta

from llm_adapt.rules.cited import Cited
from llm_adapt.rules.number import shifted
from llm_adapt.rules.table import Tables

_DECEMBER = 12


def old_prices(tables: Tables, as_of: date) -> tuple[tuple[str, str], ...]:
    """Names and dates of the prices that are older than the shelf life of the table, by name."""
    priced = [(row.name, row.cited) for row in tables.prices.values()]
    priced += [(gpu.name, gpu.price.cited) for gpu in tables.gpus.values() if gpu.price]
    return tuple(sorted((name, cited.date) for name, cited in priced if old(cited, as_of, tables)))


def old(cited: Cited, as_of: date, tables: Tables) -> bool:
    """Whether a price is older than the shelf life; what the user states never is."""
    oldest = shifted(as_of, -tables.shelf_life_days)
    return cited.date[:1].isdigit() and last_day(cited.date) < oldest


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
