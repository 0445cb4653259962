"""Advice on a project: rule set and answers in, the whole advice out."""

from llm_adapt.decide.advise import Adviser, differs
from llm_adapt.decide.program import Program
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.advice import Advice
from llm_adapt.rules.situation import Situation
from llm_adapt.usecases.assume import with_assumptions
from llm_adapt.usecases.takes import with_takes

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
        baseline = differs(program_for(BASELINE), program, situation.values())
    advice = Adviser(program, situation).advice(baseline)
    return with_takes(advice, program.rules)
