"""Advice on a project: rule set and answers in, the whole advice out."""

from functools import cache

from llm_adapt.decide.advice import Adviser, differs
from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.advice import Advice
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.situation import Answer, Origin, Situation

BASELINE = "article"


def program_for(rules: str) -> Program:
    """A rule set made ready to decide.

    Raises:
        LlmAdaptError: There is no such rule set, or it has faults.
    """
    return Program(load_rules(rules))


def advise(program: Program, situation: Situation) -> Advice:
    """Ranked advice with its reasons; what the article alone would say when that differs."""
    situation = with_assumptions(program.rules, situation)
    baseline = None
    if BASELINE in program.rules.extends:
        baseline = differs(_baseline(), program, situation.values())
    inquiry = inquire(program, situation)
    advice = Adviser(program, situation).advice(inquiry.outlook(), inquiry.bounds(), baseline)
    from llm_adapt.usecases.takes import with_takes  # noqa: PLC0415 (no check needs the estimator)

    return with_takes(advice, program.rules)


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


@cache
def _baseline() -> Program:
    return program_for(BASELINE)


def inquire(program: Program, situation: Situation) -> Inquiry:
    """What is still open about a situation; what is assumed is open, too."""
    answers = situation.answers.items()
    assumed = frozenset(n for n, answer in answers if answer.origin is Origin.ASSUMED)
    not_known = situation.not_known
    return Inquiry(program, situation.values(), assumed=assumed, not_known=not_known)
