"""Answers with places in brackets for the reader to fill: `[Your Name]`."""

from llm_adapt.audit.check import RowRule, Words, answer_rule, any_of


def check(words: Words) -> RowRule:
    """The check: brackets that begin with one of `asks`."""
    asks = rf"(?i)\[(?:{any_of(words, 'asks')})\b[^\[\]\n]{{0,60}}\]"
    return answer_rule("bracket-placeholder", asks, "[")
