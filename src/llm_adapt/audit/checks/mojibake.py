"""Text whose bytes were read as another encoding: `cafÃ©`, `donâ€™t`, U+FFFD."""

import re

from llm_adapt.audit.check import RowRule, around
from llm_adapt.audit.row import Row

# A lead byte of UTF-8 and what may follow, as Latin-1 and Windows-1252 show them.
_PAIR = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]{1,3}"
)


def _broken(row: Row) -> str | None:
    for said in (row.prompt, *row.answers):
        if said.isascii():
            continue
        at = said.find("\ufffd")
        if at >= 0:
            return around(said, at, at)
        for hit in _PAIR.finditer(said):
            if _decodes(hit[0]):
                return around(said, *hit.span())
    return None


def _decodes(piece: str) -> bool:
    """Whether the bytes that an encoding shows so are UTF-8."""
    for encoding in ("latin-1", "cp1252"):
        for end in range(len(piece), 1, -1):
            try:
                piece[:end].encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
            return True
    return False


CHECK = RowRule("mojibake", _broken)
