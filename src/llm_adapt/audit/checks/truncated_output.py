"""Answers that stop too early: after the first item of a list, a colon, or a comma."""

import re

from llm_adapt.audit.check import BESIDE, RowRule
from llm_adapt.audit.row import Row

# Of a list, and no decimal fraction.
_FIRST = re.compile(r"(?:^|\n)\s*1[.\u3001)\uff0e](?:\s+\S|[^\s\d])")
_SECOND = re.compile(r"(?:^|\s|[\u3002\uff1b;\uff0c,.!?])2[.\u3001)\uff0e]\s*\S")
# Before a letter without a blank a stroke is a minus, but not in scripts without blanks.
_BULLET = re.compile(r"(?:[-*]\s+|\u2022\s*)[^\W\d_]|[-*][\u3040-\u30ff\u3400-\u9fff]")
# What must be followed by something, in scripts of the West and the East.
_OPEN = (":", "\uff1a", ",", "\uff0c", "\u3001")


def _truncated(row: Row) -> str | None:
    said = row.output
    if not said:
        return None
    end = said.rstrip()
    if end.endswith(_OPEN) and len(end) > 1:
        return f"... {end[-BESIDE:]}"
    if "\n" not in end and _BULLET.match(end):
        return said
    if "1" in said and (first := _FIRST.search(said)):
        rest = said[first.end() :]
        if "\n" not in rest.strip() and not _SECOND.search(rest):
            return said
    return None


CHECK = RowRule("truncated-output", _truncated)
