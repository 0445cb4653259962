"""The decision record of a project: its text, where it goes, and whether it still keeps step."""

from collections.abc import Iterator
from pathlib import Path

from llm_adapt.decide.advice import Adviser
from llm_adapt.errors import LlmAdaptError, UsageError, raise_all
from llm_adapt.files.evidence.access import EvidenceError, decoded, whole
from llm_adapt.files.evidence.limits import MAX_PARSED
from llm_adapt.files.findings import noted
from llm_adapt.files.project_find import find_files
from llm_adapt.report.madr import Option, record_mark, record_text
from llm_adapt.rules.check import Standing
from llm_adapt.rules.finding import Finding
from llm_adapt.rules.value import shown
from llm_adapt.usecases.checks.decision import standing_of, unknown_strategy
from llm_adapt.usecases.project import Case, Workplace


def record(
    file: str | None, name: str, place: Workplace, *, force: bool = False
) -> tuple[str, Path | None]:
    """The text of the record of one project, and the file that the project names for it.

    Raises:
        LlmAdaptError: A file cannot be read, nothing is decided, or the record may not go there.
        UsageError: There are several projects, and none is named.
    """
    cases = [
        (project, found)
        for path in find_files([file] if file else [], place.start)
        for found in [place.read(path)]
        for project in found.projects
        if name in {"", project.name}
    ]
    if not cases:
        raise LlmAdaptError(f"there is no project {name}", None, "see the project file")
    if len(cases) > 1:
        names = ", ".join(f"{project.name} ({project.file})" for project, _ in cases)
        hint = "name one of them: --project NAME, or its file"
        raise UsageError(f"there are several projects: {names}", None, hint)
    case = place.case(*cases[0])
    decision = case.project.decision
    raise_all([LlmAdaptError(f.message, f.where, f.hint) for f in case.faults])
    if decision is None:
        hint = "add decision: {strategy: ...}"
        raise LlmAdaptError("nothing is decided here", case.project.where(), hint)
    unknown = unknown_strategy(decision, case.program.rules)
    if unknown is not None:
        raise LlmAdaptError(unknown.message, unknown.where, unknown.hint)
    standing = standing_of(case.program, case.situation, decision.strategy)
    return record_of(case, standing), _target(case, force=force)


def _target(case: Case, *, force: bool) -> Path | None:
    """Where the record goes: inside the repository, and over nothing but an earlier record."""
    name, access, where = case.project.record, case.access, case.project.where("record")
    if not name:
        return None
    path = (access.folder / name).resolve()
    if not access.outside and not path.is_relative_to(access.root):
        raise LlmAdaptError(f"the record {name} leads out of the repository", where)
    if not path.parent.is_dir():
        raise LlmAdaptError(f"there is no folder for {name}", where, "make it first")
    if path.exists() and not force and not _is_record(path, name):
        message = f"{name} is there already, and is no decision record"
        raise LlmAdaptError(message, where, "name another file, or overwrite it: --force")
    return path


def _is_record(path: Path, name: str) -> bool:
    try:
        return bool(record_mark(decoded(whole(path, name, MAX_PARSED), name)))
    except EvidenceError:
        return False


def record_of(case: Case, standing: Standing) -> str:
    """The record of a project as it stands now."""
    adviser = Adviser(case.program, case.situation)
    options = [
        Option(name, adviser.status(name).value, adviser.reasons.about(name))
        for name in adviser.order
    ]
    values = adviser.values
    answers = {name: shown(values[name]) for name in case.program.rules.questions if name in values}
    return record_text(case.project, standing, options, answers, case.program.rules)


def record_findings(case: Case, standing: Standing) -> Iterator[Finding]:
    """Whether the record that the project names is there, and of this decision."""
    name, where = case.project.record, case.project.where("record")
    if not name:
        return
    try:
        path, shown_name = case.access.one(name)
        written = decoded(whole(path, shown_name, MAX_PARSED), shown_name)
    except EvidenceError as error:
        code = "C702" if error.code == "C302" else error.code
        yield noted(code, f"the decision record: {error.message}", where, name)
        return
    if record_mark(written) != record_mark(record_of(case, standing)):
        yield noted("C701", f"{name} tells of another state than this one", where, name)
