"""Values at a place in JSON, YAML, TOML and CSV files."""

import csv
import json
import tomllib
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.evidence.access import Access, EvidenceError, read_text
from llm_adapt.files.scalar import scalar
from llm_adapt.files.yaml_file import MAX_BYTES, read_yaml
from llm_adapt.rules.plain import Plain, as_plain

Steps = Sequence[str | int]


def load(access: Access, name: str) -> Plain:
    """The plain data of a file; a CSV file is a list of rows by column.

    Raises:
        EvidenceError: It cannot be read as what its name says.
    """
    path = access.file(name)
    return parse(read_text(path, name), path, name)


def parse(text: str, path: Path, name: str) -> Plain:
    """The plain data of text, by the suffix of its file.

    Raises:
        EvidenceError: It is not of that format.
    """
    try:
        return _parser(path, name)(text, name)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise EvidenceError("C303", f"{name} is not JSON: {error.msg} ({where})") from None
    except tomllib.TOMLDecodeError as error:
        raise EvidenceError("C303", f"{name} is not TOML: {error}") from None
    except RecursionError:
        raise EvidenceError("C303", f"{name} is nested too deep") from None
    except EvidenceError:
        raise
    except LlmAdaptError as error:
        at = f" (line {error.where.line})" if error.where else ""
        raise EvidenceError("C303", f"{name}: {error.message}{at}") from None


def _parser(path: Path, name: str) -> Callable[[str, str], Plain]:
    suffix = path.suffix.lower()
    if suffix not in _PARSERS:
        hint = f"values are read from {', '.join(_PARSERS)}"
        raise EvidenceError("C303", f"{name} has no format known here", hint)
    return _PARSERS[suffix]


def _json(text: str, _: str) -> Plain:
    return as_plain(json.loads(text))


def _toml(text: str, _: str) -> Plain:
    return as_plain(tomllib.loads(text))


def _yaml(text: str, name: str) -> Plain:
    if len(text) > MAX_BYTES:
        raise EvidenceError("C305", f"{name} is larger than {MAX_BYTES:,} bytes")
    return read_yaml(text, name).data


def _csv(text: str, name: str) -> Plain:
    return rows(text, name, ",")


def _tsv(text: str, name: str) -> Plain:
    return rows(text, name, "\t")


_PARSERS: dict[str, Callable[[str, str], Plain]] = {
    ".json": _json,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".toml": _toml,
    ".csv": _csv,
    ".tsv": _tsv,
}


def rows(text: str, name: str, delimiter: str) -> list[Plain]:
    """The rows of a CSV text with a head, numbers as numbers.

    Raises:
        EvidenceError: It has no head, or a row has more cells than the head.
    """
    reader = csv.DictReader(StringIO(text), delimiter=delimiter, strict=True)
    found: list[Plain] = []
    try:
        for row in reader:
            cells: dict[str | None, object] = dict(row)
            if None in cells:
                message = f"{name}: line {reader.line_num} has more cells than the head"
                raise EvidenceError("C303", message)
            found.append({str(key): _cell(value) for key, value in row.items()})
    except csv.Error as error:
        raise EvidenceError("C303", f"{name}: line {reader.line_num}: {error}") from None
    if reader.fieldnames is None:
        raise EvidenceError("C303", f"{name} has no head line")
    return found


def _cell(value: str | None) -> Plain:
    return None if value is None else scalar(value.strip(), plain=True)


def steps(at: Plain) -> list[str | int]:
    """The steps of a place: `a.b.0`, or a list of steps where keys hold dots."""
    if isinstance(at, list):
        return [step if isinstance(step, int) else str(step) for step in at]
    return [step for step in str(at).split(".") if step] if at is not None else []


def value_at(data: Plain, at: Steps, name: str) -> Plain:
    """The value at a place. `-1` is the last of a list, `key=value` the first that has it.

    Raises:
        EvidenceError: There is no such place; the message says how far the way went.
    """
    for index, step in enumerate(at):
        found = _step(data, step)
        if found is None:
            way = ".".join(map(str, at[:index])) or "the top"
            raise EvidenceError("C303", f"{name} has no {step} at {way}", _beside(data))
        data = found[0]
    return data


def _step(data: Plain, step: str | int) -> tuple[Plain] | None:
    if isinstance(data, dict):
        return (data[str(step)],) if str(step) in data else None
    if not isinstance(data, list):
        return None
    place = _index(step)
    if place is not None:
        return (data[place],) if -len(data) <= place < len(data) else None
    key, _, wanted = str(step).partition("=")
    for item in data:
        if isinstance(item, dict) and key in item and str(item[key]) == wanted:
            return (item,)
    return None


def _index(step: str | int) -> int | None:
    try:
        return int(step)
    except ValueError:
        return None


def _beside(data: Plain) -> str:
    if isinstance(data, dict):
        return f"there are: {', '.join(list(data)[:8])}" if data else "it is empty there"
    if isinstance(data, list):
        return f"there is a list of {len(data)}"
    return "there is a single value"
