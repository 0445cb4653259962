"""The CI check: project files in, findings out. One broken file does not stop the others."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, UsageError, faults_of
from llm_adapt.files import lock
from llm_adapt.files.findings import catalogue, noted
from llm_adapt.files.project_file import ProjectFile
from llm_adapt.files.project_find import find_files, repository_root
from llm_adapt.report.check_rows import fingerprinted
from llm_adapt.rules.check import CheckResult, Held, ProjectResult, Standing
from llm_adapt.rules.finding import Finding, in_order
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import Decision, Locked, Project
from llm_adapt.rules.record import record
from llm_adapt.usecases.checks.accepted import weighed, with_baseline, with_ignores
from llm_adapt.usecases.checks.assumptions import Holding
from llm_adapt.usecases.checks.decision import (
    date_findings,
    decision_findings,
    standing_of,
    unknown_strategy,
)
from llm_adapt.usecases.checks.locked import decision_changed, lock_findings, locked_again
from llm_adapt.usecases.checks.record import record_findings
from llm_adapt.usecases.outcome import fails_from, outcome
from llm_adapt.usecases.project import Case, Workplace, changed_since, shown_from


@record(frozen=True)
class CheckOptions:
    """How to check; `rules` wins over what the project files say, `fail_on` over the settings."""

    as_of: date
    rules: str = ""
    due_within: int = 14
    allow_outside: bool = False
    allow_commands: bool = False
    update_lock: bool = False
    reason: str = ""
    fail_on: str = ""
    strict: bool = False
    min_stability: float | None = None
    changed_since: str = ""
    jobs: int = 1
    baseline_until: date | None = None
    # What `--fix` is to mend has no use for what was accepted before.
    use_baseline: bool = True


@record(frozen=True)
class _Checked:
    """What one file came to; `read` says whether it told which projects it holds."""

    path: Path
    results: tuple[ProjectResult, ...]
    read: bool


def check(patterns: list[str], start: Path, options: CheckOptions) -> CheckResult:
    """The project files that names and patterns take, seen from a folder, checked.

    Raises:
        LlmAdaptError: There is no project file, or a lock file cannot be written.
        UsageError: The rules changed a decision, and no reason says why that is accepted.
    """
    checker = _Checker(start, options)
    settings, root = checker.workplace.settings(start), repository_root(start)
    paths = find_files(patterns, start)
    if options.changed_since:
        changes = changed_since(root, options.changed_since)
        paths = [path for path in paths if checker.workplace.touched(path, changes)]
    checked = checker.files(paths)
    if options.update_lock:
        _write_locks(checked, start, root, options)
    base = start.resolve().relative_to(root).as_posix()
    results = tuple(result for file in checked for result in file.results)
    result = CheckResult(results, options.as_of, "" if base == "." else base, kinds=catalogue())
    baseline = root / lock.BASELINE
    if options.baseline_until is not None:
        _write_baseline(result, baseline, root, options.baseline_until)
    if options.use_baseline:
        result = with_baseline(result, lock.read_baseline(baseline), baseline.name)
    fail_on = options.fail_on or settings.fail_on or "error"
    result = replace(result, fails=fails_from(fail_on, strict=options.strict))
    least = options.min_stability
    least = (settings.min_stability or 0.0) if least is None else least
    skipped = bool(options.changed_since and not paths)
    return replace(result, outcome="done" if skipped else outcome(result, least))


class _Checker:
    """Rule sets and lock files are read once, however many projects use them."""

    def __init__(self, start: Path, options: CheckOptions) -> None:
        self.start = start
        self.options = options
        outside, commands = options.allow_outside, options.allow_commands
        self.workplace = Workplace(start, rules=options.rules, outside=outside, commands=commands)
        self.locks: dict[Path, lock.Entries | LlmAdaptError] = {}

    def files(self, paths: list[Path]) -> list[_Checked]:
        """Every project of every file, by several processes where that is asked for."""
        jobs = self.options.jobs
        if jobs == 1 or len(paths) <= jobs:
            return [self.file(path) for path in paths]
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (few ask for it)

        check_one = partial(_check_one, self.start, self.options)
        with ProcessPoolExecutor(jobs) as pool:
            return list(pool.map(check_one, paths, chunksize=max(1, len(paths) // (jobs * 8))))

    def file(self, path: Path) -> _Checked:
        """Every project of one file."""
        try:
            found = self.workplace.read(path)
        except LlmAdaptError as error:
            place = Location(shown_from(self.start / path, self.start))
            name = (self.start / path).absolute().parent.name
            return _Checked(path, (self._broken(name, error, place),), read=False)
        results = tuple(self._project(project, found) for project in found.projects)
        return _Checked(path, results, read=True)

    def _broken(self, name: str, error: LlmAdaptError, place: Location) -> ProjectResult:
        """A project that cannot be checked; faults of a rule set are told in its own files."""
        found: list[Finding] = []
        for fault in faults_of(error):
            where = fault.where or place
            where = replace(where, file=shown_from(self.start / where.file, self.start))
            found.append(noted("C101", fault.message, where, "", fault.hint or ""))
        return ProjectResult(name, place.file, tuple(_named(found, name)))

    def _project(self, project: Project, file: ProjectFile) -> ProjectResult:
        try:
            case = self.workplace.case(project, file)
        except LlmAdaptError as error:
            place = file.document.place((*project.path, "rules"))
            return self._broken(project.name, error, place)
        found: list[Finding] = list(case.faults)
        held: list[Held] = []
        standing: Standing | None = None
        if not case.faults:
            holding = Holding(case, self.options.as_of)
            held = [holding.hold(assumption) for assumption in project.assumptions]
            if project.decision is not None:
                standing = self._decided(case, project.decision, found)
            found += holding.findings
        found += date_findings(project, self.options.as_of, self.options.due_within)
        if project.decision is None and not project.assumptions:
            message = "there is no decision and no assumption here"
            found.append(noted("C103", message, project.where()))
        found = weighed(found, self.workplace.settings(case.access.folder))
        found = with_ignores(found, project.ignore, self.options.as_of)
        titles = {name: entry.title for name, entry in case.program.rules.strategies.items()}
        told = tuple(_named(found, project.name))
        return ProjectResult(project.name, project.file, told, tuple(held), standing, titles)

    def _decided(self, case: Case, decision: Decision, found: list[Finding]) -> Standing | None:
        """How a decision stands, and in what order it is with its lock and its record."""
        rules = case.program.rules
        if unknown := unknown_strategy(decision, rules):
            found.append(unknown)
            return None
        standing = standing_of(case.program, case.situation, decision.strategy)
        found += decision_findings(decision, standing, rules)
        found += self._locked(case, decision, standing)
        found += record_findings(case, standing)
        return standing

    def _locked(self, case: Case, decision: Decision, standing: Standing) -> Iterator[Finding]:
        path, where = case.access.folder / lock.NAME, decision.where("strategy")
        if path not in self.locks:
            try:
                self.locks[path] = lock.read_lock(path, shown_from(path, self.start)) or {}
            except LlmAdaptError as error:
                self.locks[path] = error
        entries = self.locks[path]
        if isinstance(entries, LlmAdaptError):
            place = entries.where or where
            yield noted("C506", entries.message, place, lock.NAME, entries.hint or "")
        elif not self.options.update_lock:
            yield from lock_findings(entries.get(_key(case.project)), standing, where)


@cache
def _of_this_process(start: Path, options: CheckOptions) -> _Checker:
    """What each process of a pool has of its own, however many files it checks."""
    return _Checker(start, options)


def _check_one(start: Path, options: CheckOptions, path: Path) -> _Checked:
    return _of_this_process(start, options).file(path)


def _write_locks(checked: list[_Checked], start: Path, root: Path, options: CheckOptions) -> None:
    files = [
        (file, path, shown_from(path, start))
        for file in checked
        if file.read
        for path in [(start / file.path).absolute().parent / lock.NAME]
    ]
    changed: list[str] = []
    for file, path, shown in files:
        entries = lock.read_lock(path, shown) or {}
        for result in file.results:
            before = entries.get(_key(result))
            if before and result.standing and decision_changed(before, result.standing):
                changed.append(f"{result.file} ({result.name})")
    if changed and not options.reason:
        message = f"the rules changed the decision of {', '.join(changed)}"
        raise UsageError(message, None, 'say why that is accepted: --reason "..."')
    for file, path, shown in files:
        lock.update_lock(path, shown, root, partial(_renewed, file, options))


def _renewed(file: _Checked, options: CheckOptions, entries: lock.Entries) -> dict[str, Locked]:
    """The entries with those of a file renewed, and without what it no longer holds."""
    ours, held = f"{file.path.name}#", {_key(result) for result in file.results}
    kept = {k: entry for k, entry in entries.items() if k in held or not k.startswith(ours)}
    for result in file.results:
        if result.standing is not None:
            key, day = _key(result), options.as_of.isoformat()
            kept[key] = locked_again(entries.get(key), result.standing, day, options.reason)
    return kept


def _write_baseline(result: CheckResult, path: Path, root: Path, until: date) -> None:
    accepted = [
        lock.Accepted(mark, f.code, f.project, f.place.file, f.message, until)
        for f, mark in fingerprinted(result, ignored=True)
        if f.ignored is None and catalogue()[f.code].can_ignore
    ]
    lock.write_baseline(path, root, accepted, until)


def _key(project: Project | ProjectResult) -> str:
    return f"{Path(project.file).name}#{project.name}"


def _named(found: list[Finding], project: str) -> list[Finding]:
    return in_order([replace(finding, project=project) for finding in found])
