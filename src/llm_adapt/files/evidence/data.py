"""Values of JSON, JSONL, YAML, TOML, CSV and TSV files: parsed whole, or walked row by row."""

import csv
import io
import json
import re
import tomllib
from array import array
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from math import fsum
from pathlib import Path
from typing import Any, BinaryIO

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.evidence import limits
from llm_adapt.files.evidence.access import (
    Access,
    BinaryError,
    EvidenceError,
    TooLargeError,
    decoded,
    lines,
    of_extra,
    opened,
    refuse_binary,
    suffix_of,
    whole,
)
from llm_adapt.files.evidence.limits import countable, finite, too_many, whole_number
from llm_adapt.files.scalar import scalar
from llm_adapt.files.yaml_file import MAX_BYTES, read_yaml
from llm_adapt.rules.json_text import read_json
from llm_adapt.rules.plain import Plain, as_plain, text
from llm_adapt.rules.project import Evidence, Measured

Steps = Sequence[str | int]
_Event = tuple[str, Any]
DELIMITERS = {".csv": ",", ".tsv": "\t"}
JSON_LINES = (".jsonl", ".ndjson")
_YAML = (".yaml", ".yml")
_FROM_THE_END = 1000
FORMATS = (".json", *JSON_LINES, *_YAML, ".toml", *DELIMITERS)
_DOTTED = re.compile(
    r"""(?<![\w-])(?:(?>[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*)"""
    f"{{{limits.MAX_KEY_PARTS}}}"
)


def parse_json(raw: bytes, name: str, line: int = 1) -> Plain:
    """The plain data of JSON text of bounded length.

    Raises:
        EvidenceError: It is not JSON, too deep, or of too many values.
    """
    if too_many(raw):
        raise TooLargeError(f"{name} holds more than {limits.MAX_VALUES:,} values")
    try:
        return read_json(decoded(raw, name, line), whole_number)
    except json.JSONDecodeError as error:
        where = f"line {line + error.lineno - 1}, column {error.colno}"
        raise EvidenceError(f"{name} is not JSON: {error.msg} ({where})") from None
    except (RecursionError, MemoryError):
        raise EvidenceError(f"{name} is nested too deep") from None


