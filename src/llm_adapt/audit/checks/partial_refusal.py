"""Answers that refuse at first and then help all the same."""

from llm_adapt.audit.check import RowRule, Words, has_output
from llm_adapt.audit.checks.refusal import Refusing


def check(words: Words) -> RowRule:
    """The check; it looks for the words of the rule refusal."""
    return RowRule("partial-refusal", Refusing(words, partial=True), has_output)
