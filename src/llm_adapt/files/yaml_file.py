"""Text to plain values, with the place of each: the only module that imports yaml."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.scalar import scalar
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record

# Far above any honest rule or answers file, far below what hurts: a hostile or mistaken
# file is refused while it is read.
MAX_BYTES = 4_000_000
MAX_DEPTH = 64
MAX_VALUES = 200_000
MAX_FAULTS = 50

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_QUOTED = {"'", '"', "|", ">"}


@record(frozen=True)
class Document:
    """A YAML file as plain values; line and column of each value, and of each key, by path."""

    name: str
    data: Plain
    places: dict[PlainPath, tuple[int, int]]
    keys: dict[PlainPath, tuple[int, int]]

    def place(self, path: PlainPath) -> Location:
        """Where the value at a path stands; the nearest enclosing one when it is absent."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Location(self.name, line, column)

    def key_place(self, path: PlainPath) -> Location:
        """Where the key that a path ends with stands."""
        return Location(self.name, *self.keys[path]) if path in self.keys else self.place(path)


class Reading:
    """A document while it is read into something; what is wrong is collected in `faults`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[LlmAdaptError] = []
        self._said: set[tuple[Location, str]] = set()

    def fault(
        self, message: str, path: PlainPath, hint: str | None = None, *, key: bool = False
    ) -> None:
        """Remember what is wrong, once; the rest is still read."""
        where = self.document.key_place(path) if key else self.document.place(path)
        if (where, message) not in self._said:
            self._said.add((where, message))
            self.faults.append(LlmAdaptError(message, where, hint or None))


def read_file(path: Path, name: str | None = None) -> Document:
    """Read a YAML file.

    Raises:
        LlmAdaptError: It is missing, a folder, unreadable, too large, not UTF-8 or not YAML.
    """
    shown = name or str(path)
    return read_yaml(decode(read_bytes(path, shown), shown), shown)


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file of sensible size.

    Raises:
        LlmAdaptError: It is missing, a folder, unreadable or too large.
    """
    where = Location(name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise LlmAdaptError("this is a folder, not a file", where, "name the file in it")
        # A pipe that nobody writes to is waited for without end; those of a shell are written to.
        if not stat.S_ISREG(mode) and not str(path).startswith(("/dev/", "/proc/self/fd/")):
            raise LlmAdaptError("this is no ordinary file", where, "name a file, or pipe it in: -")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise LlmAdaptError("there is no such file", where, "check the path") from None
    except OSError as error:
        raise LlmAdaptError(f"cannot be read: {error.strerror or error}", where) from None
    except ValueError as error:
        raise LlmAdaptError(f"this is no file name: {error}", where) from None
    return check_size(raw, name)


def check_size(raw: bytes, name: str) -> bytes:
    """Refuse what is too large to be an honest file.

    Raises:
        LlmAdaptError: It is too large.
    """
    if len(raw) > MAX_BYTES:
        raise too_large(name)
    return raw


def too_large(name: str) -> LlmAdaptError:
    """What is said of a file that is larger than any honest one."""
    message = f"this file is larger than {MAX_BYTES // 1_000_000} MB"
    hint = "answers and rules are small text files; is this the right one?"
    return LlmAdaptError(message, Location(name), hint)


def decode(raw: bytes, name: str) -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises:
        LlmAdaptError: It is something else.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise LlmAdaptError(
            "this file is not UTF-8 text", Location(name, line, column), "save it as UTF-8"
        ) from None


def read_yaml(text: str, name: str) -> Document:
    """Plain values from YAML text; `no` and `on` stay text, `7e9` is a number.

    Raises:
        LlmAdaptError: It is empty, not YAML, or uses what is refused here: a key written
            twice, merge keys, tags, an anchor that contains itself, too many or too deep values.
    """
    reader = _Reader(text, name)
    data: Plain = None
    try:
        data = reader.document()
    except LlmAdaptError as error:
        reader.faults.append(error)
    except yaml.YAMLError as error:
        reader.faults.append(_not_yaml(error, text, name))
    raise_all(reader.faults)
    if data is None:
        raise LlmAdaptError("this file is empty", Location(name), "write at least one entry")
    return Document(name, data, reader.places, reader.keys)


def _not_yaml(error: yaml.YAMLError, text: str, name: str) -> LlmAdaptError:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        where = Location(name, mark.line + 1, mark.column + 1) if mark else Location(name)
        line = (text.splitlines()[where.line - 1 : where.line] or [""])[0]
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return LlmAdaptError("a tab is used to indent", where, "YAML indents with spaces")
        problem = (error.problem or "cannot be read").replace("\t", "\\t")
        return LlmAdaptError(f"this is not YAML: {problem}", where)
    forbidden = yaml.reader.Reader.NON_PRINTABLE.search(text)
    before = text[: forbidden.start()] if forbidden else ""
    where = Location(name, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return LlmAdaptError("this is not YAML: a character that YAML forbids", where)


class _Reader:
    """Builds plain values from parser events; keeps places and collects faults.

    Events, not composed nodes: depth and number of values are bounded while reading, and a tag
    that somebody wrote can be told from one that the library guesses.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.places: dict[PlainPath, tuple[int, int]] = {}
        self.keys: dict[PlainPath, tuple[int, int]] = {}
        self.faults: list[LlmAdaptError] = []
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        # An anchor whose value is still being read has no value yet.
        self._anchors: dict[str, tuple[PlainPath, Plain] | None] = {}

    def document(self) -> Plain:
        """The value of the one document, nothing when there is none."""
        data: Plain = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._error("a second document starts here", event, "keep one a file")
                data = self._value(next(self._events), ())
        return data

    def _value(self, event: Any, path: PlainPath) -> Plain:  # noqa: ANN401 (yaml is untyped)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        self._note(event, path, (event.start_mark.line + 1, event.start_mark.column + 1))
        if event.tag is not None:
            self._fault(f"the tag {event.tag[:60]} is not allowed", event, "remove the tag")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            value = scalar(str(event.value), plain=event.style not in _QUOTED)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._list(path)
        else:
            value = self._mapping(path)
        if event.anchor is not None:
            self._anchors[event.anchor] = (path, value)
        return value

    def _list(self, path: PlainPath) -> list[Plain]:
        items: list[Plain] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: PlainPath) -> dict[str, Plain]:
        result: dict[str, Plain] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path, result)
            if key is None:
                # Read, so that what follows is understood, and thrown away.
                self._value(next(self._events), (*path, ""))
                continue
            self.keys[*path, key] = (event.start_mark.line + 1, event.start_mark.column + 1)
            result[key] = self._value(next(self._events), (*path, key))
        return result

    def _key(self, event: Any, path: PlainPath, known: dict[str, Plain]) -> str | None:  # noqa: ANN401
        if not isinstance(event, yaml.ScalarEvent):
            self._fault("a key must be one word or text", event, "write key: value")
            if not isinstance(event, yaml.AliasEvent):
                self._value(event, (*path, ""))
            return None
        key = str(event.value)
        if key == "<<" and event.style not in _QUOTED:
            self._fault("merge keys (<<) are not allowed", event, "write the entries out")
        elif key in known:
            self._fault(f"{key[:60]} is written twice", event, "keep one of them")
        else:
            return key
        return None

    def _alias(self, event: Any, path: PlainPath) -> Plain:  # noqa: ANN401
        if event.anchor not in self._anchors:
            raise self._error(f"there is no anchor {event.anchor[:60]}", event, "write it out")
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise self._error("an anchor contains itself", event, "write it out")
        source, value = anchored
        self._repeat(event, value, source, path)
        return value

    def _repeat(self, event: Any, value: Plain, source: PlainPath, path: PlainPath) -> None:  # noqa: ANN401
        self._note(event, path, self.places[source])
        if isinstance(value, dict):
            for key, item in value.items():
                self.keys[*path, key] = self.keys[*source, key]
                self._repeat(event, item, (*source, key), (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._repeat(event, item, (*source, index), (*path, index))

    def _note(self, event: Any, path: PlainPath, place: tuple[int, int]) -> None:  # noqa: ANN401
        self.places[path] = place
        if len(path) > MAX_DEPTH:
            raise self._error("nested too deep", event, f"at most {MAX_DEPTH} levels")
        if len(self.places) > MAX_VALUES:
            raise self._error("too many values", event, "repeat less with aliases")

    def _fault(self, message: str, event: Any, hint: str) -> None:  # noqa: ANN401
        self.faults.append(self._error(message, event, hint))
        if len(self.faults) >= MAX_FAULTS:
            raise self._error("too many faults, the rest was not read", event, "mend these first")

    def _error(self, message: str, event: Any, hint: str) -> LlmAdaptError:  # noqa: ANN401
        mark = event.start_mark
        return LlmAdaptError(message, Location(self.name, mark.line + 1, mark.column + 1), hint)


def dump_yaml(data: Plain) -> str:
    """Plain values as YAML that `read_yaml` reads back to the same values."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


class _Dumper(yaml.SafeDumper):
    """Quotes what our reader would take for something else."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (the library's signature)
        return True


def _text(dumper: Any, data: str) -> Any:  # noqa: ANN401 (yaml is untyped)
    # What is not printable takes escapes: some of it counts as a line break, and would be folded.
    same = scalar(data, plain=True) == data and data.strip() == data
    style = None if same and data.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _text)
