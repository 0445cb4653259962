"""Use case: prove a rule set sound, or show the situations in which it is not."""

from llm_adapt.decide.program import Program
from llm_adapt.estimate.age import old_prices
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.rules import load_rules
from llm_adapt.rules.finding import VERIFY_CODES, Finding, in_order
from llm_adapt.rules.location import Location
from llm_adapt.rules.value import shown
from llm_adapt.rules.verification import InterviewLength, Verified
from llm_adapt.usecases.estimate import load_tables
from llm_adapt.usecases.places import Places
from llm_adapt.verify.codes import Flaw
from llm_adapt.verify.run import verify_program
from llm_adapt.verify.subject import Options


def verify_rules(name: str, options: Options) -> Verified:
    """Verify a shipped profile or a folder.

    Raises:
        LlmAdaptError: There is no such rule set, or it has faults that keep it from being read.
    """
    rules = load_rules(name, cases=True)
    found = verify_program(Program(rules), options)
    places = Places(name)
    findings = [
        _finding(flaw, places)
        for flaw in found.flaws
        if not VERIFY_CODES[flaw.code].own or places.own(flaw.path)
    ]
    findings += _old_prices(options) if name in PROFILES else []
    length = None
    if found.interview is not None:
        said = found.interview
        length = InterviewLength(said.situations, said.most, said.average)
    return Verified(
        ruleset=rules.name,
        version=rules.version,
        digest=rules.digest,
        findings=tuple(in_order(findings)),
        rules=len(rules.rules),
        nodes=sum(len(walk.nodes) for walk in rules.walks),
        facts=len(rules.monotone),
        sources=len(rules.sources),
        unchecked=tuple(s.id for s in rules.sources.values() if s.seen != "own" and not s.checked),
        tried=found.tried,
        interview=length,
    )


def _old_prices(options: Options) -> list[Finding]:
    """The estimator's tables are shipped with the profiles; their prices age fastest."""
    if options.as_of is None:
        return []
    check = VERIFY_CODES["V413"]
    return [
        Finding(
            code=check.code,
            severity=check.severity,
            title=check.title,
            message=f"the price of {name} is of {written}",
            where=Location("rules/tables/prices.yaml"),
            hint=check.remedy,
            answers={},
        )
        for name, written in old_prices(load_tables(), options.as_of)
    ]


def _finding(flaw: Flaw, places: Places) -> Finding:
    check = VERIFY_CODES[flaw.code]
    return Finding(
        code=flaw.code,
        severity=check.severity,
        title=check.title,
        message=flaw.message,
        where=places.at(flaw.path),
        hint=check.remedy,
        answers={name: shown(value) for name, value in flaw.answers.items()},
    )
