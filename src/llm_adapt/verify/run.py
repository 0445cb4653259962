"""All checks over a rule set, and what they came to."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from llm_adapt.decide.program import Program
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.proof.sampling import situations
from llm_adapt.rules.model import Kind
from llm_adapt.rules.record import record
from llm_adapt.rules.value import NOT_APPLICABLE, Value
from llm_adapt.verify.codes import Flaw
from llm_adapt.verify.laws import (
    check_first_place,
    check_items,
    check_monotone,
    check_predicates,
    check_rules,
    check_strategies,
    check_vetoes,
    check_walks,
)
from llm_adapt.verify.subject import Options, Subject
from llm_adapt.verify.writing import check_hygiene, check_use

CHECKERS: tuple[Callable[[Subject], Iterator[Flaw]], ...] = (
    check_walks,
    check_strategies,
    check_vetoes,
    check_first_place,
    check_monotone,
    check_rules,
    check_predicates,
    check_items,
    check_use,
    check_hygiene,
)
# Interviews are simulated on this many situations: each asks many questions.
INTERVIEWS = 6


@record(frozen=True)
class Interview:
    """Questions asked, over some situations: most, on average, and the answers of the longest."""

    situations: int
    most: int
    average: float
    longest: Mapping[str, Value]


@record(frozen=True)
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
        interview = _interviews(program)
        if interview.most > options.cap:
            message = f"an interview can take {interview.most} questions, more than {options.cap}"
            flaws.append(Flaw("V501", ("questions",), message, interview.longest))
    return Verification(tuple(flaws), len(subject.pool), interview)


def _interviews(program: Program) -> Interview:
    """Interviews in which every question is answered as a situation has it.

    What the situation leaves open does not apply. The most is a lower bound of the worst case.
    """
    drawn = islice(situations(program, INTERVIEWS), INTERVIEWS)
    asked = [_interview(program, values) for values in drawn]
    longest = max(asked, key=len)
    return Interview(len(asked), len(longest), sum(map(len, asked)) / len(asked), longest)


def _interview(program: Program, values: Mapping[str, Value]) -> dict[str, Value]:
    asked: dict[str, Value] = {}
    while found := Inquiry(program, asked).outlook(whole=False).open:
        name = found[0].question
        several = program.rules.questions[name].kind is Kind.SEVERAL
        asked[name] = values.get(name, () if several else NOT_APPLICABLE)
    return asked
