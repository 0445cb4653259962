"""A project of a project file with its rule set and answers: what check and record work on."""

from dataclasses import dataclass

from llm_adapt.decide.program import Program
from llm_adapt.errors import FaultsError, LlmAdaptError
from llm_adapt.files.answers import situation_of
from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.yaml_file import Document, read_file
from llm_adapt.rules.check import Noted, noted
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.project import Project
from llm_adapt.rules.situation import Situation


@dataclass(frozen=True, slots=True)
class Case:
    """A project with what it is judged by; `faults` are answers that the rule set does not take."""

    project: Project
    program: Program
    situation: Situation
    access: Access
    faults: tuple[Noted, ...]


def case_of(project: Project, document: Document, program: Program, access: Access) -> Case:
    """The project with its answers read.

    Raises:
        LlmAdaptError: The file of its answers is missing, outside, or cannot be read.
    """
    path: PlainPath = project.path
    if project.answers:
        document, path = _answers_file(project, document, access), ()
    try:
        situation = situation_of(document, program.rules.questions, path)
    except LlmAdaptError as error:
        faults = error.faults if isinstance(error, FaultsError) else [error]
        told = [
            noted("C102", fault.message, fault.where or project.where, "", fault.hint or "")
            for fault in faults
        ]
        return Case(project, program, Situation(), access, tuple(told))
    return Case(project, program, situation, access, ())


def _answers_file(project: Project, document: Document, access: Access) -> Document:
    where = document.place((*project.path, "answers"))
    try:
        path = access.file(project.answers)
    except EvidenceError as error:
        raise LlmAdaptError(f"the answers: {error.message}", where, error.hint) from None
    folder = document.name.rpartition("/")[0]
    shown = f"{folder}/{project.answers}" if folder else project.answers
    return read_file(path, shown)
