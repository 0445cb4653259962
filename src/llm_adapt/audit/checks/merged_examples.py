"""Answers that hold the next example as well: `12. Instruction: ...` inside an output."""

import re
from functools import partial

from llm_adapt.audit.check import RowRule, Words, any_of, around
from llm_adapt.audit.row import Row


def check(words: Words) -> RowRule:
    """The check: a numbered line of an answer that begins with one of the words `begins`."""
    begins = re.compile(rf"\b\d{{1,4}}\. ?(?:{any_of(words, 'begins')}) ?[:\uff1a]")
    return RowRule("merged-examples", partial(_merged, begins))


def _merged(begins: re.Pattern[str], row: Row) -> str | None:
    said = row.output
    if not said or (":" not in said and "\uff1a" not in said):
        return None
    hit = begins.search(said)
    return around(said, hit.start(), len(said)) if hit else None
