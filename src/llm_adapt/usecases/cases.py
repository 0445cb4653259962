"""Use case: run the tests of a rule set, and say what they cover and notice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path as File

from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.rules import load_rules
from llm_adapt.report.findings_text import flow
from llm_adapt.rules.finding import Finding, Severity, in_order
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path, Plain
from llm_adapt.rules.value import shown
from llm_adapt.rules.verification import Covered, Noticed, Tested
from llm_adapt.usecases.advise import BASELINE
from llm_adapt.usecases.documented import read_projects
from llm_adapt.usecases.places import Places
from llm_adapt.verify.cases import Trial, faults_of, of_project, trials
from llm_adapt.verify.coverage import coverage
from llm_adapt.verify.mutation import Mutant, Survivor, survivors

_ADD = "add a case for it"


def run_tests(
    name: str, select: str = "", *, mutate: bool = False, projects: File | None = None
) -> Tested:
    """Run the tests of a rule set.

    Args:
        name: A rule set that comes with the tool, or a folder.
        select: Only tests with this in their id.
        mutate: Whether to put faults in, and see which are noticed.
        projects: A folder of documented projects, which are tests beside those it carries.

    Raises:
        LlmAdaptError: The rule set or a project cannot be read, or no test is selected.
    """
    rules = load_rules(name, cases=True)
    program = Program(rules)
    article = Program(load_rules(BASELINE)) if BASELINE in rules.extends else None
    places = Places(name)
    documented = read_projects(projects, rules) if projects else []
    files = {project.name: document for project, document in documented}
    tests = [*trials(rules), *(of_project(project) for project, _ in documented)]
    chosen = [trial for trial in tests if select in trial.id]
    if not chosen:
        hint = "ids are RULE/fires, RULE/silent, names of cases, and of projects"
        raise LlmAdaptError(f"no test has {select!r} in its id", None, hint)
    failures: list[Finding] = []
    disagreed: list[Finding] = []
    for trial in chosen:
        for path, fault in faults_of(program, trial, article):
            if trial.project:
                disagreed.append(_disagreed(trial, fault, files[trial.id].place(path)))
            else:
                failures.append(_failure(places, trial, path, fault))
    judged = sum(bool(trial.project) for trial in chosen)
    return Tested(
        ruleset=rules.name,
        version=rules.version,
        ran=len(chosen),
        failures=tuple(in_order(failures)),
        known_failures=sum(bool(trial.todo) for trial in chosen),
        coverage=() if select else tuple(_covered(program, chosen, places)),
        projects=Covered("projects", judged, tuple(disagreed)) if judged else None,
        mutation=_noticed(program, chosen, article, places) if mutate else None,
    )


def _failure(places: Places, trial: Trial, path: Path, fault: str) -> Finding:
    passes_now = path[-1] == "todo"
    return Finding(
        code="T102" if passes_now else "T101",
        severity=Severity.ERROR,
        title="known failure that passes now" if passes_now else "test failed",
        message=f"{trial.id}: {fault}",
        where=places.at(path),
        hint="take todo away" if passes_now else "mend the rules, or the expectation",
        answers={name: shown(value) for name, value in trial.answers.items()},
    )


def _disagreed(trial: Trial, fault: str, where: Location) -> Finding:
    title = "ranked otherwise than what worked"
    hint = "one project alone is no reason to change a rule"
    return Finding("T103", Severity.NOTE, title, f"{trial.id}: {fault}", where, hint, {})


def _covered(program: Program, tests: list[Trial], places: Places) -> Iterator[Covered]:
    for name, total, missing in coverage(program, tests):
        told = (
            Finding("T201", Severity.NOTE, "not covered", says, places.at(path), _ADD, {})
            for path, says in missing
        )
        yield Covered(name, total, tuple(told))


def _noticed(
    program: Program, tests: list[Trial], article: Program | None, places: Places
) -> Noticed:
    noticed, total = Counter[str](), Counter[str]()
    survived: dict[bool, list[Finding]] = {True: [], False: []}
    for mutant, survivor in survivors(program, tests, article):
        noticed[mutant.kind] += survivor is None
        total[mutant.kind] += survivor is None or not survivor.equal
        if survivor is not None:
            survived[survivor.equal].append(_survivor(places, mutant, survivor))
    return Noticed(
        noticed, total, tuple(in_order(survived[False])), tuple(in_order(survived[True]))
    )


def _survivor(places: Places, mutant: Mutant, survivor: Survivor) -> Finding:
    where = places.at(mutant.path)
    if survivor.equal:
        title, hint = "fault proved equal", "it changes no first place: is it needed?"
        return Finding("T203", Severity.NOTE, title, mutant.says, where, hint, {})
    told = {name: shown(value) for name, value in survivor.answers.items()}
    case: dict[str, Plain] = {"answers": told, "expect": {"first": survivor.first}}
    hint = (
        f"a case would notice it: {flow(case)}" if survivor.first else "no case was found in time"
    )
    title = "fault that no test notices"
    return Finding("T202", Severity.NOTE, title, mutant.says, where, hint, {})
