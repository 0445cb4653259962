"""YAML of a known form as plain data: checked while it is new, then kept by its content."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import make_dataclass
from pathlib import Path
from typing import Annotated

from llm_adapt.errors import raise_all
from llm_adapt.files import cache
from llm_adapt.files.compile import Type
from llm_adapt.files.yaml_file import decode, read_bytes, read_yaml
from llm_adapt.rules.form import SOME
from llm_adapt.rules.plain import Plain, as_plain, mapping

# Raised whenever more is checked, so that what was kept before is read again.
_FORM = b"1"
SEE = "remove it, or see the shipped file"


def table_of(row: Type) -> Type:
    """What a file holds that is a table of such rows."""
    rows = Annotated[tuple[row, ...], SOME]
    fields = ("rows", rows), ("shelf_life_days", int, 0), ("missing", str, "")
    return make_dataclass("Table", fields)


def plain_of(paths: Mapping[str, Path], kind_of: Callable[[str], Type]) -> dict[str, Plain]:
    """The plain data of files by name, each of which is of the kind said for its name.

    Raises:
        LlmAdaptError: One cannot be read or is of another form; all faults are told at once.
    """
    raws = {name: read_bytes(path, name) for name, path in paths.items()}
    named = [part for name in sorted(raws) for part in (name.encode(), raws[name])]
    key = hashlib.sha256(b"\0".join([_FORM, *named])).hexdigest()
    kept = cache.read(key)
    if kept is not None:
        return mapping(as_plain(json.loads(kept[1])))
    from llm_adapt.files.form import Reader  # noqa: PLC0415 (what is kept needs no checks)

    readers = {name: Reader(read_yaml(decode(raw, name), name), SEE) for name, raw in raws.items()}
    for name, reader in readers.items():
        reader.read(kind_of(name), reader.document.data, ())
    raise_all([fault for reader in readers.values() for fault in reader.faults])
    plain: dict[str, Plain] = {name: reader.document.data for name, reader in readers.items()}
    cache.write(key, b"", json.dumps(plain, separators=(",", ":")).encode())
    return plain
