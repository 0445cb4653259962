"""Texts of rules, filled in with answers, derived numbers and constants."""

import re
from collections.abc import Mapping

from llm_adapt.rules.model import Question, RuleSet
from llm_adapt.rules.value import Value, shown
from llm_adapt.rules.words import answer_words, number_words

_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


def fill(text: str, rules: RuleSet, values: Mapping[str, Value]) -> str:
    """Put answers and derived numbers into a rule's text where it names them in braces."""

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name in rules.questions:
            value = values.get(name)
            return _inside(rules.questions[name], value)
        if name in rules.derived:
            derived = rules.derived[name]
            base = values.get(derived.of)
            if isinstance(base, float | int):
                return f"{_span(derived.low * base, derived.high * base)} {derived.unit}"
            each = _span(derived.low, derived.high)
            return f"{each} {derived.unit} for each unit of {derived.of}"
        if name in rules.constants:
            constant = rules.constants[name]
            return f"{number_words(constant.value)} {constant.unit}"
        return match[0]

    return _PLACEHOLDER.sub(put, text)


def _inside(question: Question, value: Value | None) -> str:
    """An answer in the middle of a sentence: small letters, a share in percent."""
    if value is None:
        return "unknown"
    if question.unit.startswith("share") and isinstance(value, float | int):
        return f"{100 * value:.3g} %"
    words = answer_words(question, shown(value))
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _span(low: float, high: float) -> str:
    return f"{low:.3g}" if low == high else f"{low:.3g}-{high:.3g}"
