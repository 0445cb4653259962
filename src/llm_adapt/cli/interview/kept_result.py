"""What `save FILE` writes after an interview: the file's name says in which form."""

from pathlib import Path

from llm_adapt.cli.advice_forms import FORM_OF_SUFFIX, written
from llm_adapt.cli.today import as_of_day
from llm_adapt.decide.program import Program
from llm_adapt.errors import UsageError
from llm_adapt.rules.situation import Situation

PROJECT = "llm-adapt.yaml"
REVIEW_IN_DAYS = 180


def kept_result(path: Path, program: Program, situation: Situation) -> str | None:
    """The text of a report (`.md`, `.html`, `.json`) or of a project file (`llm-adapt.yaml`).

    Any other name is for the answers alone, which gives nothing here.

    Raises:
        UsageError: A project file is there already.
    """
    if (form := FORM_OF_SUFFIX.get(path.suffix)) is not None:
        from llm_adapt.usecases.advise import advise

        return written(advise(program, situation), program.rules, form, path)
    if path.name != PROJECT:
        return None
    if path.exists():
        raise UsageError(f"{path} is there already", None, "move it away first")
    from llm_adapt.usecases.init import NewProject, project_yaml

    new = NewProject(
        name=path.absolute().parent.name or "project",
        rules=program.rules.name,
        strategy="",
        by="",
        dissent="",
        since=as_of_day(None),
        review_in_days=REVIEW_IN_DAYS,
    )
    return project_yaml(program, situation, new)[0]
