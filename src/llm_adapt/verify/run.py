"""All checks over a rule set, and what they came to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from llm_adapt.decide.program import Program
from llm_adapt.verify.chart_check import (
    check_first_place,
    check_none,
    check_strategies,
    check_vetoes,
    check_walks,
)
from llm_adapt.verify.codes import Flaw
from llm_adapt.verify.hygiene_check import check_hygiene
from llm_adapt.verify.interview_check import Interview, count_questions
from llm_adapt.verify.monotone_check import check_monotone
from llm_adapt.verify.rules_check import check_predicates, check_rules
from llm_adapt.verify.subject import Options, Subject
from llm_adapt.verify.use_check import check_items, check_use

CHECKERS: tuple[Callable[[Subject], Iterator[Flaw]], ...] = (
    check_walks,
    check_strategies,
    check_vetoes,
    check_first_place,
    check_none,
    check_monotone,
    check_rules,
    check_predicates,
    check_items,
    check_use,
    check_hygiene,
)


@dataclass(frozen=True, slots=True)
class Verification:
    """The flaws of a rule set; how many situations laws were tried on; the interview's length."""

    flaws: tuple[Flaw, ...]
    tried: int
    interview: Interview | None


def verify_program(program: Program, options: Options) -> Verification:
    """Everything that verification has to say about a rule set."""
    subject = Subject(program, options)
    flaws = [flaw for checker in CHECKERS for flaw in checker(subject)]
    interview = None
    if options.cap is not None:
        interview = count_questions(subject)
        if interview.most > options.cap:
            message = f"an interview can take {interview.most} questions, more than {options.cap}"
            flaws.append(Flaw("V501", ("questions",), message, interview.longest))
    return Verification(tuple(flaws), len(subject.pool), interview)
