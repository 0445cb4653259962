"""The CI check: project files in, findings out. One broken file does not stop the others."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from llm_adapt.decide.program import Program
from llm_adapt.errors import FaultsError, LlmAdaptError, UsageError
from llm_adapt.files import lock
from llm_adapt.files.evidence.access import Access
from llm_adapt.files.project_file import ProjectFile, read_project_file
from llm_adapt.files.project_find import find_files, repository_root
from llm_adapt.rules.check import CheckResult, Held, Noted, ProjectResult, Standing, noted
from llm_adapt.rules.finding import in_order
from llm_adapt.rules.location import Location
from llm_adapt.rules.project import Locked, Project
from llm_adapt.usecases.advise import program_for
from llm_adapt.usecases.checks.assumptions import Holding
from llm_adapt.usecases.checks.dates import review_findings
from llm_adapt.usecases.checks.decision import decision_findings, unknown_strategy
from llm_adapt.usecases.checks.ignores import with_ignores
from llm_adapt.usecases.checks.locked import decision_changed, lock_findings, locked_again
from llm_adapt.usecases.checks.record import record_findings
from llm_adapt.usecases.checks.stand import standing_of
from llm_adapt.usecases.project import Case, case_of


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check; `rules` wins over what the project files say."""

    as_of: date
    rules: str = ""
    due_within: int = 14
    allow_outside: bool = False
    allow_commands: bool = False
    update_lock: bool = False
    reason: str = ""


@dataclass(slots=True)
class _Lock:
    """The lock file of a folder; `entries` are absent when there is none."""

    path: Path
    entries: lock.Entries | None = None
    fault: LlmAdaptError | None = None
    renewed: lock.Entries = field(default_factory=dict[str, Locked])
    changed: list[str] = field(default_factory=list[str])

    def forget(self, file: ProjectFile) -> None:
        """Take out what the file no longer holds."""
        names = {_key(project) for project in file.projects}
        ours = f"{file.path.name}#"
        self.renewed = {
            key: entry
            for key, entry in self.renewed.items()
            if key in names or not key.startswith(ours)
        }


def check(patterns: list[str], start: Path, options: CheckOptions) -> CheckResult:
    """The project files that names and patterns take, seen from a folder, checked.

    Raises:
        LlmAdaptError: There is no project file, or a lock file cannot be written.
        UsageError: The rules changed a decision, and no reason says why that is accepted.
    """
    checker = Checker(start, options)
    results = [result for path in find_files(patterns, start) for result in checker.file(path)]
    checker.write_locks()
    root = repository_root(start)
    base = start.resolve().relative_to(root).as_posix()
    return CheckResult(tuple(results), options.as_of, "" if base == "." else base)


