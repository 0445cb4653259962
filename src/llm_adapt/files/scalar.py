"""One word of YAML to its value: what a number is here, and what stays text."""

import re

from llm_adapt.rules.number import MAX_DIGITS
from llm_adapt.rules.plain import Plain

_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_NAN, _INFINITY = float("nan"), float("inf")
_SPECIAL = {".nan": _NAN, ".inf": _INFINITY, "+.inf": _INFINITY, "-.inf": -_INFINITY}
_NUMBER_STARTS = frozenset("0123456789+-.")
# `2.000` is two to some and two thousand to others.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?", re.ASCII)


class Doubtful(float):
    """A number that some would read as another; who asks people looks at `written`."""

    written: str


def scalar(raw: str, *, plain: bool) -> Plain:
    """The value of one scalar: numbers and true/false as JSON has them, and `7e9`, `2_000`.

    Everything else stays the text it is: `no`, `on`, dates, `12:30`, `0x1F`, `010`.
    """
    if not plain:
        return raw
    if raw in _NULLS:
        return None
    if raw in _TRUE or raw in _FALSE:
        return raw in _TRUE
    return _number(raw) if raw[0] in _NUMBER_STARTS else raw


def _number(raw: str) -> Plain:
    if _NUMBER.fullmatch(raw) is None:
        return _SPECIAL.get(raw.lower(), raw)
    text = raw.replace("_", "")
    whole = text.lstrip("+-")
    if len(whole) > MAX_DIGITS:
        return raw
    if _EITHER.fullmatch(raw):
        doubtful = Doubtful(text)
        doubtful.written = raw
        return doubtful
    if not whole.isdigit():
        return float(text)
    # A leading zero is an identifier, not an octal number.
    return raw if len(whole) > 1 and whole[0] == "0" else int(text)
