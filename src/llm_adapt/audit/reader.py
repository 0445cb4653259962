"""Training data off the disk, a row at a time: JSON lines, JSON, CSV, Parquet, text; also `.gz`.

Memory stays flat whatever the size of a file. A line that is no row is told with its number, and
keeps it: rows are counted by the lines that are not blank.
"""

import csv
import gzip
import io
import json
import os
import re
import stat
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.audit import BadLine
from llm_adapt.rules.json_text import TwiceError, decoder, read_json
from llm_adapt.rules.location import Location

# A row that is longer (bytes), or has more values, is refused: it could not be held with others in
# flat memory.
MAX_ROW, MAX_VALUES = 4_000_000, 500_000
TOO_LARGE = f"a row of more than {MAX_ROW:,} bytes or {MAX_VALUES:,} values"
# A JSON file that is one object is held whole (characters, values).
MAX_HELD, MAX_HELD_VALUES = 16_000_000, 1_000_000
# A packed file may unpack to so many bytes, or so many times its own.
UNPACKED, TIMES = 20_000_000, 100
# Parquet that unpacks to so many times its size is read a row at a time.
OFTEN = 20
# A table may have so many columns.
COLUMNS = 10_000
# The prompts of evaluation data may have so many characters in all.
MAX_PROMPTS = 20_000_000
_BETWEEN = re.compile(r"[ \t\r\n,]*")
TWICE = "a key is written twice"
CHUNK = 1 << 20
TABLE = (
    ("a row of training data", f"{MAX_ROW:,} bytes, {MAX_VALUES:,} values"),
    ("training data that is one JSON object", f"{MAX_HELD:,} bytes, {MAX_HELD_VALUES:,} values"),
    ("prompts of evaluation data (--against)", f"{MAX_PROMPTS:,} characters"),
    ("columns of a table of training data", f"{COLUMNS:,}"),
    ("what packed training data unpacks to", f"{UNPACKED:,} bytes, or {TIMES} times its size"),
)
# After so many rows somebody is told how far it is.
STEP = 500
_SUFFIXES = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv",
    ".parquet": "parquet", ".txt": "text", ".text": "text", ".md": "text",
}  # fmt: skip
# What reading a file can end with, packed or not.
_UNREADABLE = (OSError, EOFError, zlib.error)
# Where a JSON file that is one object keeps its rows.
_LISTS = ("data", "rows", "examples", "instances", "train", "items")


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a file: bytes `start` to `end` (None: the rest).

    `first` is the number of its first row and `line` that of its first line. Of a sample each
    `every`-th row of the file is looked at, and none from the place `most` on.
    """

    path: str
    kind: str
    start: int = 0
    end: int | None = None
    first: int = 0
    line: int = 1
    every: int = 1
    most: int | None = None


Item = tuple[int, int, int, object] | BadLine
"""The number of a row, the line it begins in, its size (about so many bytes) and what is written
there; or a place that is no row.

