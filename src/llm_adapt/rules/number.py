"""The one door for numbers from outside: finite, of bounded length, never a traceback.

Every reader of numbers comes through here: answers, evidence, options, the environment, tables.
Whoever parses JSON hands `parse_number` to the parser:
`json.loads(text, parse_int=parse_number, parse_float=parse_number, parse_constant=parse_number)`.
"""

from datetime import date
from math import isfinite, isinf, nan

# What is longer or larger is no quantity of anything; arithmetic on it fails or takes for ever.
MAX_DIGITS = 300
LARGEST = 1e300
# Whole numbers up to here are exact as floats.
EXACT = 2**53


def parse_number(text: str) -> int | float:
    """The number that a text is, as JSON and YAML write one; `_` may group digits.

    Raises:
        ValueError: It is none, not finite, or too long; the message is in the user's words.
    """
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} characters is too long")
    plain = text.strip().replace("_", "")
    if not plain.isascii():
        raise ValueError(f"'{text}' is not a number")
    try:
        value: int | float = int(plain)
    except ValueError:
        try:
            value = float(plain)
        except ValueError:
            raise ValueError(f"'{text}' is not a number") from None
    return finite(value)


def finite(value: object) -> int | float:
    """The number itself, if it is one that can be counted with.

    Raises:
        ValueError: It is no number (a truth value is none), not finite, or too large.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("this is not a number")  # noqa: TRY004 (one kind of fault for all)
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("this is not a finite number")
    if abs(value) > LARGEST:
        raise ValueError("this number is too large")
    return value


def quantity(raw: object) -> int | float:
    """What was written as a number: NaN where it is none, infinite where it is too large."""
    if isinstance(raw, float) and isinf(raw):
        return raw
    try:
        return parse_number(raw) if isinstance(raw, str) else finite(raw)
    except ValueError:
        return nan


def tidy(value: float) -> int | float:
    """The number in one form: whole ones as `int`, others without the dust of conversion."""
    if float(value).is_integer() and abs(value) < EXACT:
        return int(value)
    return float(f"{value:.12g}")


def shifted(day: date, days: int) -> date:
    """So many days later, or earlier; the last or first day where the calendar ends before."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))
