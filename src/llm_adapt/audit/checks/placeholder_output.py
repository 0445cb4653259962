"""Answers that only say that there is none: `<nooutput>`, `TODO`."""

import re
from functools import partial

from llm_adapt.audit.check import RowRule, Words, any_of, has_output
from llm_adapt.audit.row import Row

# A longer answer says something besides.
MOST = 30


def check(words: Words) -> RowRule:
    """The check: nothing but one of `whole`, marked by brackets or signs, or by itself."""
    # "None" and "N/A" may be answers; in brackets they are not.
    whole = rf"(?i)[<\[(]\s*(?:{any_of(words, 'whole')})\W*[>\])]\W*|(?:no ?output|todo|tbd)\W*"
    return RowRule("placeholder-output", partial(_none, re.compile(whole)), has_output)


def _none(whole: re.Pattern[str], row: Row) -> str | None:
    said = (row.output or "").strip()
    return said if len(said) <= MOST and whole.fullmatch(said) else None
