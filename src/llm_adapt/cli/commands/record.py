"""`llm-adapt record`: the decision record of a project, in the form of MADR."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from llm_adapt.cli.options import Output
from llm_adapt.cli.output import put
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import UsageError


def record(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="A project file; else the nearest llm-adapt.yaml."),
    ] = None,
    project: Annotated[
        str, typer.Option(metavar="NAME", help="One project of a file that holds several.")
    ] = "",
    output: Output = None,
    rules: Annotated[
        str, typer.Option(metavar="NAME|FOLDER", help="Judge by this rule set, not the file's own.")
    ] = "",
) -> None:
    """Write the decision record: where the project file says (`record: FILE`), or here.

    `llm-adapt check` says when it is out of step.

    Examples:
        llm-adapt record

        llm-adapt record services/bot/llm-adapt.yaml -o docs/decisions/0007-adapt-model.md
    """
    from llm_adapt.usecases.check import CheckOptions
    from llm_adapt.usecases.record import records

    options = CheckOptions(as_of=as_of_day(None), rules=rules)
    found = records(file, project, Path.cwd(), options)
    if output is not None and len(found) > 1:
        raise UsageError("several records cannot go to one file", None, "name one with --project")
    for target, text in found.items():
        put(text, output or (Path(target) if target else None))
        if target and output is None:
            sys.stderr.write(f"wrote {target}\n")
