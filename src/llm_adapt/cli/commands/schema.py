"""`llm-adapt schema`: JSON Schema for editors and agents."""

from typing import Annotated, Literal

import typer

from llm_adapt.cli.options import Force, Output, Rules
from llm_adapt.cli.output import put

Subject = Literal["answers", "rules", "project", "advice", "audit", "check", "lock"]


def schema(
    subject: Annotated[Subject, typer.Argument(help="What to describe.")],
    rules: Rules = "current",
    output: Output = None,
    force: Force = False,
) -> None:
    """Print the JSON Schema of a file that is written by hand, or of one that the tool writes.

    Examples:
        llm-adapt schema answers -o answers.schema.json
    """
    from llm_adapt.usecases.schema import schema_text

    put(schema_text(subject, rules), output, force=force)
