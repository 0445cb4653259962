"""Use case: run the tests of a rule set, and say what they cover and notice.

Documented projects are read from files in the form that tests/real_cases has.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path as File

from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError, faults_of, raise_all
from llm_adapt.files.answers import situation_of
from llm_adapt.files.findings import noted
from llm_adapt.files.rulebook import Book, open_book
from llm_adapt.files.rules import load_rules
from llm_adapt.files.yaml_file import Document, Reading, read_file
from llm_adapt.report.findings import flow
from llm_adapt.rules.finding import Finding, in_order
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Path, Plain, mapping, sequence
from llm_adapt.rules.value import nearest, shown
from llm_adapt.rules.verification import Covered, Noticed, Tested
from llm_adapt.usecases.advise import BASELINE
from llm_adapt.verify.cases import Documented, Parts, Trial, failures_of, of_project, parts, trials
from llm_adapt.verify.coverage import coverage
from llm_adapt.verify.mutation import Mutant, Survivor, survivors

BEST, FINE, WRONG = "best", "also_acceptable", "clearly_wrong"
_FORM = (
    "write for example: expected: {best: rag, also_acceptable: [icl], clearly_wrong: [pretrain]}"
)


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
    # Read only when something is to be shown.
    book = cache(partial(open_book, name))
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
        for path, fault in failures_of(program, trial, article):
            if trial.project:
                where = files[trial.id].place(path)
                disagreed.append(noted("T103", f"{trial.id}: {fault}", where))
            else:
                code = "T102" if path[-1] == "todo" else "T101"
                answers = {name: shown(value) for name, value in trial.answers.items()}
                found = noted(code, f"{trial.id}: {fault}", book().at(path), answers=answers)
                failures.append(found)
    judged = sum(bool(trial.project) for trial in chosen)
    return Tested(
        ruleset=rules.name,
        version=rules.version,
        ran=len(chosen),
        failures=tuple(in_order(failures)),
        known_failures=sum(bool(trial.todo) for trial in chosen),
        coverage=() if select else tuple(_covered(program, chosen, book)),
        projects=Covered("projects", judged, tuple(disagreed)) if judged else None,
        mutation=_noticed(program, chosen, article, book) if mutate else None,
    )


def _covered(program: Program, tests: list[Trial], book: Callable[[], Book]) -> Iterator[Covered]:
    for name, total, missing in coverage(program, tests):
        told = tuple(noted("T201", says, book().at(path)) for path, says in missing)
        yield Covered(name, total, told)


def _noticed(
    program: Program, tests: list[Trial], article: Program | None, book: Callable[[], Book]
) -> Noticed:
    noticed, total = Counter[str](), Counter[str]()
    survived: dict[bool, list[Finding]] = {True: [], False: []}
    for mutant, survivor in survivors(program, tests, article):
        noticed[mutant.kind] += survivor is None
        total[mutant.kind] += survivor is None or not survivor.equal
        if survivor is not None:
            survived[survivor.equal].append(_survivor(book, mutant, survivor))
    return Noticed(
        noticed, total, tuple(in_order(survived[False])), tuple(in_order(survived[True]))
    )


def _survivor(book: Callable[[], Book], mutant: Mutant, survivor: Survivor) -> Finding:
    where = book().at(mutant.path)
    if survivor.equal or not survivor.first:
        return noted("T203" if survivor.equal else "T202", mutant.says, where)
    answers = {name: shown(value) for name, value in survivor.answers.items()}
    case: dict[str, Plain] = {"answers": answers, "expect": {"first": survivor.first}}
    return noted("T202", mutant.says, where, hint=f"a case would notice it: {flow(case)}")


def read_projects(folder: File, rules: RuleSet) -> list[tuple[Documented, Document]]:
    """Every project of a folder, or the one of a file, with the text it was read from; by name.

    Raises:
        LlmAdaptError: There is none, or one cannot be read; all faults are told at once.
    """
    paths = [folder] if folder.is_file() else sorted(folder.glob("*.yaml"))
    if not paths:
        hint = "name a folder of files with `answers:` and `expected:`"
        raise LlmAdaptError(f"there is no project in {folder}", None, hint)
    found: list[tuple[Documented, Document]] = []
    faults: list[LlmAdaptError] = []
    for path in paths:
        try:
            document = read_file(path)
            found.append((_project(path.stem, document, rules), document))
        except LlmAdaptError as fault:
            faults += faults_of(fault)
    raise_all(faults)
    return found


def _project(name: str, document: Document, rules: RuleSet) -> Documented:
    data = mapping(document.data)
    if "expected" not in data or "answers" not in data:
        message = "a documented project has `answers:` and `expected:`"
        raise LlmAdaptError(message, document.place(()), _FORM)
    reading, answers = Reading(document), {}
    try:
        answers = situation_of(document, rules.questions).values()
    except LlmAdaptError as fault:
        reading.faults += faults_of(fault)
    expected = mapping(data["expected"])
    if not isinstance(expected.get(BEST), str):
        reading.fault("it is not said what was best", ("expected", BEST), _FORM, key=True)
    for key in expected.keys() - {BEST, FINE, WRONG}:
        reading.fault(f"unknown key {key}", ("expected", key), _FORM, key=True)
    known = {part for strategy in rules.strategies.values() for part in strategy.parts}
    said: dict[str, set[Parts]] = {BEST: set(), FINE: set(), WRONG: set()}
    for key, strategies in said.items():
        for path, value in _named(("expected", key), expected.get(key)):
            odd = [part for part in str(value).split("+") if part not in known | {"none"}]
            if odd:
                hint = nearest(odd[0], known) or f"there are {', '.join(sorted(known))}"
                reading.fault(f"there is no strategy {odd[0]}", path, hint)
            strategies.add(parts(str(value)))
    raise_all(reading.faults)
    (best,) = said[BEST]
    fine = frozenset(said[BEST] | said[FINE])
    return Documented(name, answers, best, fine, frozenset(said[WRONG] - fine))


def _named(path: Path, value: Plain) -> Iterator[tuple[Path, Plain]]:
    if isinstance(value, str):
        yield path, value
    for index, item in enumerate(sequence(value)):
        yield (*path, index), item
