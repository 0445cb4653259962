"""`llm-adapt schema`: JSON Schema for editors and agents."""

from pathlib import Path
from typing import Literal

from llm_adapt.cli.options import FORCE, OUTPUT, RULES, argument
from llm_adapt.cli.output import put

Subject = Literal["answers", "rules", "project", "advice", "audit", "check", "lock"]


def schema(
    subject: Subject = argument(..., None, "What to describe."),
    rules: str = RULES,
    output: Path | None = OUTPUT,
    force: bool = FORCE,
) -> None:
    """Print the JSON Schema of a file that is written by hand, or of one that the tool writes.

    Examples:
        llm-adapt schema answers -o answers.schema.json
    """
    from llm_adapt.usecases.schema import schema_text

    put(schema_text(subject, rules), output, force=force)
