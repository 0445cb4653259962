"""The lock file: the rule set and result that each project was accepted with."""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.text_file import write_text
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping, sequence, text, texts
from llm_adapt.rules.project import Locked

NAME = "llm-adapt.lock"
SCHEMA = "llm-adapt/lock/v1"
_NOTE = "Written by `llm-adapt check --update-lock`. Commit it; do not edit it."
_MAX_BYTES = 16_000_000
Entries = dict[str, Locked]


def read_lock(path: Path, shown: str) -> Entries | None:
    """What is locked, by project; nothing when there is no lock file.

    Raises:
        LlmAdaptError: It is not what `write_lock` writes.
    """
    where = Location(shown)
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LlmAdaptError(f"the lock file cannot be read: {error.strerror}", where) from None
    try:
        data = mapping(as_plain(json.loads(raw)))
        if data.get("schema") != SCHEMA:
            raise LlmAdaptError("this is no lock file of this version", where)
        return {key: _entry(mapping(entry)) for key, entry in mapping(data["projects"]).items()}
    except json.JSONDecodeError as error:
        place = Location(shown, error.lineno, error.colno)
        raise LlmAdaptError(f"the lock file is damaged: {error.msg}", place) from None
    except (KeyError, ValueError, RecursionError):
        raise LlmAdaptError("the lock file is damaged", where) from None


def _entry(raw: dict[str, Plain]) -> Locked:
    words = {
        field.name: text(raw[field.name])
        for field in fields(Locked)
        if field.name not in {"reasons", "history"}
    }
    history = tuple(mapping(item) for item in sequence(raw.get("history")))
    return Locked(**words, reasons=texts(raw["reasons"]), history=history)


def write_lock(path: Path, entries: Entries) -> None:
    """Write the lock file, one fact a line, so that two branches merge well.

    Raises:
        LlmAdaptError: It cannot be written; what stood there before still does.
    """
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "note": _NOTE,
        "projects": {key: asdict(entries[key]) for key in sorted(entries)},
    }
    write_text(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
