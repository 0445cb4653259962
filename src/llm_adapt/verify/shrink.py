"""A situation with as few answers as still show what it shows."""

from collections.abc import Callable, Mapping

from llm_adapt.rules.value import Value


def shrunk(
    values: Mapping[str, Value], shows: Callable[[Mapping[str, Value]], bool]
) -> dict[str, Value]:
    """Answers and items of lists left out one by one, as long as `shows` stays true."""
    kept = dict(values)
    for name in values:
        without = {other: value for other, value in kept.items() if other != name}
        if shows(without):
            kept = without
            continue
        value = kept[name]
        if isinstance(value, tuple):
            for item in value:
                fewer = tuple(other for other in value if other != item)
                if shows({**kept, name: fewer}):
                    kept[name] = value = fewer
    return kept