Parquet has no lines: there it is the place of the row, from 1.
"""


def kind_of(path: Path) -> str:
    """What a file is: jsonl, json, csv, parquet or text.

    Raises:
        LlmAdaptError: It is not there, is no regular file, or nobody knows what it is.
    """
    where = Location(str(path))
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            hint = "name a file: JSON lines, JSON, CSV, Parquet or text"
            raise LlmAdaptError("this is no regular file", where, hint)
        with path.open("rb") as raw:
            start = unpacked(raw).read(CHUNK)
    except FileNotFoundError:
        raise LlmAdaptError("there is no such file", where, "check the path") from None
    except _UNREADABLE as error:
        raise LlmAdaptError(f"cannot be read: {_problem(error)}", where) from None
    suffix = path.name.lower().removesuffix(".gz")
    kind = _SUFFIXES.get(f".{suffix.rpartition('.')[2]}", "")
    begin = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:4] == b"PAR1":
        return "parquet"
    # JSON lines are often called .json, and the reverse.
    if kind in {"json", "jsonl", ""} and begin[:1] in (b"{", b"["):
        return _kind_of_json(begin)
    if not kind:
        hint = "use the ending .jsonl, .json, .csv, .parquet or .txt"
        raise LlmAdaptError("nobody can tell what this file is", where, hint)
    return kind


def _problem(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or "it ends too soon"


def _kind_of_json(begin: bytes) -> str:
    if begin[:1] == b"[":
        first = begin.split(b"\n", 1)[0].strip()
        # A list on each line is a conversation each, unless the line is all there is.
        return "jsonl" if _whole(first) and begin.count(b"\n") > 1 else "json"
    first = begin.split(b"\n", 1)[0].strip()
    return "jsonl" if _whole(first) or (len(begin) >= CHUNK and b"\n" not in begin) else "json"


def _whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _too_much(name: str) -> LlmAdaptError:
    message = f"unpacks to more than {UNPACKED:,} bytes and {TIMES} times its size"
    return LlmAdaptError(message, Location(name), "unpack it yourself, and look at it")


class _Unpacked(io.RawIOBase):
    """What a packed file unpacks to, if that is not too much."""

    def __init__(self, raw: BinaryIO) -> None:
        self._name, self._file = raw.name, gzip.GzipFile(fileobj=raw)
        size = raw.seek(0, os.SEEK_END)
        self._left = max(UNPACKED, TIMES * size)
        # It says at its end how large it was; whether it spoke the truth shows when it is read.
        raw.seek(max(0, size - 4))
        self._refuse(int.from_bytes(raw.read(4), "little"))
        raw.seek(0)

    def _refuse(self, size: int) -> None:
        if size > self._left:
            raise _too_much(self._name)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (whatever can be written to)
        some = self._file.read(len(buffer))
        self._refuse(len(some))
        self._left -= len(some)
        buffer[: len(some)] = some
        return len(some)


def unpacked(raw: BinaryIO) -> BinaryIO:
    """The bytes of a file, unpacked where it is packed.

    Reading raises LlmAdaptError where it unpacks to far more than a file of its size does.
    """
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return io.BufferedReader(_Unpacked(raw), CHUNK) if packed else raw


def items(shard: Shard, seen: Callable[[int], None] | None = None) -> Iterator[Item]:
    """What is written in a shard, in order; `seen` is told now and then how many bytes are read.

    Raises:
        LlmAdaptError: Nothing of it can be read.
    """
    readers = {"jsonl": _lines, "json": _json, "csv": _table, "parquet": _parquet, "text": _text}
    try:
        with Path(shard.path).open("rb") as raw:
            for index, item in enumerate(readers[shard.kind](shard, unpacked(raw))):
                if seen is not None and not index % STEP:
                    seen(raw.tell() - shard.start)
                yield item
    except _UNREADABLE as error:
        where = Location(shard.path)
        raise LlmAdaptError(f"cannot be read: {_problem(error)}", where) from None


def lines_of(path: Path, rows: Collection[int]) -> dict[int, int]:
    """The lines that some rows of a file begin in."""
    found, last = dict[int, int](), max(rows, default=-1)
    for item in items(Shard(str(path), kind_of(path))) if rows else ():
        if not isinstance(item, BadLine):
            if item[0] in rows:
                found[item[0]] = item[1]
            if item[0] >= last:
                break
    return found


def shards_of(path: Path, kind: str, size: int) -> list[Shard]:
    """A file in parts of about so many bytes; whole where rows are not a line each, or packed.

    Their rows are not counted yet.
    """
    whole = Shard(str(path), kind)
    with path.open("rb") as raw:
        if kind not in {"jsonl", "text"} or unpacked(raw) is not raw:
            return [whole]
        found, end, at = list[Shard](), path.stat().st_size, 0
        while at < end:
            raw.seek(min(at + size, end))
            while (rest := raw.readline(MAX_ROW)) and not rest.endswith(b"\n"):
                pass
            found.append(replace(whole, start=at, end=raw.tell()))
            at = raw.tell()
    return found or [whole]


def counted(shard: Shard) -> tuple[int, int]:
    """How many lines a shard has, and how many of them are rows: those that are not blank."""
    lines = rows = 0
    with Path(shard.path).open("rb") as raw:
        for line, held in raw_lines(shard, raw):
            lines = line - shard.line + 1
            rows += held is None or not held.isspace()
    return lines, rows


def raw_lines(shard: Shard, stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a shard by number; None for one that is too long."""
    if shard.start:
        stream.seek(shard.start)
    number, at = shard.line, shard.start
    while shard.end is None or at < shard.end:
        raw = stream.readline(MAX_ROW + 1)
        if not raw:
            return
        at += len(raw)
        if len(raw) > MAX_ROW and not raw.endswith(b"\n"):
            while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                at += len(rest)
            at += len(rest)
            yield number, None
        else:
            yield number, raw
        number += 1


