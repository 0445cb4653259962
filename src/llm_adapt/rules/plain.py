"""Plain data: what YAML and JSON are made of, and typed ways into it."""

from typing import Any, TypeAlias, cast

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
# Plain data in a record whose schema a library makes: it would follow the circle above for ever.
Shown: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]


def mapping(value: Plain) -> dict[str, Plain]:
    """The mapping, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def sequence(value: Plain) -> list[Plain]:
    """The list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def text(value: Plain) -> str:
    """The text, or empty text for nothing."""
    return "" if value is None else str(value)


def texts(value: Plain) -> tuple[str, ...]:
    """A list of texts; one text alone counts as a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in sequence(value))


def number(value: Plain) -> float:
    """The number.

    Raises:
        TypeError: The value is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return value


def strings(value: Plain) -> dict[str, str]:
    """A mapping of texts."""
    return {key: text(item) for key, item in mapping(value).items()}


def as_plain(value: object) -> Plain:
    """Say to the type checker that a value from a JSON parser is plain data."""
    return cast("Plain", value)
