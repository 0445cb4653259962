"""What a reader of evidence takes in: every limit, and one door each for numbers and dates."""

from datetime import UTC, date, datetime

from llm_adapt.rules import number
from llm_adapt.rules.plain import Plain

MEGABYTE = 1_000_000
# A parsed file stands in memory several times over; what is counted or streamed passes through.
MAX_PARSED = 16 * MEGABYTE
MAX_VALUES = 1_000_000
MAX_STREAMED = 500 * MEGABYTE
MAX_EVENTS = 8_000_000
MAX_LINE = 8 * MEGABYTE
MAX_ROWS = 2_000_000
MAX_TOML = 1 * MEGABYTE
MAX_KEY_PARTS = 64
MAX_TOML_DOTS = 150_000
MAX_ARCHIVE_INDEX = 8 * MEGABYTE
MAX_XML_DEPTH = 64
MAX_XML_PARTS = 600_000
MAX_OUTPUT = 100_000
MAX_FILES = 300_000


def too_many(raw: bytes) -> bool:
    """Whether JSON has more values than are held; three bytes of it may take a hundred in memory.

    Counted before they are made.
    """
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MAX_VALUES


def whole_number(digits: str) -> float:
    """A whole number as a parser found it; one that is too long is no finite number."""
    return int(digits) if len(digits) <= number.MAX_DIGITS else float("inf")


def countable(value: Plain) -> Plain:
    """The same data, with infinity for whole numbers that are too long."""
    if isinstance(value, dict):
        return {key: countable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [countable(inner) for inner in value]
    return float("inf") if isinstance(value, int) and abs(value) > number.LARGEST else value


def finite(value: Plain) -> float | None:
    """The number, or nothing: yes, no, text, NaN, infinity and what no arithmetic takes."""
    try:
        return number.finite(value)
    except ValueError:
        return None


def day(value: Plain) -> date | None:
    """The day of a moment: seconds or milliseconds since 1970, or a date as ISO writes it."""
    seconds = finite(value)
    try:
        if seconds is not None:
            # Beyond the year 5138 in seconds: these are milliseconds.
            seconds = seconds / 1000 if seconds > 1e11 else seconds  # noqa: PLR2004
            return datetime.fromtimestamp(seconds, UTC).date()
        moment = datetime.fromisoformat(str(value))
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError, OSError):
        return None
