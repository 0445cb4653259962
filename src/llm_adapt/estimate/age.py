"""Which prices are older than their shelf life."""

from calendar import monthrange
from datetime import date

from llm_adapt.rules.cited import Cited
from llm_adapt.rules.number import shifted
from llm_adapt.rules.table import Tables


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
    try:
        parts = [int(part) for part in written.split("-")]
        year, month, *days = parts if len(parts) > 1 else [*parts, 12]
        return date(year, month, *(days or [monthrange(year, month)[1]]))
    except (TypeError, ValueError):
        return date.min
