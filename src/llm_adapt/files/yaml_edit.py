"""One value of a YAML file set, everything else of it left as it is: comments, order, quotes."""

import re

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.yaml_file import Document, dump_yaml, read_yaml
from llm_adapt.rules.plain import Path, Plain

_SCALAR = re.compile(
    r"""
      "(?:[^"\\]|\\.)*" | '(?:[^']|'')*' | \[[^\[\]\n]*\]
    | [^\s,\]}\#][^,\]}\n]*?(?=\s*(?:[,\]}\n]|\s\#|$))
    """,
    re.VERBOSE,
)


def with_value(text: str, document: Document, path: Path, value: Plain) -> str | None:
    """The text with the value at a path set, or added to its mapping; nothing if that is not sure.

    Sure is what reads back as the same data with this one change.
    """
    written = _written(value)
    changed = _replaced(text, document, path, written) or _added(text, document, path, written)
    wanted = _set(document.data, path, value)
    try:
        return changed if changed and read_yaml(changed, document.name).data == wanted else None
    except LlmAdaptError:
        return None


def _written(value: Plain) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    # A date is text here, and nobody quotes it.
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    return dump_yaml([value]).strip().removeprefix("- ")


def _set(data: Plain, path: Path, value: Plain) -> Plain:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(data, list):
        return [_set(item, rest, value) if n == step else item for n, item in enumerate(data)]
    inside = data if isinstance(data, dict) else {}
    return {**inside, str(step): _set(inside.get(str(step)), rest, value)}


def _replaced(text: str, document: Document, path: Path, written: str) -> str | None:
    if path not in document.places or path not in document.keys:
        return None
    (line, column), key = document.places[path], document.keys[path]
    lines = text.splitlines(keepends=True)
    found = _SCALAR.match(lines[line - 1], column - 1)
    if found and (line, column) > key:
        lines[line - 1] = (
            f"{lines[line - 1][: column - 1]}{written}{lines[line - 1][found.end() :]}"
        )
        return "".join(lines)
    # A key without a value: it is written behind the colon.
    row, start = lines[key[0] - 1], key[1] - 1
    colon = row.find(":", start)
    lines[key[0] - 1] = f"{row[: colon + 1]} {written}{row[colon + 1 :]}"
    return "".join(lines)


def _added(text: str, document: Document, path: Path, written: str) -> str | None:
    outer = path[:-1]
    if outer and outer not in document.keys:
        return None
    lines = text.splitlines(keepends=True)
    line, column = document.places.get(outer, (1, 1))
    if lines[line - 1][column - 1 : column] == "{":
        inside = lines[line - 1]
        comma = "" if inside[column:].lstrip().startswith("}") else ", "
        lines[line - 1] = f"{inside[:column]}{path[-1]}: {written}{comma}{inside[column:]}"
    else:
        lines.insert(line - 1, f"{' ' * (column - 1)}{path[-1]}: {written}\n")
    return "".join(lines)
