"""`llm-adapt rules diff`: what two rule sets decide differently."""

from pathlib import Path
from typing import Annotated

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.options import Force, Format, Output
from llm_adapt.rules.rule_diff import Sameness

_PLACE = "A rule set: current, article, a folder, or REVISION:FOLDER of a git repository."


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_PLACE)],
    new: Annotated[str, typer.Argument(metavar="NEW", help=_PLACE)],
    projects: Annotated[
        list[Path] | None,
        typer.Option("--projects", metavar="FILE", help="Answers to decide by both; repeatable."),
    ] = None,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILES]...", help="More of them.")
    ] = None,
    fail_on_change: Annotated[
        bool,
        typer.Option(
            "--fail-on-change",
            help="Exit 1 if first place changes: in a project where any are named, else anywhere.",
        ),
    ] = False,
    samples: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="How many situations to compare.")
    ] = 10_000,
    steps: Annotated[
        int, typer.Option(min=1, help="How long to look for a proof that nothing changes.")
    ] = 500_000,
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="How to write it.")
    ] = Format.TEXT,
    output: Output = None,
    force: Force = False,
) -> int:
    """Compare two rule sets by what they decide, not by how they are written.

    Examples:
        llm-adapt rules diff HEAD~1:rules/current rules/current

        llm-adapt rules diff current my-rules --projects a.yaml b.yaml --fail-on-change
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.report.diff_text import diff_data, diff_document
    from llm_adapt.usecases.rulebook.difference import difference
    from llm_adapt.usecases.rulebook.revision import rules_at

    named = [*(projects or []), *(files or [])]
    found = difference(rules_at(old), rules_at(new), named, samples=samples, steps=steps)
    put_document(diff_document(found), diff_data(found), output_format, output, force=force)
    changed = found.sameness is Sameness.DIFFERENT
    if named:
        changed = any(project.changed for project in found.projects)
    return ExitCode.FINDINGS if fail_on_change and changed else ExitCode.DONE
