"""A situation with as few answers as still show what it shows."""

from collections.abc import Callable, Mapping

from llm_adapt.model.question import Value


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
            kept[name] = _fewer(value, lambda items, n=name: shows({**kept, n: items}))
    return kept


def _fewer(items: tuple[str, ...], shows: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    for item in items:
        fewer = tuple(other for other in items if other != item)
        if shows(fewer):
            items = fewer
    return items
