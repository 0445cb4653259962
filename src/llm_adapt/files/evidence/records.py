"""Numbers of records, bytes and tokens: counted without holding what is counted."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from llm_adapt.files.evidence.access import (
    Access,
    EvidenceError,
    MissingError,
    OutsideError,
    TooLargeError,
    of_extra,
    opened,
    suffix_of,
)
from llm_adapt.files.evidence.data import (
    DELIMITERS,
    JSON_LINES,
    cells,
    json_lines,
    load,
    steps,
)
from llm_adapt.files.evidence.limits import MAX_FILES, finite
from llm_adapt.rules.plain import Plain, mapping, sequence, text
from llm_adapt.rules.project import Evidence, Measured

UNITS = {"bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}
_INFOS = ("dataset_info.json", "dataset_infos.json")
_POINTER_SIZE = 1024


def records(evidence: Evidence, access: Access) -> Measured:
    """How many records the files of a name hold, all together.

    Raises:
        EvidenceError: One is missing, too large, binary, or not what its name says.
    """
    name, at, split = evidence.path, evidence.options.get("at"), evidence.options.get("split")
    found = access.all(name)
    counts = [_records(path, name if len(found) == 1 else path.name, at, split) for path in found]
    return Measured(sum(counts), f"records in {_several(name, found)}")


def _several(name: str, found: list[Path]) -> str:
    return name if len(found) == 1 else f"the {len(found)} files that {name} takes"


def _records(path: Path, name: str, at: Plain, split: Plain) -> int:
    if path.is_dir():
        return _saved_to_disk(path, name, split)
    suffix = suffix_of(path)
    if suffix in JSON_LINES:
        with opened(path, name) as stream:
            return sum(1 for _ in json_lines(stream, name))
    if suffix in DELIMITERS:
        with opened(path, name) as stream:
            found = sum(1 for _ in cells(stream, name, DELIMITERS[suffix]))
        if not found:
            raise EvidenceError(f"{name} has no head line")
        return found - 1
    if suffix in _COLUMNS:
        return _columnar(path, name, _COLUMNS[suffix])
    if path.name in _INFOS and at is None:
        return _described(load(path, name), name, split)
    return _listed(path, name, at)


def _listed(path: Path, name: str, at: Plain) -> int:
    if suffix_of(path) == ".json" and at is None and path.stat().st_size > 0:
        data = load(path, name, leave=[("*",)])
    else:
        data = load(path, name, way=steps(at))
    if not isinstance(data, list):
        where = [key for key, value in mapping(data).items() if isinstance(value, list)]
        hint = f"say at: {where[0]}" if where else "say with `at` where the list stands"
        raise EvidenceError(f"{name} holds no list there", hint)
    return len(data)


def _described(data: Plain, name: str, split: Plain) -> int:
    """What a dataset_info file says of its splits; dataset_infos has one for each configuration."""
    top = mapping(data)
    configurations = [top] if "splits" in top else [mapping(value) for value in top.values()]
    sizes: list[float | None] = []
    known: set[str] = set()
    for configuration in configurations:
        for key, entry in mapping(configuration.get("splits")).items():
            known.add(key)
            if split in {None, key}:
                sizes.append(finite(mapping(entry).get("num_examples")))
    if not sizes or None in sizes:
        hint = f"there are: {', '.join(sorted(known))}" if known and split else None
        raise EvidenceError(f"{name} does not say how many examples there are", hint)
    return int(sum(size for size in sizes if size is not None))


def _saved_to_disk(folder: Path, name: str, split: Plain) -> int:
    """The rows of a dataset that `save_to_disk` of Hugging Face datasets wrote."""
    if (folder / "dataset_dict.json").is_file():
        splits = [
            text(s)
            for s in sequence(mapping(load(folder / "dataset_dict.json", name)).get("splits"))
        ]
        chosen = [s for s in splits if split in {None, s}]
        if not chosen:
            raise EvidenceError(f"{name} has no split {split}", f"there are: {', '.join(splits)}")
        return sum(_saved_to_disk(_within(folder, s, name), f"{name}/{s}", None) for s in chosen)
    if not (folder / "state.json").is_file():
        raise EvidenceError(f"{name} is a folder", "name a file in it")
    state = mapping(load(folder / "state.json", f"{name}/state.json"))
    names = [text(mapping(entry).get("filename")) for entry in sequence(state.get("_data_files"))]
    return sum(_columnar(_within(folder, n, name), f"{name}/{n}", _arrow_rows) for n in names)


def _within(folder: Path, name: str, shown: str) -> Path:
    if not name or "/" in name or "\\" in name or name.startswith(".") or "\0" in name:
        raise OutsideError(f"{shown} names a file outside it")
    path = folder / name
    if path.is_symlink() or not path.exists():
        raise MissingError(f"there is no {name} in {shown}")
    return path


def _columnar(path: Path, name: str, rows: Callable[[Any, Path], int]) -> int:
    with opened(path, name, 2**50):
        pass  # a pointer of Git LFS and a pipe are told apart here
    arrow = of_extra("pyarrow", "parquet", name)
    of_extra("pyarrow.parquet", "parquet", name)
    try:
        return rows(arrow, path)
    except Exception as error:  # noqa: BLE001 (whatever a foreign reader of a damaged file raises)
        raise EvidenceError(f"{name} cannot be read: {str(error)[:200]}") from None


def _parquet_rows(arrow: Any, path: Path) -> int:  # noqa: ANN401 (an optional library)
    return int(arrow.parquet.read_metadata(path).num_rows)


def _arrow_rows(arrow: Any, path: Path) -> int:  # noqa: ANN401
    with arrow.memory_map(str(path)) as stream:
        try:
            batches: Iterator[Any] = iter(arrow.ipc.open_stream(stream))
        except arrow.ArrowInvalid:
            reader = arrow.ipc.open_file(stream)
            batches = (reader.get_batch(n) for n in range(reader.num_record_batches))
        return sum(batch.num_rows for batch in batches)


_COLUMNS: dict[str, Callable[[Any, Path], int]] = {
    ".parquet": _parquet_rows,
    ".arrow": _arrow_rows,
    ".feather": _arrow_rows,
}


def size(evidence: Evidence, access: Access) -> Measured:
    """The size of the files of a name; links and hidden ones do not count.

    Raises:
        EvidenceError: One is missing, outside, not fetched, or there are too many.
    """
    unit = text(evidence.options["unit"])
    total, name = _bytes(evidence, access)
    return Measured(total / UNITS[unit], f"{unit} in {name}")


def tokens(evidence: Evidence, access: Access) -> Measured:
    """The tokens of the files of a name, as many as their size stands for.

    Raises:
        EvidenceError: One is missing, outside, not fetched, or there are too many.
    """
    each = float(text(evidence.options["bytes_per_token"]))
    total, name = _bytes(evidence, access)
    return Measured(round(total / each), f"tokens in {name}, at {each:g} bytes each")


def _bytes(evidence: Evidence, access: Access) -> tuple[int, str]:
    name, found = evidence.path, access.all(evidence.path)
    try:
        total = sum(_folder(path, name) if path.is_dir() else _size(path, name) for path in found)
    except OSError as error:
        raise EvidenceError(f"{name} cannot be read: {error.strerror}") from None
    return total, _several(name, found)


def _size(path: Path, name: str) -> int:
    size = path.stat().st_size
    if size <= _POINTER_SIZE:
        with opened(path, name):
            pass
    return size


def _folder(path: Path, name: str) -> int:
    size = files = 0
    for folder, below, names in os.walk(path):
        below[:] = [entry for entry in below if not entry.startswith(".")]
        for entry in names:
            file = Path(folder, entry)
            if not entry.startswith(".") and file.is_file() and not file.is_symlink():
                size += _size(file, f"{name}/{entry}")
                files += 1
        if files > MAX_FILES:
            raise TooLargeError(f"{name} holds more than {MAX_FILES:,} files")
    if not files:
        raise MissingError(f"there is no file in {name}")
    return size
