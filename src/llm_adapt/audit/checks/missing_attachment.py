"""Inputs that are a picture or a file which a text model never gets."""

import re
from functools import partial

from llm_adapt.audit.check import RowRule, Words, any_of
from llm_adapt.audit.row import Row

# An input that says more than where the file is can be answered without it.
MOST_BESIDE = 40
_HINTS = (".", "<", "[", "(")


def check(words: Words) -> RowRule:
    """The check: a file with one of the `endings`, or a `tag` that stands for one."""
    endings, tags = any_of(words, "endings"), any_of(words, "tags")
    file = rf"[^\s\"'<>()\[\]]{{1,2000}}\.(?:{endings})(?:\?[^\s\"'<>)]{{0,500}})?(?![\w/])"
    pattern = (
        rf"(?i)<img\b[^<>]{{0,2000}}>?|!\[[^\]\n]{{0,200}}\]\([^)\n]{{0,2000}}\)?|{file}|{tags}"
    )
    return RowRule("missing-attachment", partial(_attached, re.compile(pattern)))


def _attached(pattern: re.Pattern[str], row: Row) -> str | None:
    said = row.input
    if not said or not any(hint in said for hint in _HINTS) or not pattern.search(said[:4000]):
        return None
    rest = pattern.sub("", said[:4000])
    return said if len(rest.strip(" \t\r\n\"'()[]<>.,:;")) <= MOST_BESIDE else None
