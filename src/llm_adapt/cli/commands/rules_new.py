"""`llm-adapt rules new`: begin a rule of one's own."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of the rule, in-this-form.")],
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="Your rule set; it is begun if it is new.")
    ] = Path("my-rules"),
    question: Annotated[str, typer.Option(metavar="ID", help="What the condition looks at.")] = "",
    strategy: Annotated[str, typer.Option(metavar="ID", help="What the rule speaks against.")] = "",
) -> None:
    """Write a rule with its cases from a template; nothing is ever overwritten.

    Examples:
        llm-adapt rules new our-data-stays-here policy --question data_sensitivity

        llm-adapt advise answers.yaml --rules policy
    """
    from llm_adapt.usecases.rulebook.new_rule import new_rule

    for path in new_rule(name, folder, question, strategy):
        sys.stdout.write(f"{path}\n")
    sys.stderr.write(f"Fill it in, then try it: llm-adapt advise --rules {folder}\n")
