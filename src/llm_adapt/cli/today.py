"""The date that a run speaks of: the only place where the clock is read."""

import os
import time
from datetime import UTC, date, datetime

from llm_adapt.errors import UsageError
from llm_adapt.rules.number import parse_number


def as_of_day(written: str | None) -> date:
    """The date given, else that of SOURCE_DATE_EPOCH, else today in UTC.

    Raises:
        UsageError: What was given is no date.
    """
    if written is not None:
        try:
            return date.fromisoformat(written)
        except ValueError:
            hint = "write it as 2026-03-31"
            raise UsageError(f"--as-of {written}: this is no date", None, hint) from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return datetime.fromtimestamp(parse_number(epoch) if epoch else time.time(), UTC).date()
    except (ValueError, OverflowError, OSError):
        hint = "give seconds since 1970, or unset it"
        raise UsageError("SOURCE_DATE_EPOCH is no date", None, hint) from None
