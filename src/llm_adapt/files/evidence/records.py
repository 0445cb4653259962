"""The number of records of a file: JSONL, CSV and Parquet are counted without holding them."""

import csv
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from llm_adapt.files.evidence.access import MAX_COUNTED, Access, EvidenceError, opened
from llm_adapt.files.evidence.table import load, steps, value_at
from llm_adapt.rules.plain import Plain

_LINES = {".jsonl", ".ndjson"}
_CELLS = {".csv": ",", ".tsv": "\t"}


def count(access: Access, name: str, at: Plain) -> int:
    """How many records a file holds.

    Raises:
        EvidenceError: It is missing, too large, binary, or not what its name says.
    """
    path = access.file(name)
    suffix = path.suffix.lower()
    if suffix in _LINES:
        with opened(path, name, MAX_COUNTED) as stream:
            return _json_lines(stream, name)
    if suffix in _CELLS:
        with opened(path, name, MAX_COUNTED) as stream:
            return _csv_rows(stream, name, _CELLS[suffix])
    if suffix == ".parquet":
        return _parquet_rows(path, name)
    data = value_at(load(access, name), steps(at), name)
    if not isinstance(data, list):
        hint = "say with `at` where the list stands"
        raise EvidenceError("C303", f"{name} holds no list there", hint)
    return len(data)


def _json_lines(stream: BinaryIO, name: str) -> int:
    found = 0
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            json.loads(line)
        except (ValueError, RecursionError):
            raise EvidenceError("C303", f"{name}: line {number} is not JSON") from None
        found += 1
    return found


def _csv_rows(stream: BinaryIO, name: str, delimiter: str) -> int:
    reader = csv.reader(_text(stream), delimiter=delimiter, strict=True)
    try:
        found = sum(1 for row in reader if row)
    except (csv.Error, UnicodeDecodeError) as error:
        raise EvidenceError("C303", f"{name}: line {reader.line_num}: {error}") from None
    if not found:
        raise EvidenceError("C303", f"{name} has no head line")
    return found - 1


def _text(stream: BinaryIO) -> Iterator[str]:
    for index, line in enumerate(stream):
        yield line.decode("utf-8" if index else "utf-8-sig")


def _parquet_rows(path: Path, name: str) -> int:
    try:
        # Optional and large: asked for only by who has such files.
        errors, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        hint = "install it: python -m pip install 'llm-adapt[parquet]'"
        raise EvidenceError("C303", f"{name} needs the extra `parquet`", hint) from None
    try:
        return int(parquet.read_metadata(path).num_rows)
    except (errors.ArrowException, OSError) as error:
        raise EvidenceError("C303", f"{name} is not Parquet: {error}") from None
