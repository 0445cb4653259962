"""Use case: run the tests that a rule set carries, and say what they cover and notice."""

from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.rules import load_rules
from llm_adapt.report.findings_text import flow
from llm_adapt.rules.finding import Finding, Severity, in_order
from llm_adapt.rules.plain import Path
from llm_adapt.rules.value import shown
from llm_adapt.rules.verification import Covered, Noticed, Tested
from llm_adapt.usecases.advise import BASELINE
from llm_adapt.usecases.places import Places
from llm_adapt.verify.cases import Trial, faults_of, trials
from llm_adapt.verify.coverage import coverage
from llm_adapt.verify.mutation import Survivor, mutation
from llm_adapt.verify.subject import Options, Subject


def run_tests(name: str, select: str = "", *, mutate: bool = False) -> Tested:
    """Run the tests of a rule set, those alone whose id has `select` in it.

    Raises:
        LlmAdaptError: The rule set cannot be read, or no test is selected.
    """
    rules = load_rules(name, cases=True)
    program = Program(rules)
    article = Program(load_rules(BASELINE)) if BASELINE in rules.extends else None
    places = Places(name)
    chosen = [trial for trial in trials(rules) if select in trial.id]
    if not chosen:
        hint = "ids are RULE/fires, RULE/silent and the names of cases"
        raise LlmAdaptError(f"no test has {select!r} in its id", None, hint)
    failures = [
        _failure(places, trial, path, fault)
        for trial in chosen
        for path, fault in faults_of(program, trial, article)
    ]
    shares = () if select else coverage(program, chosen)
    covered = tuple(
        Covered(
            share.name,
            share.covered,
            share.total,
            share.percent,
            tuple(_uncovered(places, path, says) for path, says in share.missing),
        )
        for share in shares
    )
    noticed = _noticed(program, chosen, article, places) if mutate else None
    return Tested(
        ruleset=rules.name,
        version=rules.version,
        ran=len(chosen),
        failures=tuple(in_order(failures)),
        known_failures=sum(bool(trial.todo) for trial in chosen),
        coverage=covered,
        mutation=noticed,
    )


def _failure(places: Places, trial: Trial, path: Path, fault: str) -> Finding:
    answers = {name: shown(value) for name, value in trial.answers.items()}
    passes_now = path[-1] == "todo"
    return Finding(
        code="T102" if passes_now else "T101",
        severity=Severity.ERROR,
        title="known failure that passes now" if passes_now else "test failed",
        message=f"{trial.id}: {fault}",
        where=places.at(path),
        hint="take todo away" if passes_now else "mend the rules, or the expectation",
        answers=answers,
    )


def _uncovered(places: Places, path: Path, says: str) -> Finding:
    hint = "add a case for it"
    return Finding("T201", Severity.NOTE, "not covered", says, places.at(path), hint, {})


def _noticed(
    program: Program, tests: list[Trial], article: Program | None, places: Places
) -> Noticed:
    found = mutation(program, tests, article, lambda: Subject(program, Options()).pool)
    survivors = tuple(_survivor(places, survivor) for survivor in found.survivors)
    return Noticed(found.score, found.noticed, found.total, tuple(in_order(list(survivors))))


def _survivor(places: Places, survivor: Survivor) -> Finding:
    mutant = survivor.mutant
    if survivor.expect:
        told = {name: shown(value) for name, value in survivor.answers.items()}
        hint = f"a case would notice it: {flow({'answers': told, 'expect': dict(survivor.expect)})}"
    else:
        hint = "no situation tried tells the difference: it may say nothing"
    title = "fault that no test notices"
    where = places.at(mutant.path)
    return Finding("T202", Severity.NOTE, title, mutant.says, where, hint, {})
