"""Advice on a project: rule set and answers in, the whole advice out."""

from llm_adapt.advisor.assume import with_assumptions
from llm_adapt.engine.advise import Adviser, differs
from llm_adapt.engine.program import Program
from llm_adapt.model.advice import Advice
from llm_adapt.model.situation import Situation
from llm_adapt.sources.rules import load_rules

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
    return Adviser(program, situation).advice(baseline)
