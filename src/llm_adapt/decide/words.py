"""Texts of rules, filled in with answers, derived numbers and constants."""

import re
from collections.abc import Mapping
from typing import Literal

from llm_adapt.rules.cited import Derived
from llm_adapt.rules.model import Question, RuleSet, scale_of
from llm_adapt.rules.value import Value, as_told
from llm_adapt.rules.words import answer_words, number_words

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


def fill(text: str, rules: RuleSet, values: Mapping[str, Value] | None) -> str:
    """Put answers and derived numbers into a rule's text where it names them in braces.

    Without answers the names of questions stand there.
    """

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name in rules.questions:
            return f"<{name}>" if values is None else _inside(rules.questions[name], values)
        if name in rules.derived:
            derived = rules.derived[name]
            base = (values or {}).get(derived.of)
            if isinstance(base, float | int):
                return span_of(derived, base)
            middle = derived.points[len(derived.points) // 2].at if derived.points else 1.0
            return f"{span_of(derived, middle)} for {middle:g} of {derived.of}"
        if name in rules.constants:
            constant = rules.constants[name]
            return f"{number_words(constant.value)} {constant.unit}"
        return match[0]

    return PLACEHOLDER.sub(put, text)


def _inside(question: Question, values: Mapping[str, Value]) -> str:
    """An answer in the middle of a sentence: small letters, a share in percent."""
    value = values.get(question.id)
    if value is None:
        return "unknown"
    if question.unit.startswith("share") and isinstance(value, float | int):
        return f"{100 * value:.3g} %"
    words = answer_words(question, as_told(value))
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def span_of(derived: Derived, base: float) -> str:
    """A derived number for an answer, with its unit: both ends, and what is typical."""

    def said(end: Literal["low", "high", "typical"]) -> str:
        return number_words(float(f"{scale_of(derived, end).at(base):.3g}"))

    ends = said("low") if said("low") == said("high") else f"{said('low')}-{said('high')}"
    return f"{ends} {derived.unit}" + (f" (typically {said('typical')})" if derived.points else "")
