"""Options that several commands share, worded once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer


def option(metavar: str, words: str, *names: str, **limits: Any) -> Any:  # noqa: ANN401 (as Typer)
    """An option that takes a value; its name is that of the parameter unless others are given."""
    return typer.Option(*names, metavar=metavar, help=words, **limits)


def switch(name: str, words: str) -> Any:  # noqa: ANN401 (as Typer)
    """An option that is there or not."""
    return typer.Option(name, help=words)


Rules = Annotated[
    str,
    option(
        "NAME|FOLDER", "A shipped rule set (current, article) or a folder of your own.", "--rules"
    ),
]
AnswersFile = Annotated[
    Path | None,
    typer.Argument(metavar="[ANSWERS]", help="A YAML file of answers; - is standard input."),
]
Settings = Annotated[
    list[str] | None,
    option("FIELD=VALUE", "An answer; wins over the file.", "--set"),
]
Data = Annotated[
    list[Path] | None,
    option("FILE", "Training data: what it shows becomes answers.", "--data"),
]
Outputs = Annotated[
    list[Path] | None,
    option("FILE", "Where the -f before it goes.", "--output", "-o"),
]
Output = Annotated[
    Path | None,
    option("FILE", "Write to a file instead; - is stdout.", "--output", "-o"),
]
Force = Annotated[bool, switch("--force", "Write over a file that is there, whoever wrote it.")]


class TextOrJson(StrEnum):
    """For a reader, or for a program."""

    TEXT = "text"
    JSON = "json"


Form = Annotated[TextOrJson, typer.Option("--format", "-f", help="How to write it.")]


# For a reader, a program, or a pull request.
Format = Literal["text", "json", "markdown"]


class Fails(StrEnum):
    """The lightest finding that fails a run."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


FailsFrom = Annotated[
    Fails | None, typer.Option(help="The lightest finding that fails the run (error).")
]