def _lines(shard: Shard, stream: BinaryIO) -> Iterator[Item]:
    number = shard.first
    for line, raw in raw_lines(shard, stream):
        if raw is not None and not raw.strip():
            continue
        problem = TOO_LARGE
        if raw is not None and not (len(raw) > CHUNK and _too_many(raw, MAX_VALUES)):
            try:
                text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
                data = decoder().decode(text)
                problem = "" if isinstance(data, dict | list) else "neither an object nor a list"
            except TwiceError:
                problem = TWICE
            except ValueError as error:
                said = getattr(error, "msg", "")
                problem = f"not JSON: {said}" if said else "a number with too many digits"
            except RecursionError:
                problem = "nested too deep"
        if problem:
            yield BadLine(shard.path, line, problem)
        else:
            yield number, line, len(raw or b""), data
        number += 1


def _text(shard: Shard, stream: BinaryIO) -> Iterator[Item]:
    number = shard.first
    for line, raw in raw_lines(shard, stream):
        if raw is None:
            yield BadLine(shard.path, line, TOO_LARGE)
        elif raw.strip():
            yield number, line, len(raw), {"text": raw.decode("utf-8", "replace").rstrip("\r\n")}
            number += 1


def _json(shard: Shard, raw: BinaryIO) -> Iterator[Item]:
    number = shard.first
    with io.TextIOWrapper(raw, "utf-8-sig", "replace") as stream:
        for line, text, data in json_rows(Path(shard.path), stream):
            if isinstance(data, NoRow):
                yield BadLine(shard.path, line, data)
            else:
                yield number, line, len(text), data
            number += 1


class NoRow(str):
    """What is wrong with a place that is no row."""

    __slots__ = ()


def json_rows(path: Path, stream: TextIO) -> Iterator[tuple[int, str, object]]:
    """The rows of a list, read piece by piece, or of one object: a row, or the home of a list.

    Each comes with the line it begins in, and its text where it is one of a list; what is no row
    and has no text is the end.
    """
    found = stream.read(CHUNK).lstrip()
    if found.startswith("["):
        yield from _listed(stream, found[1:])
        return
    found += stream.read(MAX_HELD - len(found) + 1)
    hint = "write a list of rows, or JSON lines"
    if len(found) > MAX_HELD or _too_many(found, MAX_HELD_VALUES):
        message = f"one object of more than {MAX_HELD:,} characters, or {MAX_HELD_VALUES:,} values"
        raise LlmAdaptError(message, Location(str(path)), hint)
    try:
        data = read_json(found)
    except ValueError as error:
        yield getattr(error, "lineno", 1), "", NoRow(f"not JSON: {error}")
    except RecursionError:
        yield 1, "", NoRow("nested too deep")
    else:
        yield from ((1, "", row) for row in rows_in(data))


def _too_many(written: str | bytes, most: int) -> bool:
    """Whether JSON has more values than may be: they take more memory than what is written."""
    if isinstance(written, bytes):
        return written.count(b",") + written.count(b"[") + written.count(b"{") > most
    return written.count(",") + written.count("[") + written.count("{") > most


def rows_in(data: object) -> list[object]:
    """The rows of a JSON file that is one object: those of a list in it, or the object itself."""
    held = data if isinstance(data, dict) else {}
    lists = (held.get(name) for name in _LISTS)
    return next((v for v in lists if isinstance(v, list) and v and isinstance(v[0], dict)), [data])


class _Noting:
    """Makes objects, and notes whether one of them writes a key twice."""

    twice = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        self.twice |= len(made) < len(pairs)
        return made