def parse_toml(raw: bytes, name: str) -> Plain:
    """The plain data of TOML text.

    Raises:
        EvidenceError: It is not TOML, too large or too deep.
    """
    text = decoded(raw, name).replace("\r\n", "\n")
    if _DOTTED.search(text):
        raise TooLargeError(f"{name}: a key has more than {limits.MAX_KEY_PARTS} parts")
    if text.count(".") > limits.MAX_TOML_DOTS:
        raise TooLargeError(f"{name}: more than {limits.MAX_TOML_DOTS:,} full stops")
    try:
        return countable(as_plain(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise EvidenceError(f"{name} is not TOML: {error}") from None
    except (RecursionError, MemoryError):
        raise EvidenceError(f"{name} is nested too deep") from None
    except ValueError as error:
        raise EvidenceError(f"{name} holds a value that cannot be read: {error}") from None


def _parse_yaml(raw: bytes, name: str) -> Plain:
    text = decoded(raw, name)
    try:
        return read_yaml(text, name).data
    except RecursionError:
        raise EvidenceError(f"{name} is nested too deep") from None
    except LlmAdaptError as error:
        at = f" (line {error.where.line})" if error.where else ""
        raise EvidenceError(f"{name}: {error.message}{at}") from None


def load(
    path: Path, name: str, leave: Collection[tuple[str, ...]] = (), way: Steps = (), over: str = ""
) -> Plain:
    """The plain data of a file that is no table, or what lies at a place of it.

    What lies at `leave` is skipped where the file is large.

    Raises:
        EvidenceError: It cannot be read as what its name says, or there is no such place.
    """
    suffix = suffix_of(path)
    if suffix in _YAML:
        data = _parse_yaml(whole(path, name, MAX_BYTES), name)
    elif suffix == ".toml":
        data = parse_toml(whole(path, name, limits.MAX_TOML), name)
    # DeepEval 2 writes JSON into files without a suffix.
    elif suffix not in {".json", ""}:
        raise EvidenceError(f"{name} has no format known here", f"known: {', '.join(FORMATS)}")
    elif (raw := _small(path, name)) is not None:
        data = parse_json(raw, name)
    else:
        with _large(path, name, leave) as large:
            return large.at(way, over)
    return at_place(data, way, name, over)


def _small(path: Path, name: str) -> bytes | None:
    """What a JSON file holds, unless it is too large to be parsed whole."""
    with opened(path, name) as stream:
        raw = stream.read(limits.MAX_PARSED + 1)
    if b"\0" in raw[:8192]:
        raise BinaryError(f"{name} is not a text file")
    return raw if len(raw) <= limits.MAX_PARSED else None


class _Watched:
    """A stream that stops a parser which takes in too much without giving a value."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream, self.name, self.since = stream, name, 0

    def read(self, size: int = -1) -> bytes:
        if self.since > limits.MAX_LINE:
            raise TooLargeError(f"{self.name} holds a value of more than {limits.MAX_LINE:,} bytes")
        data = self.stream.read(min(size, 65_536) if size >= 0 else 65_536)
        self.since += len(data)
        return data


@contextmanager
def _large(path: Path, name: str, leave: Collection[tuple[str, ...]]) -> Generator["_Large"]:
    """A large JSON file, open at its beginning.

    Raises:
        EvidenceError: There is no parser for that, or the file is no JSON or too much of it.
    """
    what = f"{name} has more than {limits.MAX_PARSED:,} bytes, which"
    ijson = of_extra("ijson", "large", what, "C305")
    try:
        with opened(path, name, limits.MAX_STREAMED) as stream:
            watched = _Watched(stream, name)
            yield _Large(ijson.basic_parse(watched, use_float=True), watched, leave)
    except (ijson.JSONError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise EvidenceError(f"{name} is not JSON: {str(error)[:200]}") from None


class _Large:
    """A large JSON file, taken in event by event; what lies at `leave` is passed over."""

    def __init__(
        self, events: Iterator[_Event], watched: _Watched, leave: Collection[tuple[str, ...]]
    ) -> None:
        self.events, self.watched, self.leave = events, watched, leave
        self.taken = self.made = 0

    def next(self) -> _Event:
        """The next event."""
        self.watched.since, self.taken = 0, self.taken + 1
        if self.taken > limits.MAX_EVENTS:
            message = f"{self.watched.name} holds more than {limits.MAX_EVENTS:,} values"
            raise TooLargeError(message)
        return next(self.events)

    def at(self, way: Steps, over: str) -> Plain:
        """The value at a place: keys lead down to it, or to a list that is walked."""
        event, name = self.next(), self.watched.name
        for index, place in enumerate(way):
            if event[0] == "start_array":
                return of_rows(self._items(), way[index:], name, over)
            event = self._entered(event, str(place))
        if event[0] == "start_array" and over:
            return of_rows(self._items(), (), name, over)
        return self._value(event)

    def _items(self) -> Iterator[Plain]:
        while (event := self.next())[0] != "end_array":
            self.made = 0
            yield self._value(event)

    def _value(self, event: _Event, path: tuple[str, ...] = ()) -> Plain:
        kind, told = event
        self.made += 1
        if self.made > limits.MAX_VALUES or len(path) > 200:  # noqa: PLR2004 (no honest file is so deep)
            raise TooLargeError("the file holds more than can be read at once")
        if kind not in {"start_map", "start_array"}:
            return whole_number(str(told)) if isinstance(told, int) and kind == "number" else told
        if path in self.leave:
            self._skip()
            return None
        if kind == "start_array":
            items = iter(self.next, ("end_array", None))
            return [self._value(item, (*path, "*")) for item in items]
        found: dict[str, Plain] = {}
        while (key := self.next())[0] != "end_map":
            if key[1] in found:
                raise EvidenceError(f"{self.watched.name} writes the key {key[1]:.60} twice")
            found[key[1]] = self._value(self.next(), (*path, key[1]))
        return found

    def _entered(self, event: _Event, key: str) -> _Event:
        known: list[str] = []
        while event[0] == "start_map" and (found := self.next())[0] != "end_map":
            value = self.next()
            if found[1] == key:
                return value
            known = [*known[:7], found[1]]
            if value[0].startswith("start"):
                self._skip()
        hint = f"there are: {', '.join(known)}" if known else "there is a single value"
        raise EvidenceError(f"{self.watched.name} has no {key} there", hint)

    def _skip(self) -> None:
        depth = 1
        while depth:
            kind = self.next()[0]
            depth += kind.startswith("start") - kind.startswith("end")


class Table:
    """A table with a head, walked row by row."""

    def __init__(self, stream: BinaryIO, name: str, delimiter: str) -> None:
        self.name = name
        self._rows = cells(stream, name, delimiter)
        found = next(self._rows, None)
        if found is None:
            raise EvidenceError(f"{name} has no head line")
        self.head = found[1]

    def __iter__(self) -> Iterator[list[str]]:
        width = len(self.head)
        for number, row in self._rows:
            if len(row) > width:
                raise EvidenceError(f"{self.name}: line {number} has more cells than the head")
            yield row

    def made(self, row: list[str]) -> Plain:
        """A row as plain data, numbers as numbers."""
        pairs = zip(self.head, row, strict=False)
        return {key: scalar(cell.strip(), plain=True) for key, cell in pairs}

    def column(self, wanted: str) -> Iterator[Plain]:
        """The values of one column."""
        if wanted not in self.head:
            hint = f"there are: {', '.join(self.head[:12])}"
            raise EvidenceError(f"{self.name} has no column {wanted}", hint)
        place = self.head.index(wanted)
        for row in self:
            yield scalar(row[place].strip(), plain=True) if place < len(row) else None


def cells(stream: BinaryIO, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table with the number of their line, empty ones left out.

    Raises:
        EvidenceError: It is no such text, or of too many or too long lines.
    """
    refuse_binary(stream, name)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = csv.reader(
        iter(lambda: text.readline(limits.MAX_LINE), ""), delimiter=delimiter, strict=True
    )
    try:
        for row in reader:
            if reader.line_num > limits.MAX_ROWS:
                raise TooLargeError(f"{name} has more than {limits.MAX_ROWS:,} lines")
            if row:
                yield reader.line_num, row
    except (csv.Error, UnicodeDecodeError) as error:
        said = "this is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        raise EvidenceError(f"{name}: line {reader.line_num}: {said}") from None
    finally:
        # The stream belongs to who opened it, and may be closed before this is.
        with suppress(ValueError):
            text.detach()


def json_lines(stream: BinaryIO, name: str) -> Iterator[Plain]:
    """The records of JSONL.

    Raises:
        EvidenceError: A line is not JSON.
    """
    for number, line in enumerate(lines(stream, name), 1):
        if line.strip():
            yield parse_json(line.rstrip(), name, number)


def value(evidence: Evidence, access: Access) -> Measured:
    """The value at a place of a file: of one row, or made of all of them.

    Raises:
        EvidenceError: It is not there, or not what its name says.
    """
    path, name = access.one(evidence.path)
    way, over = steps(evidence.options["at"]), text(evidence.options.get("over"))
    of = f"{over} of " if over else ""
    said = f"{of}at {'.'.join(map(str, way))} in {name}"
    return Measured(_read(path, name, way, over), said)


def _read(path: Path, name: str, way: Steps, over: str) -> Plain:
    suffix = suffix_of(path)
    if suffix in JSON_LINES:
        with opened(path, name) as stream:
            return of_rows(json_lines(stream, name), way, name, over)
    if suffix in DELIMITERS:
        with opened(path, name) as stream:
            table = Table(stream, name, DELIMITERS[suffix])
            if over:
                column = ".".join(map(str, way))
                return reduced(table.column(column), over, name, way)
            return of_rows(table, way, name, "", table.made)
    return load(path, name, (), way, over)


def of_rows(
    rows: Iterable[Any],
    way: Steps,
    name: str,
    over: str,
    made: Callable[[Any], Plain] = as_plain,
) -> Plain:
    """The value of one row (`0`, `-1`, `key=value`), or of a field over all that have it.

    `made` turns a row into plain data; only rows that are looked into are made.

    Raises:
        EvidenceError: No row is meant, or none has it.
    """
    if over:
        return reduced((value for row in rows for value in _each(made(row), way)), over, name, way)
    if not way:
        raise EvidenceError(f"{name} holds rows", "say with `at` which row and field")
    wanted, rest = way[0], way[1:]
    place = _index(wanted)
    behind = -place if place is not None and -_FROM_THE_END <= place < 0 else 1
    tail: deque[Any] = deque(maxlen=behind)
    count = 0
    for count, row in enumerate(rows, 1):
        tail.append(row)
        if place == count - 1 or (place is None and _is(made(row), str(wanted))):
            return at_place(made(row), rest, name, "")
    if tail and place == -len(tail):
        return at_place(made(tail[0]), rest, name, "")
    hint = f"there are {count} rows"
    last = made(tail[-1]) if tail else None
    if isinstance(last, dict) and str(wanted) in last:
        hint += "; say which: -1 is the last, or make one of all: over: mean, min, max or last"
    raise EvidenceError(f"{name} has no {wanted} at the top", hint)


def _each(data: Plain, way: Steps) -> Iterator[Plain]:
    """Every value that the way leads to; lists on it are walked, what lacks it is passed over.

    A mapping at its end is a column, as pandas writes it: a value for each row.
    """
    if isinstance(data, list) and not (way and (_index(way[0]) is not None or "=" in str(way[0]))):
        for item in data:
            yield from _each(item, way)
    elif not way:
        yield from data.values() if isinstance(data, dict) else (data,)
    else:
        found = _step(data, way)
        if found is not None:
            yield from _each(*found)


def reduced(values: Iterable[Plain], over: str, name: str, way: Steps) -> Plain:
    """One number of many.

    Raises:
        EvidenceError: There is none, or one of them is no number.
    """
    kept = iter(values) if over in {"first", "last"} else _numbers(values, name)
    begin = [*islice(kept, 1)]
    if not begin:
        raise EvidenceError(f"{name} has no {'.'.join(map(str, way))} in any row")
    try:
        return OVER[over](chain(begin, kept))
    except OverflowError:
        raise EvidenceError(f"{name} has numbers too large to be added up") from None


def _numbers(values: Iterable[Plain], name: str) -> Iterator[float]:
    for value in values:
        number = finite(value)
        if number is not None:
            yield number
        elif value is not None:
            message = f"{name} has a value that is no number: {str(value)[:60]}"
            raise EvidenceError(message, "name a field of numbers")


OVER: dict[str, Callable[[Iterator[Any]], Plain]] = {
    "mean": lambda values: fsum(numbers := array("d", values)) / len(numbers),
    "min": min,
    "max": max,
    "sum": fsum,
    "first": next,
    "last": lambda values: deque(values, maxlen=1)[0],
}


def at_place(data: Plain, way: Steps, name: str, over: str) -> Plain:
    """The value at a place of data; a key may hold dots, `-1` is the last of a list.

    Raises:
        EvidenceError: There is no such place; the message says how far the way went, and where
            it may be meant.
    """
    if over:
        return reduced(_each(data, way), over, name, way)
    top, gone = data, ""
    while way:
        found = _step(data, way)
        if found is None:
            where = gone.lstrip(".") or "the top"
            raise EvidenceError(f"{name} has no {way[0]} at {where}", _beside(top, data, way))
        taken = len(way) - len(found[1])
        gone += "." + ".".join(map(str, way[:taken]))
        data, way = found
    return data


def _step(data: Plain, way: Steps) -> tuple[Plain, Steps] | None:
    if isinstance(data, dict):
        # W&B and others write keys with dots: the longest that is there wins.
        for end in range(len(way), 0, -1):
            key = ".".join(map(str, way[:end]))
            if key in data:
                return data[key], way[end:]
        return None
    if not isinstance(data, list):
        return None
    place = _index(way[0])
    if place is not None:
        return (data[place], way[1:]) if -len(data) <= place < len(data) else None
    item = next((item for item in data if _is(item, str(way[0]))), None)
    return None if item is None else (item, way[1:])


def _is(row: Plain, wanted: str) -> bool:
    key, equals, value = wanted.partition("=")
    return bool(equals) and isinstance(row, dict) and key in row and str(row[key]) == value


def _index(place: str | int) -> int | None:
    text = str(place)
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004


def steps(at: Plain) -> list[str | int]:
    """The steps of a place: `a.b.0`, or a list of steps; too many raise EvidenceError."""
    parts = at if isinstance(at, list) else list(filter(None, text(at).split(".")))
    if len(parts) > limits.MAX_KEY_PARTS:
        raise EvidenceError(f"`at` has more than {limits.MAX_KEY_PARTS} parts")
    return [part if isinstance(part, int) else str(part) for part in parts]


def _beside(top: Plain, data: Plain, way: Steps) -> str:
    wanted = (".".join(map(str, way)), str(way[-1]))
    if nested := next((place for key in wanted for place in _found(top, key, "")), ""):
        return f"did you mean {nested}?"
    if isinstance(data, dict):
        return f"there are: {', '.join(list(data)[:8])}" if data else "it is empty there"
    if isinstance(data, list):
        return f"there is a list of {len(data)}"
    return "there is a single value"


def _found(data: Plain, key: str, before: str, depth: int = 4) -> Iterator[str]:
    """Where a key stands further down."""
    if isinstance(data, dict) and depth:
        for name, value in list(data.items())[:1000]:
            if name == key:
                yield f"{before}{name}"
            yield from _found(value, key, f"{before}{name}.", depth - 1)
