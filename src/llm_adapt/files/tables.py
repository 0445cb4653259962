"""The dated tables of a rules folder, and the `config.json` of a model: YAML and JSON to values."""

import hashlib
import json
from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from functools import cache as remembered
from functools import cached_property
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files import cache
from llm_adapt.files.amounts import shipped_amounts
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.yaml_file import decode, read_bytes, read_file
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping, sequence, text
from llm_adapt.rules.table import (
    Accuracy,
    Architecture,
    Cited,
    ConfigKind,
    Constant,
    Effort,
    Gpu,
    Optimizer,
    Quantizer,
    Regime,
    Tables,
    TokenPrice,
)

# The tables by the names that they go by, each with its file and what a row of it is.
FILES: Mapping[str, tuple[str, type]] = {
    "models": ("models.yaml", Architecture),
    "kinds": ("kinds.yaml", ConfigKind),
    "gpus": ("gpus.yaml", Gpu),
    "regimes": ("regimes.yaml", Regime),
    "optimizers": ("optimizers.yaml", Optimizer),
    "quantizers": ("quantizers.yaml", Quantizer),
    "prices": ("prices.yaml", TokenPrice),
    "efforts": ("effort.yaml", Effort),
    "accuracies": ("accuracy.yaml", Accuracy),
    "memory": ("memory.yaml", Constant),
    "efficiency": ("efficiency.yaml", Constant),
    "serving": ("serving.yaml", Constant),
}
CONSTANTS = ("memory", "efficiency", "serving")
Grade = Literal["A", "B", "C", "D"]
GRADES = ("A", "B", "C", "D")
# The date of what the user states, which never grows old.
STATED = "as stated"
_Row = TypeVar("_Row")


def read_tables(folder: Path, prices: Path | None = None) -> Tables:
    """The tables of a folder; a row is read, and checked, when a table is first looked at.

    Args:
        folder: `rules/tables`, or a folder of the same form.
        prices: A file of the form of `prices.yaml` whose rows win over the shipped ones.

    Raises:
        LlmAdaptError: A file is missing, a row cannot be read, has no source, or comes twice.
    """
    plain = _plain(folder)
    rows: dict[str, Any] = {
        table: _Rows(folder, name, plain, kind) for table, (name, kind) in FILES.items()
    }
    # A name is looked for in the next of these only when it is not in those before.
    rows["constants"] = ChainMap(*(rows.pop(table) for table in CONSTANTS))
    if prices:
        usual: dict[str, Plain] = {"source": str(prices), "date": STATED, "grade": "A"}
        own = sequence(mapping(read_file(prices, str(prices)).data).get("rows"))
        rows_of_ones_own: Plain = {"rows": [{**usual, **mapping(row)} for row in own]}
        stated = _read_rows(rows_of_ones_own, TokenPrice, prices, str(prices))
        rows["prices"] = {**rows["prices"], **stated}
    shelf = mapping(plain.get("prices.yaml")).get("shelf_life_days")
    days = shelf if isinstance(shelf, int) else 0
    return Tables(**rows, shelf_life_days=days, amounts=shipped_amounts)


@remembered
def shipped_tables() -> Tables:
    """The tables that come with this installation."""
    return read_tables(builtin_rules() / "tables")


def read_config(path: Path) -> dict[str, Plain]:
    """The `config.json` of a model, from disk; nothing is fetched.

    Raises:
        LlmAdaptError: It is missing, unreadable or not a JSON object.
    """
    with suppress(OSError):  # a name that is too long: reading says so
        path = path / "config.json" if path.is_dir() else path
    shown = str(path)
    try:
        data = as_plain(json.loads(decode(read_bytes(path, shown), shown)))
    except json.JSONDecodeError as error:
        where = Location(shown, error.lineno, error.colno)
        raise LlmAdaptError(f"this is not JSON: {error.msg}", where) from None
    except ValueError:
        # Python refuses to read integers of more than some thousand digits.
        raise LlmAdaptError("a number in this file has too many digits", Location(shown)) from None
    except RecursionError:
        raise LlmAdaptError("nested too deep", Location(shown)) from None
    if not isinstance(data, dict):
        raise LlmAdaptError("this is not a JSON object", Location(shown))
    return data


