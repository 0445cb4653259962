"""The dated tables of a rules folder, and the `config.json` of a model: YAML and JSON to values."""

import json
from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.amounts import shipped_amounts
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.compile import ModelReader
from llm_adapt.files.kept import SEE, plain_of, table_of
from llm_adapt.files.yaml_file import decode, read_bytes, read_file
from llm_adapt.rules.json_text import read_json
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, mapping, number, sequence, text
from llm_adapt.rules.table import (
    Accuracy,
    Architecture,
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
# The date of what the user states, which never grows old.
STATED = "as stated"


def read_tables(folder: Path, prices: Path | None = None) -> Tables:
    """The tables of a folder; a row is read, and checked, when a table is first looked at.

    Args:
        folder: `rules/tables`, or a folder of the same form.
        prices: A file of the form of `prices.yaml` whose rows win over the shipped ones.

    Raises:
        LlmAdaptError: A file is missing, a row cannot be read, has no source, or comes twice.
    """
    kinds = dict(FILES.values())
    plain = plain_of({name: folder / name for name in kinds}, lambda name: table_of(kinds[name]))
    rows: dict[str, Any] = {
        table: _Rows(mapping(plain[name])["rows"], kind, name)
        for table, (name, kind) in FILES.items()
    }
    # A name is looked for in the next of these only when it is not in those before.
    rows["constants"] = ChainMap(*(rows.pop(table) for table in CONSTANTS))
    if prices:
        rows["prices"] = {**rows["prices"], **_stated(prices)}
    days = int(number(mapping(plain["prices.yaml"]).get("shelf_life_days", 0)))
    missing = {t: text(mapping(plain[name]).get("missing")) for t, (name, _) in FILES.items()}
    return Tables(**rows, shelf_life_days=days, missing=missing, amounts=shipped_amounts)


def _stated(prices: Path) -> Mapping[str, TokenPrice]:
    """The rows of a file of one's own, which need not say where they come from."""
    shown = str(prices)
    document = read_file(prices, shown)
    rows: Plain = [
        {"source": shown, "grade": "A", **row, "date": text(row.get("date") or STATED)}
        for row in map(mapping, sequence(mapping(document.data).get("rows")))
    ]
    from llm_adapt.files.form import Reader  # noqa: PLC0415 (only for a file of one's own)

    reader = Reader(replace(document, data={"rows": rows}), SEE)
    reader.read(table_of(TokenPrice), reader.document.data, ())
    raise_all(reader.faults)
    return _Rows(rows, TokenPrice, shown)


@cache
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
        data = read_json(decode(read_bytes(path, shown), shown))
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

    def __init__(self, rows: Plain, kind: type, shown: str) -> None:
        self._plain, self._kind, self._shown = sequence(rows), kind, shown

    @cached_property
    def _rows(self) -> dict[str, Any]:
        made = map(ModelReader().record(self._kind), map(mapping, self._plain))
        found = {row.name: row for row in made}
        if len(found) < len(self._plain):
            raise LlmAdaptError("each row needs a name of its own", Location(self._shown))
        return found

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (rows of any table)
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
