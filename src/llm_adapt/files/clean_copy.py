"""A copy of training data without some of its rows; what is kept stays as it was written.

JSON lines, CSV and text keep every byte of a kept row; of a JSON list the rows keep theirs, and
Parquet its schema. The file that is read is never written to.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from heapq import merge
from importlib import import_module
from itertools import chain, groupby, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

from llm_adapt.audit.reader import (
    MAX_ROW,
    NoRow,
    Shard,
    json_rows,
    raw_lines,
    table_rows,
    unpacked,
)
from llm_adapt.audit.spill import Marks
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.owned import refuse_others, refuse_read
from llm_adapt.files.text_file import replaced, write_text
from llm_adapt.rules.audit import BadLine
from llm_adapt.rules.location import Location
from llm_adapt.rules.record import record

SCHEMA = "llm-adapt/audit-left-out/v1"
# So many rows of Parquet are written at once.
ROWS = 1_000


@record(frozen=True)
class Dropped:
    """What a copy leaves out: rows of each rule, sorted, and lines that are no rows."""

    rows: Sequence[tuple[str, Sequence[int]]]
    bad: Sequence[BadLine] = ()

    def __len__(self) -> int:
        return sum(1 for _ in self._by_row()) + len(self.bad)

    def _by_row(self) -> Iterator[tuple[int, list[str]]]:
        places = (zip(rows, repeat(index)) for index, (_, rows) in enumerate(self.rows))
        for row, group in groupby(merge(*places), itemgetter(0)):
            yield row, [self.rows[index][0] for _, index in group]

    def told(self) -> Iterator[str]:
        """The list of it as JSON, in pieces."""
        rows = ({"row": row, "rules": rules} for row, rules in self._by_row())
        lines = ({"line": bad.line, "rules": ["unreadable-line"]} for bad in self.bad)
        before = "  "
        for said in chain(rows, lines):
            yield before + json.dumps(said)
            before = ",\n  "


def write_copy(
    source: Path,
    kind: str,
    to: Path,
    dropped: Dropped,
    *,
    force: bool,
) -> Path:
    """Write what is kept to a file, and what is left out to a list beside it.

    Args:
        source: The file that was read.
        kind: What it is, as the audit's reader says.
        to: The copy; packed where its name ends in `.gz`.
        dropped: What is left out; lines that are no rows of JSON lines only.
        force: Write over a file that is not ours.

    Raises:
        LlmAdaptError: One of the files is somebody else's, is the one that is read, or cannot be
            written: then nothing is changed.
    """
    listed = list_beside(source, to, force=force)
    if dropped.bad and kind != "jsonl":
        hint = "mend them first, or leave unreadable-line out of --drop"
        message = "unreadable lines are dropped from JSON lines only"
        raise LlmAdaptError(message, Location(str(to)), hint)
    rows = Marks(chain.from_iterable(numbers for _, numbers in dropped.rows))
    lines = Marks(bad.line for bad in dropped.bad)
    copy = partial(_lines, bad=lines) if kind in {"jsonl", "text"} else _COPIES[kind]
    with replaced(to) as stream:
        if to.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed:
                copy(source, rows, packed.write)
        else:
            copy(source, rows, stream.write)
    said = {"schema": SCHEMA, "read": str(source), "copy": to.name, "sha256": _digest(to)}
    head = json.dumps(said, ensure_ascii=False, indent=1).removesuffix("\n}")
    write_text(listed, chain((head, ',\n "rows": [\n'), dropped.told(), ("\n ]\n}\n",)))
    return listed


def list_beside(source: Path, to: Path, *, force: bool) -> Path:
    """The list that goes with a copy, if both may be written.

    Raises:
        UsageError: One of the two is the file that is read.
        LlmAdaptError: The copy would be of another kind, or one of the two is not ours.
    """
    listed, where = to.with_name(f"{to.name}.left-out.json"), Location(str(to))
    refuse_read((to, listed), (source,))
    if _ending(to) != _ending(source):
        hint = f"give it the ending {_ending(source)}"
        raise LlmAdaptError(f"a copy is of the kind of {source.name}", where, hint)
    if not to.parent.is_dir():
        raise LlmAdaptError("there is no such folder", where, f"make the folder {to.parent} first")
    if not force and not _ours(to, listed):
        refuse_others(to, force=False)
    refuse_others(listed, force=force)
    return listed


def _ending(path: Path) -> str:
    """The ending that tells what a file is: `.jsonl` of `a.jsonl.gz`."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _ours(to: Path, listed: Path) -> bool:
    """Whether the list beside a copy says that we wrote it, as it stands now."""
    try:
        said = json.loads(listed.read_bytes())
        return bool(said["schema"] == SCHEMA and said["sha256"] == _digest(to))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


