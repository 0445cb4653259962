"""Texts of rules, filled in with answers, derived numbers and constants."""

import re
from collections.abc import Mapping

from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.value import Value, shown
from llm_adapt.rules.words import answer_words, number_words

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


def fill(text: str, rules: RuleSet, values: Mapping[str, Value]) -> str:
    """Put answers and derived numbers into a rule's text where it names them in braces."""

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name in rules.questions:
            value = values.get(name)
            return "unknown" if value is None else answer_words(rules.questions[name], shown(value))
        if name in rules.derived:
            derived = rules.derived[name]
            base = values.get(derived.of)
            if isinstance(base, float | int):
                return f"{_span(derived.low * base, derived.high * base)} {derived.unit}"
            each = _span(derived.low, derived.high)
            return f"{each} {derived.unit} for each unit of {derived.of}"
        if name in rules.constants:
            return number_words(rules.constants[name].value)
        return match[0]

    return _PLACEHOLDER.sub(put, text)


def _span(low: float, high: float) -> str:
    return f"{low:.3g}" if low == high else f"{low:.3g}-{high:.3g}"
