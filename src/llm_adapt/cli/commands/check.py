"""`llm-adapt check`: is the decision still right, and does what it rests on still hold?"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.output import DASH, coloured, put
from llm_adapt.cli.targets import targets
from llm_adapt.cli.today import as_of_day
from llm_adapt.errors import LlmAdaptError

if TYPE_CHECKING:
    from llm_adapt.rules.check import CheckResult


class CheckFormat(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"
    MARKDOWN = "markdown"


class Fails(StrEnum):
    """The lightest finding that fails a run."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


_WEIGHT = {"error": 3, "warning": 2, "note": 1, "never": 4}
_CODES = {
    "done": ExitCode.DONE,
    "findings": ExitCode.FINDINGS,
    "undetermined": ExitCode.UNDETERMINED,
    "invalid": ExitCode.INVALID_INPUT,
}


def check(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Project files, folders or quoted patterns; else the nearest llm-adapt.yaml.",
        ),
    ] = None,
    formats: Annotated[
        list[CheckFormat] | None,
        typer.Option("--format", "-f", help="How to write the result; may be given again."),
    ] = None,
    outputs: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where the -f before it goes."),
    ] = None,
    rules: Annotated[
        str,
        typer.Option(metavar="NAME|FOLDER", help="Judge by this rule set, not the files' own."),
    ] = "",
    fail_on: Annotated[
        Fails, typer.Option(help="The lightest finding that fails the run.")
    ] = Fails.ERROR,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings and open questions fail it as well.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Leave with 0 in spite of findings.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Check as if it were this day.")
    ] = None,
    due_within: Annotated[
        int,
        typer.Option(metavar="DAYS", min=0, help="Say so many days ahead that a review is due."),
    ] = 14,
    update_lock: Annotated[
        bool, typer.Option("--update-lock", help="Accept rules and result: write llm-adapt.lock.")
    ] = False,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why a changed decision is accepted; kept there.")
    ] = "",
    allow_commands: Annotated[
        bool, typer.Option("--allow-commands", help="Run the commands that project files name.")
    ] = False,
    allow_outside: Annotated[
        bool, typer.Option("--allow-outside", help="Read evidence outside the repository too.")
    ] = False,
) -> int:
    """Check decisions: do they still stand first, and does their evidence still hold?

    Exit codes: 0 holds, 1 findings, 3 invalid or nothing to check, 4 open questions could change
    a decision. No format changes them.

    Examples:
        llm-adapt check

        llm-adapt check 'services/*/llm-adapt.yaml' -f sarif -o check.sarif -f text

        llm-adapt check --update-lock
    """
    from llm_adapt.usecases.check import CheckOptions
    from llm_adapt.usecases.check import check as check_files
    from llm_adapt.usecases.outcome import FailOn, outcome

    arguments = sys.argv[1:]
    wanted = targets([f.value for f in formats or []], outputs or [], arguments, "text")
    options = CheckOptions(
        as_of=as_of_day(as_of),
        rules=rules,
        due_within=due_within,
        allow_outside=allow_outside,
        allow_commands=allow_commands,
        update_lock=update_lock,
        reason=reason.strip(),
    )
    result = check_files(files or [], Path.cwd(), options)
    comes_to = outcome(result, FailOn(_WEIGHT[fail_on.value], strict))
    for name, path in wanted:
        put(_written(name, result, comes_to, path, _WEIGHT[fail_on.value]), path)
    _say_invalid(result)
    if exit_zero and comes_to != "invalid":
        return ExitCode.DONE
    return _CODES[comes_to]


def _written(
    name: str, result: "CheckResult", comes_to: str, path: Path | None, weight: int
) -> str:
    to_screen = path is None or path == DASH
    if name == CheckFormat.GITHUB:
        _summarise(result, comes_to)
    from llm_adapt.usecases.check_report import check_report

    return check_report(name, result, comes_to, fails=weight, colour=to_screen and coloured())


def _summarise(result: "CheckResult", comes_to: str) -> None:
    """Add to the summary of the job, where GitHub names a file for it."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from llm_adapt.report.check_markdown import check_markdown

    try:
        with Path(name).open("a", encoding="utf-8") as stream:
            stream.write(check_markdown(result, comes_to))
    except OSError as error:
        # The annotations are there all the same, and no format may change the exit code.
        sys.stderr.write(f"warning: the job summary cannot be written: {error.strerror}\n")


def _say_invalid(result: "CheckResult") -> None:
    from llm_adapt.report.document import clean
    from llm_adapt.usecases.outcome import INVALID

    for found in result.findings():
        if found.code in INVALID:
            told = found.finding
            for line in LlmAdaptError(told.message, told.where, told.hint).lines():
                hint = line.startswith("  ")
                sys.stderr.write(f"{'  ' if hint else ''}{clean(line)}\n")
