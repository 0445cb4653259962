"""A project of a project file with its rule set and answers: what check and record work on."""

import os
from functools import cache
from pathlib import Path
from typing import cast

from llm_adapt.decide.program import Program
from llm_adapt.errors import LlmAdaptError, UsageError, faults_of
from llm_adapt.files import lock, settings
from llm_adapt.files.answers import situation_of
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.evidence.age import git
from llm_adapt.files.findings import noted
from llm_adapt.files.project_file import ProjectFile, read_project_file
from llm_adapt.files.project_find import repository_root
from llm_adapt.files.settings import Settings, read_settings
from llm_adapt.files.yaml_file import Document, read_file
from llm_adapt.rules.finding import Finding
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.project import Project
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import quoted
from llm_adapt.usecases.advise import program_for


@record(frozen=True)
class Case:
    """A project with what it is judged by; `faults` are answers that the rule set does not take."""

    project: Project
    program: Program
    situation: Situation
    access: Access
    faults: tuple[Finding, ...]
    answers_file: str
    answers_path: PlainPath


class Workplace:
    """Where project files are read: rule sets, settings and roots, each of them looked up once."""

    def __init__(
        self, start: Path, *, rules: str = "", outside: bool = False, commands: bool = False
    ) -> None:
        self.start = start
        self.rules = rules
        self.outside = outside
        self.commands = commands
        self._programs: dict[str, Program | LlmAdaptError] = {}
        # The root of the repository that a folder belongs to, and what its settings ask for.
        self.root = cache(repository_root)
        self._settings = cache(read_settings)

    def read(self, path: Path) -> ProjectFile:
        """A project file.

        Raises:
            LlmAdaptError: It cannot be read, or is no ordinary file.
        """
        full = self.start / path
        shown = shown_from(full, self.start)
        if full.exists() and not (full.is_file() or full.is_dir()):
            raise LlmAdaptError("this is not an ordinary file", Location(shown))
        return read_project_file(full, shown)

    def access(self, folder: Path) -> Access:
        """The way to evidence from a folder."""
        return Access(folder.resolve(), self.root(folder), self.outside, self.commands)

    def settings(self, folder: Path) -> Settings:
        """What the organisation asks for.

        Raises:
            LlmAdaptError: Its settings are not what they may be.
        """
        return self._settings(self.root(folder))

    def program(self, project: Project, folder: Path) -> Program:
        """The rule set of a project, compiled once.

        Raises:
            LlmAdaptError: There is none of that name, it has faults, lies outside the repository,
                or is not the one that the settings pin.
        """
        asked = self.settings(folder)
        name, home = project.rules, cast("Path | None", folder)
        if self.rules:
            name, home = self.rules, None
        elif not name:
            name, home = asked.rules or "current", self.root(folder)
        if name in PROFILES:
            home = None
        try:
            key = name if home is None else os.path.realpath(home / name)
            if key not in self._programs:
                self._programs[key] = self._loaded(name, home)
        except LlmAdaptError as error:
            self._programs[key] = error
        except (OSError, ValueError):
            message = f"the rules {quoted(name)} cannot be looked for"
            raise LlmAdaptError(message, None, "name a rule set or a folder") from None
        found = self._programs[key]
        if isinstance(found, LlmAdaptError):
            raise found
        if asked.rules_digest and found.rules.digest != asked.rules_digest and not self.rules:
            message = f"the rule set {name} has the digest {found.rules.digest}"
            raise LlmAdaptError(message, None, f"the settings pin {asked.rules_digest}")
        return found

    def _loaded(self, name: str, home: Path | None) -> Program:
        if name in PROFILES and not self.rules:
            return program_for(name)
        # Most projects name none of these.
        from llm_adapt.usecases.rulebook.revision import (  # noqa: PLC0415
            SUFFIXES,
            rules_at,
            rules_in,
        )

        if home is None:
            return Program(rules_at(name))
        revision, colon, below = name.partition(":")
        if revision.endswith(SUFFIXES) and (home / revision).is_file():
            self._stay_inside(home, revision)
            return Program(rules_in(home / revision, below))
        if colon and revision and not (home / name).exists():
            return Program(rules_at(f"{revision}:{below}", home))
        if not (home / name).is_dir():
            # Never looked for from where the check runs; the name cannot be that of a folder.
            return program_for(name.replace("/", ":") if Path(name).exists() else name)
        self._stay_inside(home, name)
        return program_for(str(home / name))

    def _stay_inside(self, home: Path, name: str) -> None:
        """Refuse rules that lead out of the repository, before a word of them is read."""
        if self.outside:
            return
        root, folder = self.root(home), home / name
        for path in [folder, *(Path(f, n) for f, _, names in os.walk(folder) for n in names)]:
            if not path.resolve().is_relative_to(root) and not _shipped(path):
                message = f"the rules {name} lead out of the repository"
                raise LlmAdaptError(message, None, "bring them in, or allow it: --allow-outside")

    def touched(self, path: Path, changes: set[Path]) -> bool:
        """Whether a change may alter what a project file comes to: rather once too often."""
        full = (self.start / path).resolve()
        root = self.root(full.parent)
        if changes & {full, full.parent / lock.NAME, *(root / name for name in settings.NAMES)}:
            return True
        try:
            projects = self.read(path).projects
        except LlmAdaptError:
            return True
        named = {name for project in projects for name in (project.rules, project.record)}
        named |= {project.answers for project in projects if isinstance(project.answers, str)}
        for evidence in (a.evidence for project in projects for a in project.assumptions):
            # A pattern or a command may read anything below the folder.
            anything = evidence.runs or set("*?[") & set(evidence.path)
            named |= {*evidence.files, *(["."] if anything else [])}
        places = [(full.parent / name).resolve() for name in named if name]
        places += [root / shared for shared in [self.settings(full.parent).rules] if shared]
        return any(change.is_relative_to(place) for place in places for change in changes)

    def case(self, project: Project, file: ProjectFile) -> Case:
        """The project with its answers read.

        Raises:
            LlmAdaptError: Its rules or the file of its answers are missing, outside, or unreadable.
        """
        document: Document = file.document
        access = self.access((self.start / document.name).absolute().parent)
        program = self.program(project, access.folder)
        path: PlainPath = project.path
        if isinstance(project.answers, str):
            document, path = _answers_file(project, document, access), ()
        try:
            situation = situation_of(document, program.rules.questions, path)
        except LlmAdaptError as error:
            faults = faults_of(error)
            told = [
                noted("C102", fault.message, fault.where or project.where(), "", fault.hint or "")
                for fault in faults
            ]
            return Case(project, program, Situation(), access, tuple(told), document.name, ())
        framed = isinstance(document.data, dict) and (path or "answers" in document.data)
        path = (*path, "answers") if framed else path
        return Case(project, program, situation, access, (), document.name, path)


