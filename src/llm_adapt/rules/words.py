"""Numbers and answers as a person would say them."""

from llm_adapt.rules.model import Question, Scale
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.value import Between

_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def number_words(value: float) -> str:
    """`5000000000` as `5 billion`, `1234` as `1,234`, `0.85` as `0.85`; a range by its ends."""
    if isinstance(value, Between) and value.low < value.high:
        return f"{number_words(value.low)} to {number_words(value.high)}"
    for size, word in _SCALES:
        if abs(value) >= size:
            return f"{value / size:.4g} {word}"
    return f"{int(value):,}" if value == int(value) else f"{value:.4g}"


def of_hundred(share: float) -> str:
    """A share as `97 of 100`; it is never shown as nothing or everything unless it is."""
    count = round(100 * share)
    return f"{count if share in {0, 1} else min(max(count, 1), 99)} of 100"


def scale_words(scale: Scale) -> str:
    """What a number is compared with that grows with another answer."""
    base, value = scale.points[len(scale.points) // 2]
    if len(scale.points) == 1:
        return f"{number_words(value)} times {scale.of}"
    return f"{number_words(value)} for {number_words(base)} of {scale.of}"


def raw_words(value: Plain) -> str:
    """An answer as a file would write it, with long numbers made readable."""
    if value is None:
        return "unknown"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "nothing"
    if isinstance(value, bool | str | dict):
        return str(value)
    return number_words(value)


def answer_words(question: Question | None, value: Plain) -> str:
    """An answer as a person would say it, with its unit."""
    if question is None or value is None:
        return raw_words(value)
    if value == "n/a":
        return "does not apply"
    if isinstance(value, list):
        return ", ".join(question.values.get(str(item), str(item)) for item in value) or "nothing"
    if isinstance(value, int | float) and not isinstance(value, bool):
        unit = question.unit.removesuffix("s") if value == 1 else question.unit
        return f"{number_words(value)} {unit}".rstrip()
    return question.values.get(str(value), str(value))