def _listed(stream: TextIO, buffer: str) -> Iterator[tuple[int, str, object]]:
    """The rows of a list of which `buffer` is the beginning."""
    noting = _Noting()
    made, line, at, ended = json.JSONDecoder(object_pairs_hook=noting), 1, 0, False
    while True:
        noting.twice = False
        begins = _BETWEEN.match(buffer, at).end()  # type: ignore[union-attr]
        line, at = line + buffer.count("\n", at, begins), begins
        if at < len(buffer) and buffer[at] == "]":
            return
        problem = "the file ends in the middle of the list"
        try:
            data, end = made.raw_decode(buffer, at)
            if end < len(buffer) or ended:
                yield line, buffer[at:end], NoRow(TWICE) if noting.twice else data
                line += buffer.count("\n", at, end)
                at = end
                continue
        except RecursionError:
            problem, ended = "nested too deep", True
        except ValueError as error:
            problem = problem if at >= len(buffer) else f"not JSON: {getattr(error, 'msg', error)}"
        buffer, at = buffer[at:], 0
        if len(buffer) > MAX_ROW or _too_many(buffer, MAX_VALUES):
            problem, ended = TOO_LARGE, True
        if ended:
            yield line, "", NoRow(f"{problem}; what follows is not read")
            return
        read = stream.read(CHUNK)
        buffer, ended = buffer + read, not read


def _table(shard: Shard, raw: BinaryIO) -> Iterator[Item]:
    """A table with a header; a cell may hold lines of its own."""
    with io.TextIOWrapper(raw, "utf-8-sig", "replace", newline="") as stream:
        rows = table_rows(stream)
        (_, _, names), number = next(rows), shard.first
        if len(names) > COLUMNS:
            message = f"a table of more than {COLUMNS:,} columns"
            raise LlmAdaptError(message, Location(shard.path, 1), "is it a table at all?")
        for line, text, cells in rows:
            if isinstance(cells, str):
                yield BadLine(shard.path, line, cells)
            elif len(cells) > len(names):
                problem = f"{len(cells)} cells under {len(names)} headings"
                yield BadLine(shard.path, line, problem)
            else:
                yield number, line, len(text), dict(zip(names, cells, strict=False))
            number += isinstance(cells, list)


def table_rows(stream: TextIO) -> Iterator[tuple[int, str, list[str] | str]]:
    """A table, its header first: the line that a row begins in, its text, its cells.

    What is no row has the words for that instead of cells, and does not count as one; blank lines
    are passed over.
    """
    csv.field_size_limit(MAX_ROW)
    header = stream.readline(MAX_ROW)
    delimiter = max(",;\t|", key=header.count)
    yield 1, header, next(csv.reader([header], delimiter=delimiter), [])
    taken = _Taken(stream)
    table = csv.reader(taken, delimiter=delimiter)
    cells: list[str] | str
    while True:
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            cells = str(error)
        if cells:
            yield table.line_num + 2 - len(taken.lines), "".join(taken.lines), cells
        taken.lines.clear()
        taken.size = 0


class _Taken(Iterator[str]):
    """The lines of a table, those of the row at hand kept, in pieces that can be held."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.lines, self.size = stream, list[str](), 0

    def __next__(self) -> str:
        if self.size > MAX_ROW:
            raise csv.Error(TOO_LARGE)
        line = self.stream.readline(MAX_ROW + 1)
        if not line:
            raise StopIteration
        self.lines.append(line)
        self.size += len(line)
        return line


def _parquet(shard: Shard, raw: BinaryIO) -> Iterator[Item]:
    size = raw.seek(0, os.SEEK_END)
    try:
        from pyarrow import parquet  # type: ignore[import-untyped]  # noqa: PLC0415 (an extra)
    except ImportError:
        hint = 'python -m pip install "llm-adapt[parquet]"'
        message = "Parquet needs the extra parquet"
        raise LlmAdaptError(message, Location(shard.path), hint) from None
    number = shard.first
    try:
        read = parquet.ParquetFile(shard.path)
        groups = read.metadata.num_row_groups
        held = sum(read.metadata.row_group(index).total_byte_size for index in range(groups))
        if held > max(UNPACKED, TIMES * size):
            raise _too_much(shard.path)
        # Few at a time: a small file may hold large rows, and the same again and again.
        for batch in read.iter_batches(batch_size=1 if held > OFTEN * size else 16):
            line, each = number - shard.first + 1, batch.nbytes // max(1, batch.num_rows)
            if batch.nbytes > MAX_ROW and batch.num_rows == 1:
                yield BadLine(shard.path, line, TOO_LARGE)
                number += 1
                continue
            for place, data in enumerate(batch.to_pylist()):
                yield number, line + place, each, data
                number += 1
    except (ValueError, KeyError, OSError) as error:
        raise LlmAdaptError(f"not Parquet: {error}", Location(shard.path)) from None
