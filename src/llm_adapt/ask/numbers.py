"""Numbers as people write them: `5k`, `2 million`, `~300`, `24GB`, `50%`, `1,200`."""

import re
from math import isfinite
from unicodedata import normalize

from llm_adapt.rules.model import Question
from llm_adapt.rules.value import Unreadable

_NUMBER = re.compile(r"(-?)(\d[\d_,.' ]*|\.\d+)(e[+-]?\d+)?(.*)", re.IGNORECASE | re.DOTALL)
_ABOUT = re.compile(
    r"^(?:~|≈|about|around|circa|roughly|approximately|some|ca\.?)\s*", re.IGNORECASE
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SCALES = {
    **dict.fromkeys(("hundred", "百"), 1e2),
    **dict.fromkeys(("k", "thousand", "thousands", "千"), 1e3),
    **dict.fromkeys(("万", "萬"), 1e4),
    **dict.fromkeys(("m", "mn", "mio", "million", "millions"), 1e6),
    **dict.fromkeys(("亿", "億"), 1e8),
    **dict.fromkeys(("b", "bn", "billion", "billions"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion", "trillions"), 1e12),
}
# What a written unit is worth in the unit a question is asked in.
_UNITS: dict[str, dict[str, float]] = {
    "GB": {"gb": 1, "gib": 1, "g": 1, "tb": 1000, "tib": 1024, "mb": 0.001, "mib": 1 / 1024},
    "ms": {"ms": 1, "msec": 1, "millisecond": 1, "s": 1000, "sec": 1000, "second": 1000},
    "months": {"month": 1, "mo": 1, "year": 12, "y": 12, "yr": 12},
    "hours": {"hour": 1, "h": 1, "hr": 1, "day": 24, "gpuh": 1, "gpu-hour": 1},
    "tokens": {"token": 1, "tok": 1},
    "parameters": {"parameter": 1, "param": 1},
    "share": {"%": 0.01, "percent": 0.01, "pct": 0.01},
}
_RANGES = ("-", "\N{EN DASH}", "to ")
# From here on a number of billions is taken for a plain count.
_PLAIN_COUNT = 1e6
# Whole numbers up to here are exact as floats.
_EXACT = 2**53


def read_number(question: Question, text: str) -> float | Unreadable:
    """The number that a text means, in the unit of the question; or why it is none.

    Whether the question takes it is not looked at here.
    """
    written = _ABOUT.sub("", normalize("NFKC", text).strip())
    found = _NUMBER.fullmatch(written)
    if found is None:
        return _refused(question, f"'{text.strip()}' is not a number")
    sign, digits, power, rest = (part or "" for part in found.groups())
    plain = _digits(digits.strip())
    if plain is None:
        return _refused(question, f"it is not clear which number '{text.strip()}' is")
    if rest.strip().startswith(_RANGES):
        return _refused(question, f"'{text.strip()}' is a range; give one number")
    factor = _factor(question, rest.strip())
    if factor is None:
        return _refused(question, f"'{rest.strip()}' is no scale or unit here")
    value = float(f"{sign}{plain}{power}") * factor
    if not isfinite(value):
        return _refused(question, f"'{text.strip()}' is too large")
    if factor == 1 and value >= _PLAIN_COUNT and _in_billions(question):
        value /= 1e9  # parameters counted one by one: 7e9
    return int(value) if value.is_integer() and abs(value) < _EXACT else float(f"{value:.12g}")


def _refused(question: Question, why: str) -> Unreadable:
    return Unreadable(
        why, f"write for example {question.example.replace('_', '')}, 5k, 2 million or ~300"
    )


def _digits(written: str) -> str | None:
    """The digits without what groups them; `None` when groups and decimals look alike."""
    bare = re.sub(r"[_' ]", "", written)
    if "," not in bare:
        return bare if bare.count(".") <= 1 else None
    if _GROUPED.fullmatch(bare) and not bare.startswith("0"):
        return bare.replace(",", "")
    if bare.count(",") == 1 and "." not in bare:
        return bare.replace(",", ".")
    return None


def _factor(question: Question, rest: str) -> float | None:
    """What the words after the digits multiply by; `None` when one is not known here."""
    words = re.findall(r"%|[^\W\d_]+(?:-[^\W\d_]+)*\.?|[^\w\s]", rest)
    if "".join(words) != re.sub(r"\s", "", rest):
        words = rest.split()
    units, known = _units(question), _words(question)
    factor = 1.0
    for position, word in enumerate(words):
        lower = word.lower().rstrip(".")
        single = lower.removesuffix("s") or lower
        unit = units.get(lower, units.get(single))
        if unit is not None:
            factor *= unit
        elif position == 0 and lower in _SCALES:
            factor *= _SCALES[lower] / (1e9 if _in_billions(question) else 1)
        elif not {lower, single} & known:
            return None
    return factor


def _in_billions(question: Question) -> bool:
    """Whether the unit itself is a billion of something: then 7B is 7."""
    return question.unit.startswith("billion")


def _units(question: Question) -> dict[str, float]:
    known: dict[str, float] = {}
    for word in re.findall(r"\w+", question.unit):
        known.update(_UNITS.get(word, {}))
    return known


def _words(question: Question) -> set[str]:
    words = {word.lower() for word in re.findall(r"[\w-]+", question.unit)}
    return words | {word.removesuffix("s") for word in words} | {"of", "per", "a", "/"}
