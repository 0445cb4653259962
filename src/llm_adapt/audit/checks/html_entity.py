"""HTML entities left in plain text: `&quot;`, `&#39;`."""

import re

from llm_adapt.audit.check import RowRule, Words, any_of, around
from llm_adapt.audit.row import Row

_ENTITY = re.compile(
    r"&(?:quot|apos|amp|lt|gt|nbsp|#39|#x27|#34|ldquo|rdquo|lsquo|rsquo|hellip|mdash);"
)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,20}(?:\s[^<>]{0,500})?/?>")


def check(words: Words) -> RowRule:
    """The check: an entity in a row without tags, which does not speak of one of `topics`."""
    return RowRule("html-entity", _Test(any_of(words, "topics")))


class _Test:
    def __init__(self, topics: str) -> None:
        self.topics = re.compile(topics, re.IGNORECASE)

    def __call__(self, row: Row) -> str | None:
        said = row.text
        if "&" not in said or ";" not in said:
            return None
        hit = _ENTITY.search(said)
        if hit is None or _TAG.search(said) or self.topics.search(said):
            return None
        return around(said, *hit.span())
