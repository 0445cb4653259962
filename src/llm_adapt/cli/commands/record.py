"""`llm-adapt record`: the decision record of a project, in the form of MADR."""

import sys
from pathlib import Path

from llm_adapt.cli.options import OUTPUT, argument, option, switch
from llm_adapt.cli.output import DASH, put


def record(
    file: str | None = argument(None, "[FILE]", "A project file; else the nearest llm-adapt.yaml."),
    project: str = option("", "NAME", "One project of a file that holds several."),
    output: Path | None = OUTPUT,
    force: bool = switch("Replace a file that is no record of ours.", "--force"),
    rules: str = option("", "NAME|FOLDER", "Judge by this rule set, not the file's own."),
) -> None:
    """Write the decision record: to the file the project names (`record: FILE`), or to stdout.

    `llm-adapt check` says when it is out of step.

    Examples:
        llm-adapt record

        llm-adapt record services/bot/llm-adapt.yaml -o docs/0007-adapt-the-model.md
    """
    from llm_adapt.usecases.checks.record import record as record_of
    from llm_adapt.usecases.project import Workplace

    text, target = record_of(file, project, Workplace(Path.cwd(), rules=rules), force=force)
    goes_to = output or target
    put(text, goes_to, force=force)
    if goes_to not in {None, DASH}:
        sys.stderr.write(f"wrote {goes_to}\n")
