"""Numbers and answers in the words of a sentence, and texts of rules filled in with them."""

import re
from collections.abc import Mapping

from llm_adapt.model.question import NotApplicable, Question, Value
from llm_adapt.model.ruleset import RuleSet

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def number_in_words(value: float) -> str:
    """`5000000000` as `5 billion`, `1234` as `1,234`, `0.85` as `0.85`."""
    for size, word in _SCALES:
        if abs(value) >= size:
            return f"{value / size:.4g} {word}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:.4g}"


def answer_in_words(question: Question, value: Value) -> str:
    """An answer as a person would say it, with its unit."""
    if isinstance(value, NotApplicable):
        return "does not apply"
    if isinstance(value, tuple):
        return ", ".join(question.values.get(item, item) for item in value) or "nothing"
    if isinstance(value, str):
        return question.values.get(value, value)
    unit = f" {question.unit}" if question.unit else ""
    return f"{number_in_words(value)}{unit}"


def fill(text: str, rules: RuleSet, values: Mapping[str, Value]) -> str:
    """Put answers and derived numbers into a rule's text where it names them in braces."""

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name in rules.questions:
            value = values.get(name)
            return "unknown" if value is None else answer_in_words(rules.questions[name], value)
        if name in rules.derived:
            derived = rules.derived[name]
            base = values.get(derived.of)
            if isinstance(base, float | int):
                return f"{_span(derived.low * base, derived.high * base)} {derived.unit}"
            each = _span(derived.low, derived.high)
            return f"{each} {derived.unit} for each unit of {derived.of}"
        if name in rules.constants:
            return number_in_words(rules.constants[name].value)
        return match[0]

    return _PLACEHOLDER.sub(put, text)


def _span(low: float, high: float) -> str:
    return f"{low:.3g}" if low == high else f"{low:.3g}-{high:.3g}"