Write = Callable[[bytes], object]


def _lines(source: Path, left_out: Marks, write: Write, *, bad: Marks) -> None:
    number = 0
    with source.open("rb") as packed, unpacked(packed) as stream:
        for line, raw in raw_lines(Shard(str(source), "jsonl"), stream):
            if raw is None and line not in bad:
                message = f"a line of more than {MAX_ROW:,} bytes cannot be copied"
                hint = "shorten it, or of JSON lines leave it out: --drop unreadable-line"
                raise LlmAdaptError(message, Location(str(source), line), hint)
            if raw is not None and not raw.strip():
                continue
            if raw is not None and number not in left_out and line not in bad:
                write(raw if raw.endswith(b"\n") else raw + b"\n")
            number += 1


def _table(source: Path, left_out: Marks, write: Write) -> None:
    with (
        source.open("rb") as raw,
        io.TextIOWrapper(unpacked(raw), "utf-8", "surrogateescape", newline="") as stream,
    ):
        rows = table_rows(stream)
        (_, header, _), number = next(rows), 0
        write(header.encode("utf-8", "surrogateescape"))
        for _, text, cells in rows:
            is_row = isinstance(cells, list)
            if not (is_row and number in left_out):
                write(text.encode("utf-8", "surrogateescape"))
            number += is_row


def _json(source: Path, left_out: Marks, write: Write) -> None:
    """A list of rows, or one object that holds one."""
    with (
        source.open("rb") as raw,
        io.TextIOWrapper(unpacked(raw), "utf-8-sig", "surrogateescape") as stream,
    ):
        before = "[\n"
        for number, (_, text, data) in enumerate(json_rows(source, stream)):
            if isinstance(data, NoRow) and not text:
                hint = "mend the file first, or write it as JSON lines"
                message = "this is no list of rows to its end"
                raise LlmAdaptError(message, Location(str(source)), hint)
            if number not in left_out:
                kept = text or json.dumps(data, ensure_ascii=False)
                write((before + kept).encode("utf-8", "surrogateescape"))
                before = ",\n"
    write(b"\n]\n" if before[0] == "," else b"[\n\n]\n")


def _parquet(source: Path, left_out: Marks, write: Write) -> None:
    # An extra, and there: the file was read with it.
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    read, number = parquet.ParquetFile(source), 0
    sink = arrow.PythonFile(_Written(write), "w")
    with parquet.ParquetWriter(sink, read.schema_arrow) as written:
        for batch in read.iter_batches(batch_size=ROWS):
            kept = [row for row in range(batch.num_rows) if number + row not in left_out]
            written.write_batch(batch.take(arrow.array(kept, arrow.int64())))
            number += batch.num_rows


class _Written(io.RawIOBase):
    """A file that can only be written to."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 (whatever has bytes)
        self._write(bytes(data))
        return len(data)


_COPIES: Mapping[str, Callable[[Path, Marks, Write], None]] = {
    "csv": _table,
    "json": _json,
    "parquet": _parquet,
}
