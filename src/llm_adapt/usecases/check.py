"""The CI check: project files in, findings out. One broken file does not stop the others."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, UsageError, faults_of
from llm_adapt.files import lock
from llm_adapt.files.evidence.access import Access
from llm_adapt.files.findings import catalogue, noted
from llm_adapt.files.project_file import ProjectFile
from llm_adapt.files.project_find import find_files, repository_root
from llm_adapt.report.check_rows import fingerprinted
from llm_adapt.rules.check import CheckResult, Held, ProjectResult, Standing
from llm_adapt.rules.finding import Finding, in_order
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import Locked, Project
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
from llm_adapt.usecases.outcome import FailOn, outcome
from llm_adapt.usecases.project import Case, Workplace, shown_from


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
    fail_on: FailOn | None = None
    strict: bool = False
    min_stability: float | None = None
    changed_since: str = ""
    jobs: int = 1
    baseline_until: date | None = None
    # What `--fix` is to mend has no use for what was accepted before.
    use_baseline: bool = True


@dataclass(slots=True)
class _Checked:
    """What one file came to: its projects, and the decisions to lock."""

    path: Path
    results: list[ProjectResult] = field(default_factory=list[ProjectResult])
    names: set[str] = field(default_factory=set[str])
    to_lock: dict[str, Standing] = field(default_factory=dict[str, Standing])
    changed: list[str] = field(default_factory=list[str])


def check(patterns: list[str], start: Path, options: CheckOptions) -> CheckResult:
    """The project files that names and patterns take, seen from a folder, checked.

    Raises:
        LlmAdaptError: There is no project file, or a lock file cannot be written.
        UsageError: The rules changed a decision, and no reason says why that is accepted.
    """
    workplace = workplace_of(start, options)
    settings, root = workplace.settings(start), repository_root(start)
    paths = find_files(patterns, start)
    if options.changed_since:
        from llm_adapt.usecases.changed import changed_since, touched  # noqa: PLC0415 (few ask)

        changes = changed_since(root, options.changed_since)
        paths = [path for path in paths if touched(workplace, path, changes)]
    checked = _checked(paths, start, options)
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
    fail_on = options.fail_on or FailOn.named(settings.fail_on or "error")
    fail_on = replace(fail_on, strict=fail_on.strict or options.strict)
    least = options.min_stability
    least = (settings.min_stability or 0.0) if least is None else least
    skipped = bool(options.changed_since and not paths)
    comes_to = "done" if skipped else outcome(result, fail_on, least)
    return replace(result, outcome=comes_to, fails=fail_on.least)


def workplace_of(start: Path, options: CheckOptions) -> Workplace:
    """The place to read from that these options allow."""
    return Workplace(
        start,
        rules=options.rules,
        outside=options.allow_outside,
        commands=options.allow_commands,
    )


def _checked(paths: list[Path], start: Path, options: CheckOptions) -> list[_Checked]:
    if options.jobs > 1 and len(paths) > options.jobs:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (few ask for it)

        size = max(1, len(paths) // (options.jobs * 8))
        with ProcessPoolExecutor(options.jobs) as pool:
            return list(pool.map(partial(_check_one, start, options), paths, chunksize=size))
    checker = _Checker(start, options)
    return [checker.file(path) for path in paths]


def _check_one(start: Path, options: CheckOptions, path: Path) -> _Checked:
    return _of_this_process(start, options).file(path)


class _Checker:
    """Rule sets and lock files are read once, however many projects use them."""

    def __init__(self, start: Path, options: CheckOptions) -> None:
        self.start = start
        self.options = options
        self.workplace = workplace_of(start, options)
        self.locks: dict[Path, lock.Entries | LlmAdaptError] = {}

    def file(self, path: Path) -> _Checked:
        """Every project of one file."""
        done = _Checked(path)
        folder = (self.start / path).absolute().parent
        try:
            found = self.workplace.read(path)
        except LlmAdaptError as error:
            place = Location(shown_from(self.start / path, self.start))
            done.results.append(self._broken(folder.name, error, place))
            return done
        access = self.workplace.access(folder)
        for project in found.projects:
            done.names.add(_key(project))
            done.results.append(self._project(project, found, access, done))
        return done

    def _broken(self, name: str, error: LlmAdaptError, place: Location) -> ProjectResult:
        """A project that cannot be checked; faults of a rule set are told in its own files."""
        found: list[Finding] = []
        for fault in faults_of(error):
            where = fault.where or place
            where = replace(where, file=shown_from(self.start / where.file, self.start))
            found.append(noted("C101", fault.message, where, "", fault.hint or ""))
        return ProjectResult(name, place.file, tuple(_named(found, name)))

    def _project(
        self, project: Project, file: ProjectFile, access: Access, done: _Checked
    ) -> ProjectResult:
        try:
            case = self.workplace.case(project, file, access)
        except LlmAdaptError as error:
            place = file.document.place((*project.path, "rules"))
            return self._broken(project.name, error, place)
        found: list[Finding] = list(case.faults)
        held: list[Held] = []
        standing: Standing | None = None
        if not case.faults:
            holding = Holding(
                case.program,
                case.situation,
                access,
                self.options.as_of,
                case.answers_file,
                case.answers_path,
            )
            held = [holding.hold(assumption) for assumption in project.assumptions]
            standing = self._decision(case, found)
            found += holding.findings
        found += date_findings(project, self.options.as_of, self.options.due_within)
        if standing is not None:
            found += self._locked(project, standing, done, access.folder)
            found += record_findings(case, standing)
        if project.decision is None and not project.assumptions:
            message = "there is no decision and no assumption here"
            found.append(noted("C103", message, project.where()))
        found = weighed(found, self.workplace.settings(access.folder))
        found = with_ignores(found, project.ignore, self.options.as_of)
        titles = {name: entry.title for name, entry in case.program.rules.strategies.items()}
        told = tuple(_named(found, project.name))
        return ProjectResult(project.name, project.file, told, tuple(held), standing, titles)

    def _decision(self, case: Case, found: list[Finding]) -> Standing | None:
        decision, rules = case.project.decision, case.program.rules
        if decision is None:
            return None
        unknown = unknown_strategy(decision, rules)
        if unknown is not None:
            found.append(unknown)
            return None
        standing = standing_of(case.program, case.situation, decision.strategy)
        found += decision_findings(decision, standing, rules)
        return standing

    def _locked(
        self, project: Project, standing: Standing, done: _Checked, folder: Path
    ) -> list[Finding]:
        entries, key = self._lock(folder), _key(project)
        assert project.decision is not None  # noqa: S101 (only a decision is locked)
        where = project.decision.where("strategy")
        if isinstance(entries, LlmAdaptError):
            place = entries.where or where
            return [noted("C506", entries.message, place, lock.NAME, entries.hint or "")]
        before = entries.get(key)
        if not self.options.update_lock:
            return list(lock_findings(before, standing, where))
        done.to_lock[key] = standing
        if before is not None and decision_changed(before, standing):
            done.changed.append(f"{project.file} ({project.name})")
        return []

    def _lock(self, folder: Path) -> lock.Entries | LlmAdaptError:
        if folder not in self.locks:
            path = folder / lock.NAME
            try:
                self.locks[folder] = lock.read_lock(path, shown_from(path, self.start)) or {}
            except LlmAdaptError as error:
                self.locks[folder] = error
        return self.locks[folder]


@cache
def _of_this_process(start: Path, options: CheckOptions) -> _Checker:
    """What each process of a pool has of its own, however many files it checks."""
    return _Checker(start, options)


def _write_locks(checked: list[_Checked], start: Path, root: Path, options: CheckOptions) -> None:
    changed = [name for file in checked for name in file.changed]
    if changed and not options.reason:
        message = f"the rules changed the decision of {', '.join(changed)}"
        raise UsageError(message, None, 'say why that is accepted: --reason "..."')
    for file in checked:
        if file.names:
            path = (start / file.path).absolute().parent / lock.NAME
            change = partial(_renewed, file, options)
            lock.update_lock(path, shown_from(path, start), root, change)


def _renewed(file: _Checked, options: CheckOptions, entries: lock.Entries) -> dict[str, Locked]:
    """The entries with those of a file renewed, and without what it no longer holds."""
    ours = f"{file.path.name}#"
    kept = {k: entry for k, entry in entries.items() if k in file.names or not k.startswith(ours)}
    day = options.as_of.isoformat()
    renewed = {
        key: locked_again(entries.get(key), standing, day, options.reason)
        for key, standing in file.to_lock.items()
    }
    return {**kept, **renewed}


def _write_baseline(result: CheckResult, path: Path, root: Path, until: date) -> None:
    accepted = [
        lock.Accepted(mark, f.code, f.project, f.place.file, f.message, until)
        for f, mark in fingerprinted(result, ignored=True)
        if f.ignored is None and catalogue()[f.code].can_ignore
    ]
    lock.write_baseline(path, root, accepted, until)


def _key(project: Project) -> str:
    return f"{Path(project.file).name}#{project.name}"


def _named(found: list[Finding], project: str) -> list[Finding]:
    return in_order([replace(finding, project=project) for finding in found])
