"""Inputs that only say that there is none: `<noinput>`, `N/A`."""

import re

from llm_adapt.audit.check import RowRule, Words, any_of
from llm_adapt.audit.row import Row

# A longer input says something besides.
MOST = 60


def check(words: Words) -> RowRule:
    """The check: `inside` an input of few words, or the `whole` of it."""
    return RowRule("placeholder-input", _Test(any_of(words, "inside"), any_of(words, "whole")))


class _Test:
    def __init__(self, inside: str, whole: str) -> None:
        self.marked = re.compile(rf"(?i)<(?:{inside})>")
        self.pattern = re.compile(rf"(?i)(?:{inside})|^\W*(?:{whole})\W*$")

    def __call__(self, row: Row) -> str | None:
        said = row.input
        if not said or (len(said) > MOST and "<" not in said):
            return None
        pattern = self.pattern if len(said) <= MOST else self.marked
        return said if pattern.search(said) else None
