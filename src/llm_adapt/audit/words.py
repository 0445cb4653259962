"""Texts made comparable: normalised, or as the set of their words."""

import re
from hashlib import blake2b

# Words of any script; of scripts without blanks each character is one.
_WORD = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]")
_BESIDE = re.compile(r"[\W_]+")
# The same for ASCII, twice as quick.
_BLANK = {code: " " for code in range(128) if not chr(code).isalnum()}


def normalised(text: str) -> str:
    """The text without case, punctuation and white space at its edges."""
    text = text.casefold()
    if text.isascii():
        return " ".join(text.translate(_BLANK).split())
    return _BESIDE.sub(" ", text).strip()


def word_set(text: str) -> frozenset[str]:
    """The different words of a text, without case."""
    return frozenset(_WORD.findall(text.lower()))


def digest(said: str | bytes) -> tuple[int, int]:
    """Two numbers of 64 bits that stand for a text, or for bytes."""
    held = said if isinstance(said, bytes) else said.encode("utf-8", "surrogatepass")
    raw = blake2b(held, digest_size=16).digest()
    return int.from_bytes(raw[:8], "little"), int.from_bytes(raw[8:], "little")
