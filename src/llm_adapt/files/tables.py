"""The dated tables of a rules folder, and the `config.json` of a model: YAML and JSON to values."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.yaml_file import Document, decode, read_bytes, read_file
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping, number, sequence, text, texts
from llm_adapt.rules.table import (
    Architecture,
    Cited,
    Constant,
    Gpu,
    GpuPrice,
    ModelRow,
    Quantizer,
    Regime,
    Tables,
    TokenPrice,
)

CONSTANT_FILES = ("memory.yaml", "efficiency.yaml", "serving.yaml")
GRADES = ("A", "B", "C", "D")
_Row = TypeVar("_Row")


def read_tables(folder: Path) -> Tables:
    """The tables of a folder; every row must say its source, date and grade.

    Args:
        folder: `rules/tables`, or a folder of the same form.

    Raises:
        LlmAdaptError: A file is missing, a row cannot be read, has no source, or comes twice.
    """
    constants: dict[str, Constant] = {}
    for name in CONSTANT_FILES:
        constants |= _rows(read_file(folder / name, name), _constant)
    prices = read_file(folder / "prices.yaml", "prices.yaml")
    return Tables(
        models=_rows(read_file(folder / "models.yaml", "models.yaml"), _model),
        gpus=_rows(read_file(folder / "gpus.yaml", "gpus.yaml"), _gpu),
        regimes=_rows(read_file(folder / "regimes.yaml", "regimes.yaml"), _regime),
        quantizers=_rows(read_file(folder / "quantizers.yaml", "quantizers.yaml"), _quantizer),
        prices=_rows(prices, _price),
        constants=constants,
        shelf_life_days=int(number(mapping(prices.data).get("shelf_life_days"))),
    )


def read_config(path: Path) -> dict[str, Plain]:
    """The `config.json` of a model, from disk; nothing is fetched.

    Raises:
        LlmAdaptError: It is missing, unreadable or not a JSON object.
    """
    path = path / "config.json" if path.is_dir() else path
    shown = str(path)
    try:
        data = as_plain(json.loads(decode(read_bytes(path, shown), shown)))
    except json.JSONDecodeError as error:
        where = Location(shown, error.lineno, error.colno)
        raise LlmAdaptError(f"this is not JSON: {error.msg}", where) from None
    except RecursionError:
        raise LlmAdaptError("nested too deep", Location(shown)) from None
    if not isinstance(data, dict):
        raise LlmAdaptError("this is not a JSON object", Location(shown))
    return data


def _rows(document: Document, read: Callable[[dict[str, Plain]], _Row]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    faults: list[LlmAdaptError] = []
    for index, item in enumerate(sequence(mapping(document.data).get("rows"))):
        row, where = mapping(item), document.place(("rows", index))
        name = text(row.get("name"))
        try:
            value = read(row)
        except (KeyError, TypeError, ValueError) as error:
            said = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            faults.append(LlmAdaptError(f"row '{name}': {said}", where))
            continue
        if not name or name in found:
            faults.append(LlmAdaptError(f"row '{name}': it needs a name of its own", where))
        found[name] = value
    if not found and not faults:
        faults.append(LlmAdaptError("this table has no rows", Location(document.name)))
    raise_all(faults)
    return found


def _cited(row: dict[str, Plain]) -> Cited:
    cited = Cited(
        source=text(row["source"]),
        date=text(row["date"]),
        grade=text(row["grade"]),
        note=text(row.get("note")),
    )
    if not cited.source or not cited.date:
        raise ValueError("it has no source or no date, so it cannot be checked")
    if cited.grade not in GRADES:
        raise ValueError(f"the grade is {cited.grade}, not one of {', '.join(GRADES)}")
    return cited


def _positive(row: dict[str, Plain], name: str) -> float:
    value = number(row[name])
    if not 0 <= value < float("inf"):
        raise ValueError(f"{name} is {value}, not a count")
    return value


def _maybe(row: dict[str, Plain], name: str) -> float | None:
    return _positive(row, name) if row.get(name) is not None else None


def _constant(row: dict[str, Plain]) -> Constant:
    return Constant(text(row["name"]), _positive(row, "value"), text(row["unit"]), _cited(row))


def _quantizer(row: dict[str, Plain]) -> Quantizer:
    return Quantizer(text(row["name"]), _positive(row, "bytes"), _cited(row))


def _regime(row: dict[str, Plain]) -> Regime:
    return Regime(
        name=text(row["name"]),
        title=text(row["title"]),
        weights=_positive(row, "weights"),
        resident_gradients=_positive(row, "resident_gradients"),
        optimizer=_positive(row, "optimizer"),
        step_extra=_positive(row, "step_extra"),
        adapter=_positive(row, "adapter"),
        adapter_copy=_positive(row, "adapter_copy"),
        cited=_cited(row),
    )


def _gpu(row: dict[str, Plain]) -> Gpu:
    price = mapping(row.get("price"))
    bf16 = _positive(row, "bf16_tflops")
    return Gpu(
        name=text(row["name"]),
        aliases=texts(row["aliases"]),
        vendor=text(row["vendor"]),
        memory_gb=_positive(row, "memory_gb"),
        usable_gib=_positive(row, "usable_gib"),
        bandwidth_tb_s=_positive(row, "bandwidth_tb_s"),
        bf16_tflops=bf16,
        half_tflops=bf16 or _positive(row, "fp16_tflops"),
        fp8_tflops=_positive(row, "fp8_tflops"),
        cited=_cited(row),
        price=_rent(price) if price else None,
    )


def _rent(price: dict[str, Plain]) -> GpuPrice:
    return GpuPrice(
        _positive(price, "usd_per_hour_low"),
        _positive(price, "usd_per_hour_typical"),
        _cited(price),
    )


def _model(row: dict[str, Plain]) -> ModelRow:
    name = text(row["name"])
    architecture = Architecture(
        name=name,
        params=_positive(row, "params"),
        active_params=_positive(row, "active_params"),
        layers=_positive(row, "layers"),
        hidden=_positive(row, "hidden"),
        heads=_positive(row, "heads"),
        kv_heads=_positive(row, "kv_heads"),
        head_dim=_positive(row, "head_dim"),
        ffn=_positive(row, "ffn"),
        gated=_positive(row, "ffn_matrices") == 3,  # noqa: PLR2004 (gate, up, down)
        vocab=_positive(row, "vocab"),
        tied=row["tied"] is True,
        context=int(_positive(row, "context")),
        kv_bytes_per_token=_positive(row, "kv_bytes_per_token"),
        kind=text(row["kind"]),
    )
    return ModelRow(name, text(row["hf_id"]), architecture, _cited(row))


def _price(row: dict[str, Plain]) -> TokenPrice:
    training = mapping(row.get("training"))
    return TokenPrice(
        name=text(row["name"]),
        input=_positive(row, "input"),
        output=_positive(row, "output"),
        cached_input=_maybe(row, "cached_input"),
        cache_write=_maybe(row, "cache_write"),
        tuned_factor=_maybe(row, "tuned_factor"),
        training=_maybe(training, "usd_per_million"),
        cited=_cited(row),
        training_cited=_cited(training) if training else None,
    )
