"""Answers that only say that there is none: `<nooutput>`, `TODO`."""

import re

from llm_adapt.audit.check import RowRule, Words, any_of, has_output
from llm_adapt.audit.row import Row

# A longer answer says something besides.
MOST = 30


def check(words: Words) -> RowRule:
    """The check: nothing but one of `whole`, marked by brackets or signs, or by itself."""
    return RowRule("placeholder-output", _Test(any_of(words, "whole")), has_output)


class _Test:
    def __init__(self, whole: str) -> None:
        # "None" and "N/A" may be answers; in brackets they are not.
        self.pattern = re.compile(
            rf"(?i)[<\[(]\s*(?:{whole})\W*[>\])]\W*|(?:no ?output|todo|tbd)\W*"
        )

    def __call__(self, row: Row) -> str | None:
        said = (row.output or "").strip()
        return said if len(said) <= MOST and self.pattern.fullmatch(said) else None
