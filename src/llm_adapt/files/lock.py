"""The files that a check writes: the lock of each folder, and the baseline of a repository."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.claim import held
from llm_adapt.files.evidence.limits import MAX_PARSED, too_many
from llm_adapt.files.text_file import write_text
from llm_adapt.rules.json_text import read_json
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, as_plain, mapping, sequence, text, texts
from llm_adapt.rules.project import Locked
from llm_adapt.rules.record import record

NAME, BASELINE = "llm-adapt.lock", "llm-adapt.baseline"
SCHEMA, BASELINE_SCHEMA = "llm-adapt/lock/v1", "llm-adapt/baseline/v1"
DATA_SCHEMA = "llm-adapt/audit-baseline/v1"
_NOTES = {
    SCHEMA: "Written by `llm-adapt check --update-lock`. Commit it; do not edit it.",
    BASELINE_SCHEMA: "Written by `llm-adapt check --write-baseline`. Commit it; do not edit it.",
    DATA_SCHEMA: "Written by `llm-adapt audit --write-baseline`. Commit it; do not edit it.",
}
_TEXTS = ("fingerprint", "code", "project", "file", "message")
_CONFLICT = (b"<<<<<<<", b">>>>>>>", b"=======")
Entries = dict[str, Locked]


@record(frozen=True)
class Accepted:
    """A finding that a baseline accepts, by its fingerprint."""

    fingerprint: str
    code: str
    project: str
    file: str
    message: str
    until: date


def read_lock(path: Path, shown: str) -> Entries | None:
    """What is locked, by project; nothing when there is no lock file.

    Raises:
        LlmAdaptError: It is not what `write_lock` writes.
    """
    data = _read(path, shown, SCHEMA)
    if data is None:
        return None
    try:
        return {key: _entry(mapping(entry)) for key, entry in mapping(data["projects"]).items()}
    except (KeyError, ValueError):
        raise LlmAdaptError(f"{path.name} is damaged", Location(shown)) from None


def _read(path: Path, shown: str, schema: str) -> dict[str, Plain] | None:
    where = Location(shown)
    try:
        if path.exists() and not path.is_file():
            raise LlmAdaptError(f"{path.name} is not an ordinary file", where)
        with path.open("rb") as stream:
            raw = stream.read(MAX_PARSED + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LlmAdaptError(f"{path.name} cannot be read: {error.strerror}", where) from None
    if len(raw) > MAX_PARSED or too_many(raw):
        raise LlmAdaptError(f"{path.name} is larger than any that is written here", where)
    for number, line in enumerate(raw.splitlines(), 1):
        if line.startswith(_CONFLICT):
            message = f"{path.name} holds a merge conflict"
            raise LlmAdaptError(
                message, Location(shown, number), "resolve it; keep the entries of both"
            )
    try:
        data = mapping(read_json(raw.decode()))
    except json.JSONDecodeError as error:
        place = Location(shown, error.lineno, error.colno)
        raise LlmAdaptError(f"{path.name} is damaged: {error.msg}", place) from None
    except (ValueError, RecursionError, MemoryError):
        raise LlmAdaptError(f"{path.name} is damaged", where) from None
    if data.get("schema") != schema:
        raise LlmAdaptError(f"{path.name} is no file of this version ({schema})", where)
    return data


def _entry(raw: dict[str, Plain]) -> Locked:
    words = {
        field.name: _word(raw[field.name])
        for field in fields(Locked)
        if field.name not in {"reasons", "history"}
    }
    history = tuple(mapping(item) for item in sequence(raw.get("history")))
    return Locked(**words, reasons=texts(raw["reasons"]), history=history)


def _word(value: Plain) -> str:
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 (as whatever else is damaged)
    return value


def update_lock(path: Path, shown: str, root: Path, change: Callable[[Entries], Entries]) -> None:
    """Change a lock file, alone among all processes; one fact a line, so that branches merge well.

    Raises:
        LlmAdaptError: It cannot be read or written, or leads out of the repository: what stood
            there before still does.
    """
    with held(path):
        before = read_lock(path, shown)
        after = change(dict(before or {}))
        if after != (before or {}):
            projects: Plain = {key: as_plain(asdict(after[key])) for key in sorted(after)}
            _write(path, root, SCHEMA, {"projects": projects})


def read_baseline(path: Path) -> list[Accepted]:
    """What a baseline accepts; nothing when there is none.

    Raises:
        LlmAdaptError: It is not what `write_baseline` writes.
    """
    data = _read(path, path.name, BASELINE_SCHEMA) or {}
    try:
        until = date.fromisoformat(text(data.get("until", "9999-12-31")))
        return [
            Accepted(**{name: _word(mapping(raw)[name]) for name in _TEXTS}, until=until)
            for raw in sequence(data.get("findings"))
        ]
    except (KeyError, ValueError):
        raise LlmAdaptError(f"{path.name} is damaged", Location(path.name)) from None


def write_baseline(path: Path, root: Path, accepted: list[Accepted], until: date) -> None:
    """Write a baseline.

    Raises:
        LlmAdaptError: It cannot be written, or leads out of the repository.
    """
    with held(path):
        _read(path, path.name, BASELINE_SCHEMA)
        findings = [{k: v for k, v in asdict(entry).items() if k != "until"} for entry in accepted]
        _write(path, root, BASELINE_SCHEMA, {"until": until.isoformat(), "findings": findings})


def read_data_baseline(path: Path) -> tuple[dict[tuple[str, str], int], date]:
    """How many rows a baseline accepts, by file and rule of the audit, and until when.

    Raises:
        LlmAdaptError: There is none, or it is not what `write_data_baseline` writes.
    """
    data = _read(path, str(path), DATA_SCHEMA)
    if data is None:
        hint = "write it first: --write-baseline"
        raise LlmAdaptError("there is no such baseline", Location(str(path)), hint)
    try:
        found = {
            (text(entry["file"]), text(entry["rule"])): int(str(entry["rows"]))
            for entry in map(mapping, sequence(data["accepted"]))
        }
        return found, date.fromisoformat(text(data["until"]))
    except (KeyError, ValueError):
        raise LlmAdaptError(f"{path.name} is damaged", Location(str(path))) from None


def write_data_baseline(
    path: Path, accepted: dict[tuple[str, str], int], until: date, *, root: Path
) -> None:
    """Write what an audit accepts, one entry a line, so that branches merge well.

    Raises:
        LlmAdaptError: It cannot be written, leads out of the repository, or something else stands
            there.
    """
    with held(path):
        _read(path, str(path), DATA_SCHEMA)
        entries = [{"file": f, "rule": r, "rows": n} for (f, r), n in sorted(accepted.items())]
        _write(path, root, DATA_SCHEMA, {"until": until.isoformat(), "accepted": entries})


def _write(path: Path, root: Path, schema: str, data: dict[str, Any]) -> None:
    if not path.resolve().is_relative_to(root):
        raise LlmAdaptError(f"{path.name} leads out of the repository", Location(path.name))
    full = {"schema": schema, "note": _NOTES[schema], **data}
    write_text(path, json.dumps(full, indent=1, ensure_ascii=False) + "\n")
