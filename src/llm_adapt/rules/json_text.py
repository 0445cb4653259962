"""The one door for JSON that decides something: a key written twice is a fault, as in YAML."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from llm_adapt.rules.plain import Plain, as_plain

_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|[{}\[\]]')


class TwiceError(ValueError):
    """An object writes a key twice; JSON itself would take the last value without a word."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise TwiceError("a key is written twice")
    return found


@cache
def decoder(parse_int: Callable[[str], object] | None = None) -> json.JSONDecoder:
    """What makes data of JSON, made once; it raises TwiceError where a key comes twice."""
    return json.JSONDecoder(object_pairs_hook=_once, parse_int=parse_int)


def read_json(text: str, parse_int: Callable[[str], object] | None = None) -> Plain:
    """The plain data of JSON text; whole numbers are what `parse_int` makes of them.

    Raises:
        JSONDecodeError: It is not JSON, or a key is written twice: where, and what is wrong.
        ValueError: A number has more digits than Python reads.
        RecursionError: It is nested too deep.
    """
    try:
        return as_plain(decoder(parse_int).decode(text))
    except TwiceError:
        key, place = _second(text)
        raise json.JSONDecodeError(f"the key {key} is written twice", text, place) from None


def _second(text: str) -> tuple[str, int]:
    """The first key that an object writes a second time, as it is written there, and where."""
    held: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            held.append(set())
        elif token[0] in "}]":
            held.pop()
        elif token[2]:
            key = json.loads(token[1])
            if key in held[-1]:
                return token[1], token.start()
            held[-1].add(key)
    return "", 0
