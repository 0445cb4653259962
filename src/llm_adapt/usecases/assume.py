"""Answers that follow from other answers while nobody has given them."""

from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.situation import Answer, Origin, Situation


def with_assumptions(rules: RuleSet, situation: Situation) -> Situation:
    """The situation with each open answer that the rule set derives from a given one.

    A break-even share is r / (1 + r), where r is what a failure costs over what a success is
    worth: at that share both weigh the same.
    """
    for question in rules.questions.values():
        if not question.break_even_of or question.id in situation.answers:
            continue
        given = situation.answers.get(question.break_even_of)
        if given is not None and isinstance(given.value, float | int):
            share = given.value / (1 + given.value)
            situation = situation.having(question.id, Answer(share, Origin.ASSUMED, given.where))
    return situation
