"""The date that a run speaks of: the only place where the clock is read."""

import os
import time
from datetime import UTC, date, datetime

from llm_adapt.errors import UsageError


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
    seconds = int(epoch) if epoch.isascii() and epoch.isdigit() else time.time()
    return datetime.fromtimestamp(seconds, UTC).date()
