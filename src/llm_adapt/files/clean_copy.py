"""A copy of training data without some of its rows; what is kept stays as it was written.

JSON lines, CSV and text keep every byte of a kept row; of a JSON list the rows keep theirs, and
Parquet its schema. The file that is read is never written to.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path

from llm_adapt.audit.reader import MAX_ROW, Shard, raw_lines, rows_in, table_rows, unpacked
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.owned import refuse_others
from llm_adapt.files.text_file import replaced, write_text
from llm_adapt.rules.location import Location

SCHEMA = "llm-adapt/audit-left-out/v1"
# A JSON list is held whole while it is written.
MAX_HELD = 500_000_000


def write_copy(  # noqa: PLR0913 (two files, and what is left out)
    source: Path,
    kind: str,
    to: Path,
    left_out: Mapping[int, list[str]],
    bad: Collection[int] = (),
    *,
    force: bool,
) -> Path:
    """Write what is kept to a file, and what is left out to a list beside it.

    Args:
        source: The file that was read.
        kind: What it is, as the audit's reader says.
        to: The copy; packed where its name ends in `.gz`.
        left_out: Row numbers with the rules that leave them out.
        bad: Lines that are no rows, to be left out as well; of JSON lines only.
        force: Write over a file that is not ours.

    Raises:
        LlmAdaptError: One of the files is somebody else's, is the one that is read, or cannot be
            written: then nothing is changed.
    """
    listed = list_beside(source, to, force=force)
    if bad and kind != "jsonl":
        hint = "mend them first, or leave unreadable-line out of --drop"
        message = "unreadable lines are dropped from JSON lines only"
        raise LlmAdaptError(message, Location(str(to)), hint)
    copy = partial(_lines, bad=bad) if kind in {"jsonl", "text"} else _COPIES[kind]
    with replaced(to) as stream:
        if to.suffix == ".gz":
            with gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packed:
                copy(source, left_out, packed.write)
        else:
            copy(source, left_out, stream.write)
    rows = [{"row": row, "rules": rules} for row, rules in sorted(left_out.items())]
    rows += [{"line": line, "rules": ["unreadable-line"]} for line in sorted(bad)]
    said = {"schema": SCHEMA, "read": str(source), "copy": to.name, "sha256": _digest(to)}
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    head = json.dumps(said, ensure_ascii=False, indent=1).removesuffix("\n}")
    write_text(listed, f'{head},\n "rows": [\n{lines}\n ]\n}}\n')
    return listed


def list_beside(source: Path, to: Path, *, force: bool) -> Path:
    """The list that goes with a copy, if both may be written.

    Raises:
        LlmAdaptError: The copy is the file that is read, would be of another kind, or one of the
            two is not ours.
    """
    listed, where = to.with_name(f"{to.name}.left-out.json"), Location(str(to))
    if to.exists() and to.samefile(source):
        raise LlmAdaptError("this is the file that is read", where, "name another file")
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


def _lines(
    source: Path, left_out: Mapping[int, list[str]], write: Write, *, bad: Collection[int]
) -> None:
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


def _table(source: Path, left_out: Mapping[int, list[str]], write: Write) -> None:
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


def _json(source: Path, left_out: Mapping[int, list[str]], write: Write) -> None:
    with source.open("rb") as packed, unpacked(packed) as stream:
        raw = stream.read(MAX_HELD + 1)
    where = Location(str(source))
    if len(raw) > MAX_HELD:
        hint = "write it as JSON lines first"
        raise LlmAdaptError(f"this list has more than {MAX_HELD:,} bytes", where, hint)
    text = raw.decode("utf-8-sig", "surrogateescape")
    try:
        kept = list(_kept(text, left_out))
    except (ValueError, RecursionError):
        hint = "mend the file first, or write it as JSON lines"
        raise LlmAdaptError("this is no list of rows to its end", where, hint) from None
    joined = ",\n".join(kept)
    write(f"[\n{joined}\n]\n".encode("utf-8", "surrogateescape"))


def _kept(text: str, left_out: Mapping[int, list[str]]) -> Iterator[str]:
    """The rows of a list that are kept, as they are written."""
    start = text.lstrip()
    if not start.startswith("["):
        yield from (
            json.dumps(row, ensure_ascii=False)
            for number, row in enumerate(rows_in(json.loads(text)))
            if number not in left_out
        )
        return
    decoder, at, number = json.JSONDecoder(), len(text) - len(start) + 1, 0
    while True:
        while text[at : at + 1] in " \t\r\n," and at < len(text):
            at += 1
        if text[at : at + 1] == "]":
            return
        _, end = decoder.raw_decode(text, at)
        if number not in left_out:
            yield text[at:end]
        at, number = end, number + 1


def _parquet(source: Path, left_out: Mapping[int, list[str]], write: Write) -> None:
    # An extra, and there: the file was read with it.
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    table, sink = parquet.read_table(source), arrow.BufferOutputStream()
    kept = [number for number in range(table.num_rows) if number not in left_out]
    parquet.write_table(table.take(kept), sink)
    write(sink.getvalue().to_pybytes())


_COPIES: Mapping[str, Callable[[Path, Mapping[int, list[str]], Write], None]] = {
    "csv": _table,
    "json": _json,
    "parquet": _parquet,
}
