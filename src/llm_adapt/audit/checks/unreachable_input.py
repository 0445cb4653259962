"""Inputs that are nothing but a web address: in training nobody opens it."""

import re
from functools import partial

from llm_adapt.audit.check import RowRule, Words, any_of
from llm_adapt.audit.row import Row

_ADDRESS = re.compile(r"<?(?:https?://|www\.)[^\s<>\"]{3,2000}>?", re.IGNORECASE)


def check(words: Words) -> RowRule:
    """The check; `before` is what may stand before the address."""
    before = re.compile(rf"(?i)^\W*(?:{any_of(words, 'before')})\W*")
    return RowRule("unreachable-input", partial(_address, before))


def _address(before: re.Pattern[str], row: Row) -> str | None:
    said = row.input
    if not said or ("://" not in said and "www." not in said.lower()):
        return None
    rest = before.sub("", said.strip(), count=1)
    return said if _ADDRESS.fullmatch(rest.strip(" \t\r\n\"'()[]")) else None
