"""`llm-adapt rules graph`: the flowchart as a picture."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llm_adapt.cli.options import Force, Output, Rules
from llm_adapt.cli.output import put


class Notation(StrEnum):
    """What the flowchart can be written in."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


def graph(
    folder: Annotated[
        str | None, typer.Argument(metavar="[NAME|FOLDER]", help="The same as --rules.")
    ] = None,
    rules: Rules = "current",
    answers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Light the way these answers take; - is standard input."),
    ] = None,
    output_format: Annotated[
        Notation, typer.Option("--format", "-f", help="How to write it.")
    ] = Notation.MERMAID,
    output: Output = None,
    force: Force = False,
) -> None:
    """Draw the flowchart; with answers, light the way they take through it.

    Examples:
        llm-adapt rules graph -f svg -o flowchart.svg

        llm-adapt rules graph article --answers answers.yaml
    """
    from llm_adapt.cli.inputs import situation_from
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.rulebook.graph import graph_text

    program = program_for(folder or rules)
    situation = None if answers is None else situation_from(answers, None, program.rules)
    put(graph_text(program, situation, output_format.value), output, force=force)
