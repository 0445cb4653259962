"""Amounts as people write them: `5k`, `2M tokens`, `500 pages`, `24GB`, `1.5s`, `70%`, `~300`.

One reader for the interview, answer files, `--set`, options and JSON lines. What a word is worth
stands in `rules/tables/amounts.yaml`, with a source and a range; nothing of it is known here.
"""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from unicodedata import normalize

from llm_adapt.rules.cited import Beside
from llm_adapt.rules.form import Count, Text
from llm_adapt.rules.number import finite, parse_number, tidy
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Unreadable
from llm_adapt.rules.words import number_words

_NUMBER = re.compile(r"([+-]?)(\d[\d_,.' ]*|\.\d+)(e[+-]?\d+)?(.*)", re.IGNORECASE | re.DOTALL)
_ABOUT = re.compile(
    r"^(?:~|≈|about|around|circa|roughly|approximately|some|ca\.?)\s*", re.IGNORECASE
)
_MONEY = re.compile(r"^(us\$|\$|usd)\s*(.*)$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_RANGE = re.compile(r"(-|\N{EN DASH}|to\b|\.\.+)\s*\d[^-]*", re.IGNORECASE)
_FILLERS = frozenset({"of", "per", "a", "an", "the", "each", "every", "/", "text", "in", "total"})
_LONGEST = 300


@record(frozen=True)
class Factor:
    """What one of something is worth in a unit; `unit` is empty for a mere scale."""

    name: Text
    words: tuple[Text, ...]
    value: Count
    cited: Beside
    unit: str = ""
    low: Count = 0
    high: Count = 0


@record(frozen=True)
class Amounts:
    """All factors: `scales` by word, `units` by unit and word."""

    scales: Mapping[str, Factor] = field(default_factory=dict[str, Factor])
    units: Mapping[str, Mapping[str, Factor]] = field(
        default_factory=dict[str, Mapping[str, Factor]]
    )

    def of(self, unit: str) -> dict[str, Factor]:
        """What may be written where a unit is asked for, such as `requests a month`."""
        found = dict(self.units.get(unit, {}))
        for word in re.findall(r"[\w-]+|%", unit):
            found = {**self.units.get(word, {}), **found}
        return found


@record(frozen=True)
class Amount:
    """A number in the unit asked for, and how far it may be off when it was converted.

    `told` says how it was understood; empty when it was `written` as it is.
    """

    value: int | float
    low: int | float
    high: int | float
    told: str = ""
    written: str = ""


def read_amount(text: str, unit: str, known: Amounts, example: str = "300") -> Amount | Unreadable:
    """The amount that a text means in a unit, or why it means none.

    Args:
        text: What was written.
        unit: The unit asked for: `tokens`, `GB`, `ms`, `requests a month`, `billion parameters`,
            `share of success`, `USD` ...; empty for a plain number.
        known: The factors.
        example: What to show when it cannot be read.
    """
    shown = " ".join(text.split())[:60]
    hint = f"write for example {example.replace('_', '')}, 5k, 2 million or ~300"
    written = _ABOUT.sub("", normalize("NFKC", text[:_LONGEST]).strip())
    if money := _MONEY.match(written):
        written = f"{money[2]} {money[1]}"
    if len(text) > _LONGEST:
        return Unreadable(f"'{shown}...' is too long for a number", hint)
    found = _NUMBER.fullmatch(written)
    if found is None:
        return Unreadable(f"'{shown}' is not a number", hint)
    sign, digits, power, rest = ((part or "").strip() for part in found.groups())
    plain = _digits(digits, sign, unit, rest)
    if plain is None:
        plain = Unreadable(f"it is not clear which number '{shown}' is", hint)
    if _RANGE.fullmatch(rest):
        plain = Unreadable(f"'{shown}' is a range; give one number", hint)
    factors = _factors(rest, unit, known)
    if isinstance(plain, Unreadable):
        return plain
    if factors is None:
        return Unreadable(f"'{rest[:40]}' is no scale or unit here", _words(unit, known))
    ends = _converted(f"{sign}{plain}{power}", factors)
    if ends is None:
        return Unreadable(f"'{shown}' is too large", hint)
    base = _base(unit, known)
    if not rest and base > 1 and ends[0] >= base / 1000:
        # Counted one by one where billions are asked for: 7e9 parameters.
        ends = [tidy(end / base) for end in ends]
    amount = Amount(ends[0], min(ends), max(ends), "", shown)
    return replace(amount, told=_told(shown, unit, amount)) if rest else amount


def _converted(written: str, factors: tuple[float, float, float]) -> list[int | float] | None:
    try:
        number = parse_number(written)
        return [tidy(finite(number * factor)) for factor in factors]
    except (ValueError, OverflowError):
        return None


def _told(shown: str, unit: str, amount: Amount) -> str:
    told = f"{shown} = {number_words(amount.value)} {unit}".rstrip()
    if amount.low == amount.high:
        return told
    return f"{told} ({number_words(amount.low)} to {number_words(amount.high)})"


def _digits(written: str, sign: str, unit: str, rest: str) -> str | Unreadable | None:
    """The digits without what groups them; `None` when it is not clear what groups them."""
    bare = re.sub(r"[_' ]", "", written)
    grouped = _GROUPED.fullmatch(bare)
    if "," not in bare:
        if bare.count(".") <= 1:
            if grouped and not bare.startswith("0"):
                return _either(f"{sign}{bare}", unit, rest)
            return bare
        return bare.replace(".", "") if grouped and not bare.startswith("0") else None
    if grouped and not bare.startswith("0"):
        return bare.replace(",", "")
    # The last mark of two kinds is the decimal one: 1,200.5 and 1.200,5.
    last = "," if bare.rfind(",") > bare.rfind(".") else "."
    head, _, tail = bare.rpartition(last)
    other = "." if last == "," else ","
    if last in head or (other in head and not _GROUPED.fullmatch(head)):
        return None
    return f"{head.replace(other, '')}.{tail}"


def _either(bare: str, unit: str, rest: str) -> Unreadable:
    """`2.000` is two to some and two thousand to others."""
    small, large = f"{float(bare):g}", bare.replace(".", "")
    return Unreadable(
        f"'{bare}{rest and ' '}{rest}' can be {small} or {large}",
        f"write {small}, or {large}" + (f" ({unit})" if unit else ""),
    )


def _factors(rest: str, unit: str, known: Amounts) -> tuple[float, float, float] | None:
    """What the words after the digits multiply by, with its range; `None` for a strange word."""
    words = re.findall(r"[%$/]|us\$|[^\W\d_]+(?:-[^\W\d_]+)*\.?\d*", rest, re.IGNORECASE)
    if "".join(words) != re.sub(r"\s", "", rest):
        return None
    units, own = known.of(unit), _own_words(unit)
    value = low = high = 1.0
    for position, word in enumerate(words):
        lower = word.lower().rstrip(".")
        single = lower.removesuffix("s") or lower
        factor = units.get(lower) or units.get(single)
        scale = known.scales.get(lower) or known.scales.get(single)
        if factor is None and scale is not None and position == 0:
            base = _base(unit, known)
            value, low, high = (part * scale.value / base for part in (value, low, high))
        elif factor is not None:
            value, low, high = value * factor.value, low * factor.low, high * factor.high
        elif not {lower, single} & own:
            return None
    return value, low, high


def _base(unit: str, known: Amounts) -> float:
    """The scale within the unit itself: where billions are asked for, 7B is 7."""
    first = unit.partition(" ")[0]
    scale = None if first in known.units else known.scales.get(first.removesuffix("s"))
    return scale.value if scale else 1.0


def _own_words(unit: str) -> set[str]:
    words = {word.lower() for word in re.findall(r"[\w-]+", unit)}
    return words | {word.removesuffix("s") for word in words} | _FILLERS


def _words(unit: str, known: Amounts) -> str:
    """Which words may be written here."""
    named = dict.fromkeys(factor.words[0] for factor in known.of(unit).values())
    units = f"; here also {', '.join(named)}" if named else ""
    return f"write a number with k, million or billion{units}"
