"""`llm-adapt rules verify`: prove a rule set sound, or show where it is not."""

from enum import StrEnum
from typing import Annotated

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import Force, Output, TextOrJson
from llm_adapt.cli.output import DASH, coloured, put
from llm_adapt.cli.today import as_of_day
from llm_adapt.rules.finding import Severity


class FailOn(StrEnum):
    """The least severe finding that makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME|FOLDER]...", help="Rule sets; without any, current."),
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The least severe finding that makes the exit code 1.")
    ] = FailOn.WARNING,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Also check the age of sources, as of this day."),
    ] = None,
    shelf_life: Annotated[
        int,
        typer.Option(
            metavar="DAYS", min=1, max=36_500, help="After how many days a source is old."
        ),
    ] = 1095,
    most_questions: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Simulate interviews; none may ask more."),
    ] = None,
    steps: Annotated[
        int, typer.Option(metavar="N", min=1, help="Steps that each search may take.")
    ] = 500_000,
    output_format: Annotated[
        TextOrJson, typer.Option("--format", "-f", help="How to write it.")
    ] = TextOrJson.TEXT,
    output: Output = None,
    force: Force = False,
) -> int:
    """Check a rule set over its whole answer space; each finding comes with a situation.

    Examples:
        llm-adapt rules verify

        llm-adapt rules verify ./my-rules --as-of 2026-12-31 --fail-on note
    """
    from llm_adapt.report.findings_json import verified_json
    from llm_adapt.report.findings_text import verified_text
    from llm_adapt.usecases.verify import verify_rules
    from llm_adapt.verify.subject import Options

    day = None if as_of is None else as_of_day(as_of)
    options = Options(steps=steps, as_of=day, shelf_life_days=shelf_life, cap=most_questions)
    found = [verify_rules(name, options) for name in names or ["current"]]
    if output_format is TextOrJson.JSON:
        written = verified_json(found)
    else:
        colour = coloured() and output in {None, DASH}
        written = "\n".join(verified_text(verified, colour=colour) for verified in found)
    put(written, output, force=force)
    least = None if fail_on is FailOn.NEVER else Severity(fail_on.value)
    failing = any(verified.failing(least) for verified in found)
    return ExitCode.FINDINGS if failing else ExitCode.DONE
