"""Advice on a project: rule set and answers in, the whole advice out."""

from functools import cache

from llm_adapt.decide.advice import Adviser, differs
from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.advice import Advice
from llm_adapt.rules.situation import Origin, Situation
from llm_adapt.usecases.assume import with_assumptions

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


@cache
def _baseline() -> Program:
    return program_for(BASELINE)


def inquire(program: Program, situation: Situation) -> Inquiry:
    """What is still open about a situation; what is assumed is open, too."""
    answers = situation.answers.items()
    assumed = frozenset(n for n, answer in answers if answer.origin is Origin.ASSUMED)
    return Inquiry(program, situation.values(), assumed=assumed)
