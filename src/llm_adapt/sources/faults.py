"""From a validator's error to our words, at file:line:column."""

from difflib import get_close_matches
from typing import Any

from llm_adapt.errors import LlmAdaptError
from llm_adapt.model.plain import Path, Plain
from llm_adapt.sources.yaml_file import Document

_WORDS = {
    "Input should be a valid string": "must be text",
    "Input should be a valid list": "must be a list",
    "Input should be a valid integer": "must be a whole number",
    "Input should be a valid number": "must be a number",
    "Input should be a valid boolean": "must be true or false",
    "Input should be a valid dictionary": "must be a mapping (key: value)",
    "Input should be a valid dictionary or instance of": "must be a mapping (key: value)",
    "String should match pattern": "is not written as it must be:",
    "Input should be": "must be",
}


def nearest(word: str, known: "list[str] | set[str] | dict[str, Any]") -> str | None:
    """A did-you-mean hint, or nothing when no known word is near."""
    near = get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean {near[0]}?" if near else None


def translate(error: dict[str, Any], document: Document, known: set[str]) -> LlmAdaptError:
    """One error of pydantic as a fault of the document; `known` are the keys the format has."""
    path = present(document.data, error["loc"])
    kind: str = error["type"]
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        hint = nearest(last, known) or "remove it, or see: llm-adapt schema ruleset"
        return LlmAdaptError(f"unknown key {last}", document.key_place(path), hint)
    if kind == "missing":
        return LlmAdaptError(f"{last} is missing", document.key_place(path), f"add {last}: ...")
    message = str(error["msg"])
    for theirs, ours in _WORDS.items():
        if message.startswith(theirs):
            message = ours + message[len(theirs) :].replace("'", "")
            break
    named = f"{'.'.join(map(str, path[-2:]))}: " if path else ""
    return LlmAdaptError(f"{named}{message}", document.place(path))


def present(data: Plain, location: tuple[Any, ...]) -> Path:
    """The steps of a validator's location that the document really has.

    Unions put their tags into the location; those are no keys of the document.
    """
    path: list[str | int] = []
    for step in location:
        if isinstance(data, dict) and step in data:
            data = data[step]
            path.append(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
            path.append(step)
    return tuple(path)
