"""HTML entities left in plain text or in a program: `&quot;`, `&#39;`, `&lt;p&gt;`."""

import re
from functools import partial

from llm_adapt.audit.check import RowRule, Words, any_of, around
from llm_adapt.audit.row import Row

_ENTITY = re.compile(
    r"&(?:quot|apos|amp|lt|gt|nbsp|#39|#x27|#34|ldquo|rdquo|lsquo|rsquo|hellip|mdash);"
)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,20}(?:\s[^<>]{0,500})?/?>")
# An escaped end tag or arrow where no tag is written plainly: a page or a program was escaped.
_ESCAPED = re.compile(r"&lt;/\w[^&\n]{0,80}&gt;|=&gt;")


def check(words: Words) -> RowRule:
    """The check: an entity in a row without tags, which does not speak of one of `topics`."""
    topics = re.compile(any_of(words, "topics"), re.IGNORECASE)
    return RowRule("html-entity", partial(_entity, topics))


def _entity(topics: re.Pattern[str], row: Row) -> str | None:
    said = row.text
    if "&" not in said or ";" not in said:
        return None
    hit = _ENTITY.search(said)
    if hit is None or _TAG.search(said) or (topics.search(said) and not _ESCAPED.search(said)):
        return None
    return around(said, *hit.span())