class _Rows(Mapping[str, Any]):
    """One table, whose rows are made when it is first looked at."""

    def __init__(self, folder: Path, name: str, plain: Mapping[str, Plain], kind: type) -> None:
        self._folder, self._name, self._plain, self._kind = folder, name, plain, kind

    @cached_property
    def _rows(self) -> dict[str, Any]:
        data = self._plain.get(self._name)
        return _read_rows(data, self._kind, self._folder / self._name, self._name)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (rows of any table)
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _plain(folder: Path) -> dict[str, Plain]:
    """All files as plain data, kept by their content: YAML is slow to read."""
    contents = {name: read_bytes(folder / name, name) for name, _ in FILES.values()}
    whole = b"\0".join([b"tables", *(contents[name] for name in sorted(contents))])
    key = hashlib.sha256(whole).hexdigest()
    kept = cache.read(key)
    if kept is not None:
        return mapping(as_plain(json.loads(kept[1])))
    plain = {name: read_file(folder / name, name).data for name in contents}
    cache.write(key, b"", json.dumps(plain, separators=(",", ":")).encode())
    return plain


def _read_rows(data: Plain, kind: type[_Row], path: Path, shown: str) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    faults: list[tuple[int, str]] = []
    for index, item in enumerate(sequence(mapping(data).get("rows"))):
        row = mapping(item)
        name = text(row.get("name"))
        try:
            value: _Row = _filled(kind, row)
        except (TypeError, ValueError) as error:
            faults.append((index, f"row '{name}': {error}"))
            continue
        if not name or name in found:
            faults.append((index, f"row '{name}': it needs a name of its own"))
        found[name] = value
    if faults:
        # Places are known to the YAML reader alone, not to what is kept.
        document = read_file(path, shown)
        raise_all([LlmAdaptError(said, document.place(("rows", at))) for at, said in faults])
    if not found:
        raise LlmAdaptError("this table has no rows", Location(shown))
    return found


@remembered
def _fields(kind: type) -> tuple[tuple[str, Any, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((each.name, hints[each.name], each.default) for each in fields(kind))


def _filled(kind: type[_Row], row: dict[str, Plain]) -> _Row:
    """A record from a row: each field from its key, the source from keys beside them."""
    values: dict[str, Any] = {}
    for name, hint, default in _fields(cast("type", kind)):
        if Cited in (hint, *get_args(hint)):
            values[name] = _cited(row)
        elif row.get(name) is not None:
            values[name] = _value(name, hint, row[name])
        elif default is MISSING:
            raise ValueError(f"{name} is missing")
    return kind(**values)


def _value(name: str, hint: Any, given: Plain) -> Any:  # noqa: ANN401 (by its hint)
    if isinstance(hint, UnionType) or get_origin(hint) is Union:
        hint = next(each for each in get_args(hint) if each is not NoneType)
    if is_dataclass(hint) and isinstance(hint, type):
        return _filled(hint, mapping(given))
    if get_origin(hint) is Mapping:
        return mapping(given)
    if get_origin(hint) is tuple:
        return tuple(text(item) for item in sequence(given))
    if hint in (int, float):
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise ValueError(f"{name} is {given!r}, not a number")
        if not 0 <= given < float("inf"):
            raise ValueError(f"{name} is {given}, not a count")
        return hint(given)
    if not isinstance(given, hint):
        raise TypeError(f"{name} is {given!r}, not {hint.__name__}")
    return given


def _cited(row: dict[str, Plain]) -> Cited:
    source, date, grade = (text(row.get(name)) for name in ("source", "date", "grade"))
    if not source or not date:
        raise ValueError("it has no source or no date, so it cannot be checked")
    if grade not in GRADES:
        raise ValueError(f"the grade is {grade}, not one of {', '.join(GRADES)}")
    return Cited(source, date, cast("Grade", grade), text(row.get("note")))
