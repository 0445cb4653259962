"""Answers that hold the next example as well: `12. Instruction: ...` inside an output."""

from llm_adapt.audit.check import RowRule, Words, answer_rule, any_of


def check(words: Words) -> RowRule:
    """The check: a numbered line of an answer that begins with one of the words `begins`."""
    begins = rf"\b\d{{1,4}}\. ?(?:{any_of(words, 'begins')}) ?[:\uff1a]"
    return answer_rule("merged-examples", begins, ":", "\uff1a")
