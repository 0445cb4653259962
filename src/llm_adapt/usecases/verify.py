"""Use case: prove a rule set sound, or show the situations in which it is not."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from llm_adapt.decide.program import Program
from llm_adapt.estimate.age import old_prices
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.findings import catalogue, noted
from llm_adapt.files.rulebook import Book, open_book
from llm_adapt.files.rules import load_rules
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.proof.sampling import situations
from llm_adapt.rules.finding import Finding, Severity, in_order
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import NOT_APPLICABLE, Value, shown
from llm_adapt.rules.verification import Interviews, Verified
from llm_adapt.usecases.estimate import load_tables
from llm_adapt.verify import laws
from llm_adapt.verify.subject import Flaw, Options, Subject
from llm_adapt.verify.writing import check_hygiene, check_use

CHECKERS: tuple[Callable[[Subject], Iterator[Flaw]], ...] = (
    laws.check_walks,
    laws.check_strategies,
    laws.check_vetoes,
    laws.check_first_place,
    laws.check_monotone,
    laws.check_rules,
    laws.check_predicates,
    laws.check_items,
    check_use,
    check_hygiene,
)
# Interviews are simulated on this many situations: each asks many questions.
INTERVIEWS = 6


def verify_rules(name: str, options: Options) -> Verified:
    """Verify a shipped profile or a folder.

    Raises:
        LlmAdaptError: There is no such rule set, or it has faults that keep it from being read.
    """
    rules = load_rules(name, cases=True)
    program, interview = Program(rules), None
    subject = Subject(program, options)
    flaws = [flaw for checker in CHECKERS for flaw in checker(subject)] + subject.unsettled
    if options.cap is not None:
        interview, longest = _interviews(program)
        if interview.most > options.cap:
            message = f"an interview can take {interview.most} questions, more than {options.cap}"
            flaws.append(Flaw("V501", ("questions",), message, longest))
    findings: list[Finding] = []
    # Read only when something is to be shown.
    book = open_book(name) if flaws else Book()
    for flaw in flaws:
        where = book.at(flaw.path)
        if where is None or where.file in book.own or not catalogue()[flaw.code].own:
            answers = {name: shown(value) for name, value in flaw.answers.items()}
            findings.append(noted(flaw.code, flaw.message, where, answers=answers))
    findings += _old_prices(options) if name in PROFILES else []
    return Verified(
        name=rules.name,
        version=rules.version,
        digest=rules.digest,
        counts={f"{s.value}s": sum(f.severity is s for f in findings) for s in Severity},
        undecided=sum(finding.code == "V901" for finding in findings),
        rules=len(rules.rules),
        nodes=sum(len(walk.nodes) for walk in rules.walks),
        monotone_facts=len(rules.monotone),
        sources=len(rules.sources),
        unchecked_sources=tuple(
            s.id for s in rules.sources.values() if s.seen != "own" and not s.checked
        ),
        situations_tried=len(subject.pool),
        interview=interview,
        findings=tuple(in_order(findings)),
    )


def _interviews(program: Program) -> tuple[Interviews, dict[str, Value]]:
    """Interviews in which a situation answers every question, and the answers of the longest.

    What the situation leaves open does not apply. The most is a lower bound of the worst case.
    """
    drawn = islice(situations(program, INTERVIEWS), INTERVIEWS)
    asked = [_interview(program, values) for values in drawn]
    longest = max(asked, key=len)
    average = round(sum(map(len, asked)) / len(asked), 2)
    return Interviews(len(asked), len(longest), average), longest


def _interview(program: Program, values: Mapping[str, Value]) -> dict[str, Value]:
    asked: dict[str, Value] = {}
    while found := Inquiry(program, asked).outlook(whole=False).open:
        name = found[0].question
        several = program.rules.questions[name].kind is Kind.SEVERAL
        asked[name] = values.get(name, () if several else NOT_APPLICABLE)
    return asked


def _old_prices(options: Options) -> list[Finding]:
    """The estimator's tables are shipped with the profiles; their prices age fastest."""
    if options.as_of is None:
        return []
    where = Location("rules/tables/prices.yaml")
    return [
        noted("V413", f"the price of {name} is of {written}", where)
        for name, written in old_prices(load_tables(), options.as_of)
    ]