class Checker:
    """One run: rule sets and lock files are read once, however many projects use them."""

    def __init__(self, start: Path, options: CheckOptions) -> None:
        self.start = start
        self.options = options
        self.programs: dict[str, Program | LlmAdaptError] = {}
        self.locks: dict[Path, _Lock] = {}
        self.roots: dict[Path, Path] = {}

    def file(self, path: Path) -> list[ProjectResult]:
        """Every project of one file."""
        shown = _shown(self.start / path, self.start)
        try:
            found = read_project_file(self.start / path, shown)
        except LlmAdaptError as error:
            return [
                self._broken((self.start / path).absolute().parent.name, error, Location(shown))
            ]
        access = self._access((self.start / path).absolute().parent)
        kept = self._lock(access.folder)
        kept.forget(found)
        results: list[ProjectResult] = []
        for project in found.projects:
            try:
                program = self.program(project, access.folder)
                case = case_of(project, found.document, program, access)
            except LlmAdaptError as error:
                place = found.document.place((*project.path, "rules"))
                results.append(self._broken(project.name, error, place))
                continue
            results.append(self._project(case, kept))
        return results

    def _broken(self, name: str, error: LlmAdaptError, place: Location) -> ProjectResult:
        """A project that cannot be checked; faults of a rule set are told in its own files."""
        found: list[Noted] = []
        for fault in error.faults if isinstance(error, FaultsError) else [error]:
            where = fault.where or place
            where = replace(where, file=_shown(self.start / where.file, self.start))
            told = noted("C101", fault.message, where, "", fault.hint or "")
            found.append(replace(told, project=name))
        return ProjectResult(name, place.file, tuple(_ordered(found)))

    def cases(self, path: Path) -> list[Case]:
        """Every project of one file, with its rule set and answers.

        Raises:
            LlmAdaptError: The file or one of its projects cannot be read.
        """
        found = read_project_file(self.start / path, _shown(self.start / path, self.start))
        access = self._access((self.start / path).absolute().parent)
        return [
            case_of(project, found.document, self.program(project, access.folder), access)
            for project in found.projects
        ]

    def program(self, project: Project, folder: Path) -> Program:
        """The rule set of a project, compiled once.

        Raises:
            LlmAdaptError: There is none of that name, or it has faults.
        """
        name = self.options.rules or project.rules or "current"
        if not self.options.rules and (folder / name).is_dir():
            name = str(folder / name)
        if name not in self.programs:
            try:
                self.programs[name] = program_for(name)
            except LlmAdaptError as error:
                self.programs[name] = error
        found = self.programs[name]
        if isinstance(found, LlmAdaptError):
            raise found
        return found

    def _access(self, folder: Path) -> Access:
        if folder not in self.roots:
            self.roots[folder] = repository_root(folder)
        options = self.options
        root = self.roots[folder]
        return Access(folder, root, options.allow_outside, options.allow_commands)

    def _lock(self, folder: Path) -> _Lock:
        if folder not in self.locks:
            path = folder / lock.NAME
            kept = _Lock(path)
            try:
                kept.entries = lock.read_lock(path, _shown(path, self.start))
            except LlmAdaptError as error:
                kept.fault = error
            kept.renewed = dict(kept.entries or {})
            self.locks[folder] = kept
        return self.locks[folder]

    def _project(self, case: Case, kept: _Lock) -> ProjectResult:
        project, rules = case.project, case.program.rules
        holding = Holding(case.program, case.situation, case.access, self.options.as_of)
        titles = {name: strategy.title for name, strategy in rules.strategies.items()}
        found: list[Noted] = list(case.faults)
        held: list[Held] = []
        standing: Standing | None = None
        if not case.faults:
            held = [holding.hold(assumption) for assumption in project.assumptions]
            standing = self._decision(case, found)
            found += holding.findings
        found += review_findings(project, self.options.as_of, self.options.due_within)
        if standing is not None and project.decision is not None:
            found += self._locked(project, standing, kept)
            found += record_findings(case, standing)
        if project.decision is None and not project.assumptions:
            message = "there is no decision and no assumption here"
            found.append(noted("C103", message, project.where))
        found = with_ignores(found, project.ignores, self.options.as_of)
        named = tuple(replace(n, project=project.name) for n in _ordered(found))
        return ProjectResult(project.name, project.file, named, tuple(held), standing, titles)

    def _decision(self, case: Case, found: list[Noted]) -> Standing | None:
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

    def _locked(self, project: Project, standing: Standing, kept: _Lock) -> list[Noted]:
        key = _key(project)
        before = (kept.entries or {}).get(key)
        assert project.decision is not None  # noqa: S101 (only a decision is locked)
        where = project.decision.where
        if self.options.update_lock:
            if before is not None and decision_changed(before, standing):
                kept.changed.append(f"{project.file} ({project.name})")
            day, reason = self.options.as_of.isoformat(), self.options.reason
            kept.renewed[key] = locked_again(before, standing, day, reason)
            return []
        if kept.fault is not None:
            place = kept.fault.where or where
            return [noted("C506", kept.fault.message, place, lock.NAME, kept.fault.hint or "")]
        return list(lock_findings(before, standing, where))

    def write_locks(self) -> None:
        """Write the lock files that are to be renewed: all of them, or none.

        Raises:
            LlmAdaptError: One cannot be written.
            UsageError: A decision changed with the rules, and there is no reason.
        """
        if not self.options.update_lock:
            return
        changed = [name for kept in self.locks.values() for name in kept.changed]
        if changed and not self.options.reason:
            message = f"the rules changed the decision of {', '.join(changed)}"
            raise UsageError(message, None, 'say why that is accepted: --reason "..."')
        for kept in self.locks.values():
            if kept.fault is not None or kept.renewed != (kept.entries or {}):
                lock.write_lock(kept.path, kept.renewed)


def _key(project: Project) -> str:
    return f"{Path(project.file).name}#{project.name}"


def _ordered(found: list[Noted]) -> list[Noted]:
    order = {id(told): index for index, told in enumerate(in_order([n.finding for n in found]))}
    return sorted(found, key=lambda n: order[id(n.finding)])


def _shown(path: Path, start: Path) -> str:
    try:
        return path.absolute().relative_to(start.absolute()).as_posix()
    except ValueError:
        return path.as_posix()
