"""Decision records of the projects of a project file."""

from pathlib import Path

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.evidence.access import EvidenceError
from llm_adapt.files.project_find import find_files
from llm_adapt.usecases.check import Checker, CheckOptions
from llm_adapt.usecases.checks.decision import unknown_strategy
from llm_adapt.usecases.checks.record import record_of
from llm_adapt.usecases.checks.stand import standing_of
from llm_adapt.usecases.project import Case


def records(file: str | None, project: str, start: Path, options: CheckOptions) -> dict[str, str]:
    """The text of each record by the file it belongs in; without a file under the name "".

    Raises:
        LlmAdaptError: A file cannot be read, there is nothing decided, or nowhere to write.
    """
    checker = Checker(start, options)
    found: dict[str, str] = {}
    for path in find_files([file] if file else [], start):
        for case in checker.cases(path):
            if project in {"", case.project.name}:
                found[_target(case)] = _text(case)
    if not found:
        raise LlmAdaptError(f"there is no project {project}", None, "see the project file")
    return found


def _text(case: Case) -> str:
    decision, faults = case.project.decision, case.faults
    raise_all([LlmAdaptError(n.finding.message, n.finding.where, n.finding.hint) for n in faults])
    if decision is None:
        hint = "add decision: {strategy: ...}"
        raise LlmAdaptError("nothing is decided here", case.project.where, hint)
    unknown = unknown_strategy(decision, case.program.rules)
    if unknown is not None:
        raise LlmAdaptError(unknown.finding.message, decision.where, unknown.finding.hint)
    return record_of(case, standing_of(case.program, case.situation, decision.strategy))


def _target(case: Case) -> str:
    """Where the record goes; a record outside the repository is refused like evidence there."""
    name, access = case.project.record, case.access
    if not name:
        return ""
    path = (access.folder / name).resolve()
    if not access.outside and not path.is_relative_to(access.root):
        raise EvidenceError("C304", f"{name} leads out of the repository", None)
    if not path.parent.is_dir():
        raise LlmAdaptError(f"there is no folder for {name}", case.project.where, "make it first")
    return str(path)
