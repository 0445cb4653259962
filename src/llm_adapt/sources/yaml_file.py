"""Text to plain values, with the place of each: the only module that imports yaml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.model.location import Location
from llm_adapt.model.plain import Path as PlainPath
from llm_adapt.model.plain import Plain

# Far above any honest rule or answers file, far below what hurts: a hostile or mistaken
# file is refused before it is parsed.
MAX_BYTES = 4_000_000
MAX_DEPTH = 64
MAX_VALUES = 400_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_QUOTED = {"'", '"', "|", ">"}
_FALSE = {"false", "False", "FALSE"}


@dataclass(frozen=True, slots=True)
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
        if path.is_dir():
            raise LlmAdaptError("this is a folder, not a file", where, "name the file in it")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise LlmAdaptError("there is no such file", where, "check the path") from None
    except OSError as error:
        raise LlmAdaptError(f"cannot be read: {error.strerror}", where) from None
    except ValueError as error:
        raise LlmAdaptError(f"this is no file name: {error}", where) from None
    return check_size(raw, name)


def check_size(raw: bytes, name: str) -> bytes:
    """Refuse what is too large to be an honest file."""
    if len(raw) > MAX_BYTES:
        raise LlmAdaptError(
            f"this file is larger than {MAX_BYTES // 1_000_000} MB",
            Location(name),
            "answers and rules are small text files; is this the right one?",
        )
    return raw


def decode(raw: bytes, name: str) -> str:
    """UTF-8 text, with or without a byte order mark."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise LlmAdaptError(
            "this file is not UTF-8 text", Location(name, line, column), "save it as UTF-8"
        ) from None


def read_yaml(text: str, name: str) -> Document:
    """Plain values from YAML text; `no` and `on` stay text, `7e9` is a number.

    Raises:
        LlmAdaptError: It is empty, not YAML, or uses what is refused here: a key written
            twice, merge keys, tags, an anchor that contains itself, too many or too deep values.
    """
    node = _compose(text, name)
    if node is None:
        raise LlmAdaptError("this file is empty", Location(name), "write at least one entry")
    builder = _Builder(name)
    data = builder.build(node, ())
    raise_all(builder.faults)
    return Document(name, data, builder.places, builder.keys)


def _compose(text: str, name: str) -> Node | None:
    try:
        # Depth is bounded before composing: the composer itself is recursive.
        _check_depth(text, name)
        return cast("Node | None", yaml.compose(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _not_yaml(error.problem or "cannot be read", Location(name, line, column)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _not_yaml("a character that YAML forbids", Location(name, line, 1)) from None
    except yaml.YAMLError as error:
        raise _not_yaml(str(error), Location(name)) from None


def _check_depth(text: str, name: str) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > MAX_VALUES:
            mark = event.start_mark
            what = "nested too deep" if depth > MAX_DEPTH else "too many values"
            raise LlmAdaptError(what, Location(name, mark.line + 1, mark.column + 1))


def _not_yaml(problem: str, where: Location) -> LlmAdaptError:
    if "\\t" in problem or "'\t'" in problem:
        return LlmAdaptError("a tab is used to indent", where, "YAML indents with spaces")
    if "expected a single document" in problem:
        return LlmAdaptError("a second document starts here", where, "keep one document a file")
    return LlmAdaptError(f"this is not YAML: {problem}", where)


class _Builder:
    """Walks composed nodes; keeps places and collects every fault."""

    def __init__(self, name: str):
        self.name = name
        self.places: dict[PlainPath, tuple[int, int]] = {}
        self.keys: dict[PlainPath, tuple[int, int]] = {}
        self.faults: list[LlmAdaptError] = []
        self._open: set[int] = set()
        self._count = 0

    def build(self, node: Node, path: PlainPath) -> Plain:
        """The plain value of a node."""
        self._count += 1
        if self._count > MAX_VALUES or len(path) > MAX_DEPTH:
            raise LlmAdaptError("too many values", self._where(node), "repeat less with aliases")
        self.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if node.tag and not node.tag.startswith("tag:yaml.org,2002:"):
            self._fault(f"the tag {node.tag} is not allowed", node, "remove the tag")
        if isinstance(node, ScalarNode):
            return scalar(str(node.value), plain=node.style not in _QUOTED)
        if id(node) in self._open:
            raise LlmAdaptError("an anchor contains itself", self._where(node), "write it out")
        self._open.add(id(node))
        value = self._collection(node, path)
        self._open.discard(id(node))
        return value

    def _collection(self, node: Node, path: PlainPath) -> Plain:
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        result: dict[str, Plain] = {}
        pairs: list[tuple[Node, Node]] = cast("MappingNode", node).value
        for key_node, value_node in pairs:
            if not isinstance(key_node, ScalarNode):
                self._fault("a key must be one word or text", key_node, "write key: value")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._fault("merge keys (<<) are not allowed", key_node, "write the entries out")
                continue
            if key in result:
                self._fault(f"{key} is written twice", key_node, "keep one of them")
                continue
            result[key] = self.build(value_node, (*path, key))
            mark = key_node.start_mark
            self.keys[*path, key] = (mark.line + 1, mark.column + 1)
        return result

    def _where(self, node: Node) -> Location:
        return Location(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def _fault(self, message: str, node: Node, hint: str) -> None:
        self.faults.append(LlmAdaptError(message, self._where(node), hint))


def scalar(raw: str, *, plain: bool) -> Plain:
    """The value of one scalar: numbers and true/false only as JSON has them, `7e9`, `2_000`."""
    if not plain:
        return raw
    if raw in _NULLS:
        return None
    if raw in _TRUE or raw in _FALSE:
        return raw in _TRUE
    digits = raw.lstrip("+-")
    if digits[:1].isdigit() or digits[:1] == ".":
        return _number(raw)
    return float("nan") if raw.lower() in {".nan", "nan"} else raw


def _number(raw: str) -> Plain:
    text = raw.replace("_", "")
    whole = text.lstrip("+-")
    try:
        if whole.isdigit() and len(whole) <= 400:
            # A leading zero is an identifier, not an octal number.
            return raw if len(whole) > 1 and whole[0] == "0" else int(text)
        return float(text)
    except ValueError:
        return raw


def dump_yaml(data: Plain) -> str:
    """Plain values as YAML that `read_yaml` reads back to the same values."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


class _Dumper(yaml.SafeDumper):
    """Quotes what our reader would take for something else."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (the library's signature)
        return True


def _text(dumper: yaml.SafeDumper, data: str) -> ScalarNode:
    plain_safe = scalar(data, plain=True) == data and data.strip() == data
    style = None if plain_safe else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _text)
