"""Inputs that are a picture or a file which a text model never gets."""

import re

from llm_adapt.audit.check import RowRule, Words, any_of
from llm_adapt.audit.row import Row

# An input that says more than where the file is can be answered without it.
MOST_BESIDE = 40


def check(words: Words) -> RowRule:
    """The check: a file with one of the `endings`, or a `tag` that stands for one."""
    test = _Test(any_of(words, "endings"), any_of(words, "tags"))
    return RowRule("missing-attachment", test)


class _Test:
    def __init__(self, endings: str, tags: str) -> None:
        file = rf"[^\s\"'<>()\[\]]{{1,2000}}\.(?:{endings})(?:\?[^\s\"'<>)]{{0,500}})?(?![\w/])"
        self.pattern = re.compile(
            rf"(?i)<img\b[^<>]{{0,2000}}>?|!\[[^\]\n]{{0,200}}\]\([^)\n]{{0,2000}}\)?|{file}|{tags}"
        )
        self.hints = (".", "<", "[", "(")

    def __call__(self, row: Row) -> str | None:
        said = row.input
        if not said or not any(hint in said for hint in self.hints):
            return None
        if not self.pattern.search(said[:4000]):
            return None
        rest = self.pattern.sub("", said[:4000])
        return said if len(rest.strip(" \t\r\n\"'()[]<>.,:;")) <= MOST_BESIDE else None
