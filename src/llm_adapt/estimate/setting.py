"""How a setting of a run is stated: declared once, read alike from options, JSON and tables."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import field, fields, replace
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from typing import Any, TypeVar

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.rules.amount import Amounts, read_amount
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Unreadable

T = TypeVar("T")
Known = Callable[[], Amounts]
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
_GIB = 2.0**30
_BYTES = {"": _GIB, "gib": _GIB, "mib": 2.0**20, "g": 1e9, "gb": 1e9, "mb": 1e6}
_SIZE = re.compile(r"(\d+\.?\d*|\.\d+)\s*([a-z]*)", re.IGNORECASE)
# Two thousand to some and two to others; a share or a size in billions has decimals.
_DOUBTFUL = re.compile(r"\d{1,3}(\.\d{3})+")
BILLION = 1e9
_SHOWN = 40


@record(frozen=True)
class Setting:
    """One thing that can be stated of a run."""

    help: str
    default: Any
    names: tuple[str, ...] = ()  # columns of tables and keys of JSON that mean the same
    option: str = ""  # by its field, where no other is given
    unit: str = ""  # as amounts are read; `bytes` for memory, where a bare number is GiB
    least: float = 0
    zero: bool = False  # nothing at all is possible, too
    most: float = 1e7
    whole: bool = False
    choices: tuple[str, ...] = ()
    ends: tuple[Any, Any] | None = None  # what needs least and most memory, where nobody says


def words(listed: str) -> frozenset[str]:
    """Names that are listed with spaces between them."""
    return frozenset(listed.split())


def say(default: T, said: str, *names: str, **more: Any) -> T:  # noqa: ANN401 (checked by Setting)
    """A field of a record that users state; `more` are attributes of its `Setting`."""
    return field(default=default, metadata={"setting": Setting(said, default, names, **more)})


def flag(said: str, *names: str, on: bool = False, option: str = "") -> bool:
    """A yes or no that users state."""
    return say(on, said, *names, option=option)


def count(default: float, said: str, *names: str, **more: Any) -> float:  # noqa: ANN401
    """A whole number that users state."""
    return say(default, said, *names, whole=True, **more)


def token_count(default: float, said: str, *names: str, **more: Any) -> float:  # noqa: ANN401
    """A number of tokens that users state, none of them included."""
    return say(default, said, *names, unit="tokens", zero=True, **more)


def billions(said: str, *names: str, option: str = "") -> float:
    """Billions of parameters that users state."""
    return say(0.0, said, *names, unit="billion parameters", most=2e4, option=option)


def params(said: str, *names: str, **more: Any) -> float:  # noqa: ANN401
    """A number of parameters that users state, none unless they do."""
    return say(0.0, said, *names, unit="parameters", most=1e12, **more)


def usd(default: float, said: str, *names: str, **more: Any) -> float:  # noqa: ANN401
    """Money that users state; below zero where they do not."""
    return say(default, said, *names, unit="USD", zero=True, **{"most": 1e12, **more})


@lru_cache
def settings_of(record: type) -> Mapping[str, Setting]:
    """The settings of a record by the name of their field, in its order, each with its option."""
    found = {
        each.name: each.metadata["setting"] for each in fields(record) if "setting" in each.metadata
    }
    return {
        name: replace(setting, option=setting.option or "--" + name.replace("_", "-"))
        for name, setting in found.items()
    }


class Options(dict[str, Plain]):
    """What was stated as options of the command line, so that errors name options."""


def but(cells: Mapping[str, Plain], **others: Plain) -> dict[str, Plain]:
    """The cells with others in their place; options stay options."""
    return (Options if isinstance(cells, Options) else dict)({**cells, **others})


def text_of(cells: Mapping[str, Plain], name: str) -> str:
    """The text of a cell; an empty one is not stated."""
    value = cells.get(name)
    return "" if value is None or isinstance(value, list | dict) else str(value).strip()


def stated(record: type, cells: Mapping[str, Plain], known: Known) -> dict[str, Any]:
    """Every setting of a record that cells state, by field.

    Args:
        record: A record with settings.
        cells: What was stated, by field, or by another name of it.
        known: What people may write after a number.

    Raises:
        LlmAdaptError: Cells cannot be read; all faults at once.
    """
    found: dict[str, Any] = {}
    faults: list[LlmAdaptError] = []
    for name, setting in settings_of(record).items():
        column = next((each for each in (name, *setting.names) if text_of(cells, each)), None)
        if column is None:
            continue
        said = setting.option if isinstance(cells, Options) else column
        written = text_of(cells, column)
        try:
            if isinstance(setting.default, float):
                exact = not isinstance(cells[column], str)
                found[name] = _number(said, written, setting, known, exact=exact)
            else:
                found[name] = _value(said, written, setting)
        except LlmAdaptError as error:
            faults.append(error)
    raise_all(faults)
    return found


def _number(said: str, written: str, setting: Setting, known: Known, *, exact: bool) -> float:
    value = _amount(said, written, setting.unit, known, exact=exact)
    if not isfinite(value) or value < setting.least or (value == 0 and not setting.zero):
        least = "above zero" if not setting.zero else "zero or more"
        least = f"at least {setting.least:g}" if setting.least > 0 else least
        raise LlmAdaptError(f"{said} must be {least}, not {_short(written)}")
    if value > setting.most:
        raise LlmAdaptError(
            f"{said} of {_short(written)} is absurd",
            hint=f"it is at most {setting.most:g} {setting.unit}".rstrip(),
        )
    if setting.whole and value != int(value):
        raise LlmAdaptError(f"{said} is a whole number, not {_short(written)}")
    return value


def _amount(said: str, written: str, unit: str, known: Known, *, exact: bool) -> float:
    """A number as people write it: `8B`, `24GB`; `exact` when its point is a decimal one."""
    if unit == "bytes":
        size = _SIZE.fullmatch(written)
        if size and size[2].lower() in _BYTES and size[1].count(".") <= 1:
            return float(size[1]) * _BYTES[size[2].lower()]
        raise LlmAdaptError(f"{said} is '{_short(written)}', not a size", hint="31.2GB")
    with suppress(ValueError):
        in_billions = unit.startswith("billion")
        bare = written.lower().removesuffix("b") if in_billions else written
        decimal = exact or in_billions or not unit or unit.startswith("share")
        if decimal or not _DOUBTFUL.fullmatch(written):
            return float(bare.replace("_", ""))
    found = read_amount(written, unit, known(), "8B")
    if isinstance(found, Unreadable):
        raise LlmAdaptError(f"{said}: {found.message}", hint=found.hint)
    return float(found.value)


def _value(said: str, written: str, setting: Setting) -> object:
    if isinstance(setting.default, bool):
        lowered = written.lower().removesuffix(".0")
        if lowered not in _YES | _NO:
            raise LlmAdaptError(f"{said} is '{_short(written)}', neither yes nor no", hint="1 or 0")
        return lowered in _YES
    if setting.choices and written not in setting.choices:
        raise unknown(said, written, setting.choices)
    return written


def unknown(what: str, name: str, known: Iterable[str], otherwise: str = "") -> LlmAdaptError:
    """The error for a name that is in no table, with the nearest names."""
    by_key = {key_of(each): each for each in known}
    near = [by_key[each] for each in get_close_matches(key_of(name), list(by_key), 3, 0.5)]
    every = otherwise or f"known are {', '.join(by_key.values())}"
    hint = f"nearest: {', '.join(near)}; {every}" if near else every
    return LlmAdaptError(f"unknown {what} '{_short(name)}'", hint=hint)


def by_name(what: str, name: str, rows: Mapping[str, Any], otherwise: str = "") -> Any:  # noqa: ANN401
    """The row of a table with this name or alias, in any case and with any signs between.

    Raises:
        LlmAdaptError: There is none; the hint names the nearest.
    """
    for row in rows.values():
        if key_of(name) in map(key_of, (row.name, *getattr(row, "aliases", ()))):
            return row
    raise unknown(what, name, rows, otherwise)


def key_of(name: str) -> str:
    """A name without case, spaces and signs."""
    return "".join(character for character in name.lower() if character.isalnum())


def _short(written: str) -> str:
    return written if len(written) <= _SHOWN else f"{written[:20]}..."
