"""`llm-adapt rules test`: run the examples and cases of a rule set."""

# ruff: noqa: PT028 (the command is called test)

from pathlib import Path
from typing import Annotated

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import Force, Output, TextOrJson
from llm_adapt.cli.output import DASH, coloured, put


def test(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME|FOLDER]...", help="Rule sets; without any, current."),
    ] = None,
    select: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only tests with this text in their id.")
    ] = "",
    cases: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Projects with answers and what worked; they are tests, too."
        ),
    ] = None,
    mutation: Annotated[
        bool, typer.Option("--mutation", help="Also put small faults in: do the tests notice?")
    ] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="Also list what the shares leave out.")
    ] = False,
    fail_under: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE", min=0, max=1, help="The least of each share that is printed."
        ),
    ] = None,
    output_format: Annotated[
        TextOrJson, typer.Option("--format", "-f", help="How to write it.")
    ] = TextOrJson.TEXT,
    output: Output = None,
    force: Force = False,
) -> int:
    """Run every rule's examples and all cases of a rule set, and say what they cover.

    Examples:
        llm-adapt rules test

        llm-adapt rules test article current --mutation --fail-under 0.8

        llm-adapt rules test ./my-rules -k labels

        llm-adapt rules test current --cases my-projects --missing
    """
    from llm_adapt.report.findings_json import tested_json
    from llm_adapt.report.findings_text import cases_text
    from llm_adapt.usecases.cases import run_tests

    found = [
        run_tests(name, select, mutate=mutation, projects=cases) for name in names or ["current"]
    ]
    if output_format is TextOrJson.JSON:
        written = tested_json(found)
    else:
        colour = coloured() and output in {None, DASH}
        written = "\n".join(cases_text(tested, missing=missing, colour=colour) for tested in found)
    put(written, output, force=force)
    failing = any(tested.failing(fail_under) for tested in found)
    return ExitCode.FINDINGS if failing else ExitCode.DONE
