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

TABLE = (
    ("a JSON file or header read whole (larger ones are streamed)", f"{MAX_PARSED:,} bytes"),
    ("values in it", f"{MAX_VALUES:,}"),
    ("a file that is streamed or counted, unpacked", f"{MAX_STREAMED:,} bytes"),
    ("values, keys and brackets of a streamed JSON file", f"{MAX_EVENTS:,}"),
    ("a line, or a value of a streamed JSON file", f"{MAX_LINE:,} bytes"),
    ("rows of a file", f"{MAX_ROWS:,}"),
    ("a TOML file", f"{MAX_TOML:,} bytes"),
    ("a YAML file", "4,000,000 bytes"),
    ("a rule set with all it extends", "6,000,000 bytes, 250,000 values, 5,000 files"),
    ("parts of a TOML key", f"{MAX_KEY_PARTS}"),
    ("full stops of a TOML file, in keys and numbers", f"{MAX_TOML_DOTS:,}"),
    ("elements and attributes of an XML file", f"{MAX_XML_PARTS:,}"),
    ("the index of an .eval archive", f"{MAX_ARCHIVE_INDEX:,} bytes"),
    ("a lock, a baseline, a result of a check", f"{MAX_PARSED:,} bytes, {MAX_VALUES:,} values"),
    ("a .gitignore", "1,000,000 bytes, 5,000 lines"),
    ("what a command prints", f"{MAX_OUTPUT:,} bytes"),
    ("files of a folder, entries that a pattern looks at", f"{MAX_FILES:,}"),
)


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
