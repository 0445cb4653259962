"""From a validator's error to our words, at file:line:column."""

from collections.abc import Iterable
from typing import Any

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.yaml_file import Document
from llm_adapt.rules.form import ID, NODE_ID
from llm_adapt.rules.plain import Path, Plain, mapping, sequence
from llm_adapt.rules.value import near_word, quoted

_MEANING = {
    "string_type": "must be text",
    "list_type": "must be a list",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_too_long": "must not be longer than {max_length} characters",
    "string_pattern_mismatch": "is not written as it must be: {pattern}",
    "literal_error": "must be one of {expected}",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
}


# The patterns of ids (`rules/form.py`), in words.
_IDS = {
    ID: "an id is lower-case letters and digits, joined by - or _",
    NODE_ID: "an id is letters and digits, joined by - or _",
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """A did-you-mean hint, or nothing when no known word is near."""
    near = near_word(word, known)
    return f"did you mean {near}?" if near else None


def translate(error: dict[str, Any], document: Document, known: Iterable[str]) -> LlmAdaptError:
    """One error of pydantic as a fault of the document; `known` are the keys the format has."""
    path = present(document.data, error["loc"])
    kind: str = error["type"]
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        hint = nearest(last, known) or "remove it, or see: llm-adapt schema rules"
        return LlmAdaptError(f"unknown key {quoted(last)}", document.key_place(path), hint)
    if kind == "missing":
        return LlmAdaptError(f"{last} is missing", document.key_place(path), f"add {last}: ...")
    message = _message(kind, error)
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    if last == "[key]" or pattern in _IDS:
        key = last == "[key]"
        written = str(path[-1]) if key and path else str(error.get("input"))
        hint = _IDS.get(pattern, "an id is letters and digits, joined by - or _")
        place = document.key_place(path) if key else document.place(path)
        return LlmAdaptError(f"{quoted(written)} cannot be an id", place, hint)
    named = f"{'.'.join(str(step)[:60] for step in path[-2:])}: " if path else ""
    return LlmAdaptError(f"{named}{message}", document.place(path), _way_out(kind, error))


def _message(kind: str, error: dict[str, Any]) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "string_too_short" and context["min_length"] > 1:
        return f"must not be shorter than {context['min_length']} characters"
    if kind in _MEANING:
        return _MEANING[kind].format_map(context).replace("'", "")
    return str(error["msg"]).replace("Input should", "must")


def _way_out(kind: str, error: dict[str, Any]) -> str | None:
    written = error.get("input")
    if kind == "string_type" and isinstance(written, bool | int | float):
        return "put it in quotes"
    if kind == "literal_error" and isinstance(written, str):
        expected = str(error["ctx"]["expected"]).replace(" or ", ", ").replace("'", "")
        return nearest(written, expected.split(", "))
    return None


def present(data: Plain, location: tuple[Any, ...]) -> Path:
    """The steps of a validator's location that the document really has.

    Unions put their tags into the location; those are no keys of the document.
    """
    path: list[str | int] = []
    for step in location:
        inside: dict[Any, Plain] = {**mapping(data), **dict(enumerate(sequence(data)))}
        if step in inside:
            data = inside[step]
            path.append(step)
    return tuple(path)
