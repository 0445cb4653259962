"""Inputs that only say that there is none: `<noinput>`, `N/A`."""

import re
from functools import partial

from llm_adapt.audit.check import RowRule, Words, any_of
from llm_adapt.audit.row import Row

# A longer input says something besides.
MOST = 60


def check(words: Words) -> RowRule:
    """The check: `inside` an input of few words, or the `whole` of it."""
    inside, whole = any_of(words, "inside"), any_of(words, "whole")
    short = re.compile(rf"(?i)(?:{inside})|^\W*(?:{whole})\W*$")
    return RowRule("placeholder-input", partial(_none, short, re.compile(rf"(?i)<(?:{inside})>")))


def _none(short: re.Pattern[str], marked: re.Pattern[str], row: Row) -> str | None:
    said = row.input
    if not said or (len(said) > MOST and "<" not in said):
        return None
    pattern = short if len(said) <= MOST else marked
    return said if pattern.search(said) else None
