"""The decision record of a project: its text, and whether the written one keeps step."""

from collections.abc import Iterator

from llm_adapt.decide.advise import Adviser
from llm_adapt.decide.reasons import Reasons
from llm_adapt.files.evidence.access import EvidenceError, read_text
from llm_adapt.report.madr import Option, record_mark, record_text
from llm_adapt.rules.check import Noted, Standing, noted
from llm_adapt.rules.location import Location
from llm_adapt.rules.question import shown
from llm_adapt.usecases.checks.stand import status_of
from llm_adapt.usecases.project import Case


def record_of(case: Case, standing: Standing) -> str:
    """The record of a project as it stands now."""
    adviser = Adviser(case.program, case.situation)
    told = Reasons(case.program, adviser.values, adviser.state)
    options = [
        Option(name, status_of(adviser, name).value, told.about(name)) for name in adviser.order
    ]
    values = adviser.values
    answers = {name: shown(values[name]) for name in case.program.rules.questions if name in values}
    return record_text(case.project, standing, options, answers, case.program.rules)


def record_findings(case: Case, standing: Standing) -> Iterator[Noted]:
    """Whether the record that the project names is there, and of this decision."""
    name = case.project.record
    if not name:
        return
    folder = case.project.file.rpartition("/")[0]
    where = Location(f"{folder}/{name}" if folder else name)
    try:
        written = read_text(case.access.file(name), name)
    except EvidenceError as error:
        code = "C702" if error.code == "C302" else error.code
        yield noted(code, f"the decision record: {error.message}", case.project.where, name)
        return
    if record_mark(written) != record_mark(record_of(case, standing)):
        yield noted("C701", f"{name} tells of another state than this one", where, name)
