"""Use case: run the tests of a rule set, and say what they cover and notice."""

from pathlib import Path as File

from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.rules import load_rules
from llm_adapt.report.findings_text import flow
from llm_adapt.rules.finding import Finding, Severity, in_order
from llm_adapt.rules.plain import Path, Plain
from llm_adapt.rules.value import shown
from llm_adapt.rules.verification import Covered, Noticed, Tested
from llm_adapt.usecases.advise import BASELINE
from llm_adapt.usecases.documented import read_projects
from llm_adapt.usecases.places import Places
from llm_adapt.verify.cases import Trial, faults_of, of_project, trials
from llm_adapt.verify.coverage import coverage
from llm_adapt.verify.mutation import Survivor, mutation


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
        hint = "ids are RULE/fires, RULE/silent, the names of cases and of files of projects"
        raise LlmAdaptError(f"no test has {select!r} in its id", None, hint)
    failures = [
        _failure(places, trial, path, fault)
        for trial in chosen
        if not trial.project
        for path, fault in faults_of(program, trial, article)
    ]
    disagreed = [
        Finding(
            "T103",
            Severity.NOTE,
            "ranked otherwise than what worked",
            f"{trial.id}: {fault}",
            files[trial.id].place(path),
            "judge who is right: one project alone is no reason for a rule",
            {},
        )
        for trial in chosen
        if trial.project
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
        projects=_agreed(sum(bool(trial.project) for trial in chosen), disagreed),
        mutation=noticed,
    )


def _agreed(total: int, disagreed: list[Finding]) -> Covered | None:
    agreed = total - len(disagreed)
    if not total:
        return None
    return Covered("projects", agreed, total, 100 * agreed // total, tuple(disagreed))


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
    found = mutation(program, tests, article)
    survivors, equal = (
        tuple(in_order([_survivor(places, survivor) for survivor in each]))
        for each in (found.survivors, found.equal)
    )
    return Noticed(found.score, found.noticed, found.total, survivors, equal)


def _survivor(places: Places, survivor: Survivor) -> Finding:
    mutant = survivor.mutant
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