def _shipped(path: Path) -> bool:
    from llm_adapt.files.rulebook import profile_folder  # noqa: PLC0415 (only for a link outside)

    return any(path.resolve().is_relative_to(profile_folder(name).resolve()) for name in PROFILES)


def _answers_file(project: Project, document: Document, access: Access) -> Document:
    where, name = document.place((*project.path, "answers")), str(project.answers)
    try:
        path, _ = access.one(name)
    except EvidenceError as error:
        raise LlmAdaptError(f"the answers: {error.message}", where, error.hint) from None
    folder = document.name.rpartition("/")[0]
    return read_file(path, f"{folder}/{name}" if folder else name)


def shown_from(path: Path, start: Path) -> str:
    """A path as it is told: from where the command was called."""
    try:
        return path.absolute().relative_to(start.absolute()).as_posix()
    except ValueError:
        return path.as_posix()


def changed_since(root: Path, revision: str) -> set[Path]:
    """What differs from a revision: committed, not committed, or new.

    Raises:
        UsageError: Git cannot say it.
    """
    if revision.startswith("-"):
        raise UsageError(f"{revision} names no revision", None, "write for example origin/main")
    try:
        # From where the branches parted: what others changed meanwhile is not this change.
        base = git(root, "merge-base", revision, "HEAD").strip()
        named = git(root, "diff", "--name-only", "--no-renames", "-z", base, "--").split("\0")
        named += git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    except EvidenceError as error:
        message = f"--changed-since {revision}: {error.message}"
        raise UsageError(message, None, "fetch the whole history (fetch-depth: 0)") from None
    return {root / name for name in named if name}
