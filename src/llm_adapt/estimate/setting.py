"""How a setting of a run is stated: declared once, read alike from options, JSON and tables."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from math import isfinite
from typing import Any, TypeVar

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.rules.plain import Plain

T = TypeVar("T")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_COUNTS = {"": 1.0, "k": 1e3, "m": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "g": 1e9, "t": 1e12}
_GIB = 2.0**30
_BYTES = {"": _GIB, "gib": _GIB, "g": 1e9, "gb": 1e9, "mb": 1e6, "mib": 2.0**20, "tb": 1e12}
_AMOUNT = re.compile(
    r"([-+]?[\d.,_]+(?:e[-+]?\d+)?|nan|[-+]?inf)\s*([a-z]*)\s*[a-z]*", re.IGNORECASE
)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_AMBIGUOUS = re.compile(r"\d{1,3}(\.000)+")
_FEWEST_DIGITS_OF_ABSURD = 40


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be stated of a run.

    Attributes:
        help: What it is, in a line.
        names: Columns of tables and keys of JSON that mean the same, with the factor of their unit.
        option: The option of the command line, when it is not the name of the field.
        least: The smallest number.
        zero: Nothing at all is possible, too.
        most: The largest number.
        whole: Only whole numbers are possible.
        size: It is an amount of memory in bytes; a bare number is GiB.
        choices: All values, when there are few; texts that name a table stand for its rows.
        ends: The values that need least and most memory, taken where nobody says.
    """

    help: str
    names: Mapping[str, float] = field(default_factory=dict[str, float])
    option: str = ""
    least: float = 0
    zero: bool = False
    most: float = 1e7
    whole: bool = False
    size: bool = False
    choices: tuple[str, ...] = ()
    ends: tuple[Any, Any] | None = None


def words(listed: str) -> frozenset[str]:
    """Names that are listed with spaces between them."""
    return frozenset(listed.split())


def say(said: str, *names: str, default: T, **more: Any) -> T:  # noqa: ANN401 (checked by Setting)
    """A field of a record that users state; `more` are attributes of its `Setting`."""
    units = more.pop("units", {})
    setting = Setting(said, {**dict.fromkeys(names, 1.0), **units}, **more)
    return field(default=default, metadata={"setting": setting})


def settings_of(record: type) -> dict[str, Setting]:
    """The settings of a record by the name of their field, in its order."""
    return {
        each.name: each.metadata["setting"] for each in fields(record) if "setting" in each.metadata
    }


def option_of(name: str, setting: Setting) -> str:
    """The option that states a field."""
    return setting.option or "--" + name.replace("_", "-")


class Cells:
    """What was stated, by column; an empty cell is not stated.

    Args:
        cells: The values.
        options: They came from the command line, so that errors name options.
    """

    def __init__(self, cells: Mapping[str, Plain], *, options: bool = False) -> None:
        self._cells = {key: value for key, value in cells.items() if value not in (None, "")}
        self._options = options

    def text(self, name: str) -> str | None:
        """The text of a cell."""
        value = self._cells.get(name)
        return None if value is None or isinstance(value, list | dict) else str(value).strip()

    def read(self, record: type) -> dict[str, Any]:
        """Every setting of a record that is stated, by field.

        Raises:
            LlmAdaptError: Cells cannot be read; all faults at once.
        """
        found: dict[str, Any] = {}
        faults: list[LlmAdaptError] = []
        for each in fields(record):
            setting: Setting | None = each.metadata.get("setting")
            if setting is None:
                continue
            for column, unit in {each.name: 1.0, **setting.names}.items():
                written = self.text(column)
                if written is None:
                    continue
                said = option_of(each.name, setting) if self._options else column
                try:
                    found[each.name] = _value(said, written, unit, setting, each.default)
                except LlmAdaptError as error:
                    faults.append(error)
                break
        raise_all(faults)
        return found


def _value(said: str, written: str, unit: float, setting: Setting, default: object) -> object:
    if isinstance(default, bool):
        return _flag(said, written)
    if isinstance(default, float) or default is None:
        return _number(said, written, unit, setting)
    if setting.choices and written not in setting.choices:
        raise unknown(said, written, setting.choices)
    return written


def _flag(said: str, written: str) -> bool:
    lowered = written.lower().removesuffix(".0")
    if lowered not in _YES | _NO:
        raise LlmAdaptError(f"{said} is '{written}', neither yes nor no", hint="1 or 0")
    return lowered in _YES


def _number(said: str, written: str, unit: float, setting: Setting) -> float:
    value = amount(written, said, unit=unit, size=setting.size)
    if not isfinite(value) or value < setting.least or (value == 0 and not setting.zero):
        least = "above zero" if not setting.zero else "zero or more"
        least = f"at least {setting.least:g}" if setting.least > 0 else least
        raise LlmAdaptError(f"{said} must be {least}, not {_short(written)}")
    if value > setting.most * unit:
        raise LlmAdaptError(
            f"{said} of {_short(written)} is absurd",
            hint=f"it is at most {setting.most:g}{' billion' if unit > 1 else ''}",
        )
    if setting.whole and value != int(value):
        raise LlmAdaptError(f"{said} is a whole number, not {_short(written)}")
    return value


def amount(written: str, said: str, *, unit: float = 1.0, size: bool = False) -> float:
    """A number as people write it: `8B`, `5M tokens`, `24GB`, `2,000`, `1e9`.

    Args:
        written: The text.
        said: What it is for, in errors.
        unit: What a bare number counts.
        size: It is memory: a bare number is GiB, the result bytes.

    Raises:
        LlmAdaptError: It is no number, or one of two.
    """
    match = _AMOUNT.fullmatch(written.strip())
    suffixes = _BYTES if size else _COUNTS
    suffix = match[2].lower() if match else ""
    if match and not size and suffix not in suffixes and suffix in ("tokens", "params", "gpus"):
        suffix = ""
    if not match or suffix not in suffixes:
        raise LlmAdaptError(
            f"{said} is '{_short(written)}', not a number", hint="8, 8B, 5M or 24GB"
        )
    digits = match[1]
    if _AMBIGUOUS.fullmatch(digits):
        plain = digits.replace(".", "")
        raise LlmAdaptError(
            f"{said} of {digits} can mean {plain} or {float(digits.split('.')[0]):g}",
            hint="write it without the dot",
        )
    digits = digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits
    try:
        value = float(digits.replace("_", ""))
    except ValueError:
        raise LlmAdaptError(f"{said} is '{_short(written)}', not a number") from None
    return value * (suffixes[suffix] if suffix or size else unit)


def unknown(
    what: str, name: str, known: Iterable[str], otherwise: str = "", where: str = "known are"
) -> LlmAdaptError:
    """The error for a name that is in no table, with the nearest names."""
    by_key = {key_of(each): each for each in known}
    near = [by_key[each] for each in get_close_matches(key_of(name), list(by_key), 3, 0.5)]
    every = otherwise or f"{where} {', '.join(by_key.values())}"
    hint = f"nearest: {', '.join(near)}; {every}" if near else every
    return LlmAdaptError(f"unknown {what} '{_short(name)}'", hint=hint)


def key_of(name: str) -> str:
    """A name without case, spaces and signs."""
    return "".join(character for character in name.lower() if character.isalnum())


def _short(written: str) -> str:
    return written if len(written) <= _FEWEST_DIGITS_OF_ABSURD else f"{written[:20]}..."
