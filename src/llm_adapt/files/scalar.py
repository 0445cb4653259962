"""One word of YAML to its value: what a number is here, and what stays text."""

import re

from llm_adapt.rules.plain import Plain

# Longer ones are no quantity of anything; as text they would also be slow to convert.
MAX_DIGITS = 400

_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_NAN, _INFINITY = float("nan"), float("inf")
_SPECIAL = {".nan": _NAN, ".inf": _INFINITY, "+.inf": _INFINITY, "-.inf": -_INFINITY}
_NUMBER_STARTS = frozenset("0123456789+-.")
_NUMBER = re.compile(r"[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?", re.ASCII)


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
    if not whole.isdigit() or len(whole) > MAX_DIGITS:
        return float(text)
    # A leading zero is an identifier, not an octal number.
    return raw if len(whole) > 1 and whole[0] == "0" else int(text)
