"""Options that several commands share, worded once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Rules = Annotated[
    str,
    typer.Option(
        "--rules",
        metavar="NAME|FOLDER",
        help="A shipped rule set (current, article) or a folder of your own.",
    ),
]
AnswersFile = Annotated[
    Path | None,
    typer.Argument(metavar="[ANSWERS]", help="A YAML file of answers; - is standard input."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="An answer; wins over the file."),
]
Data = Annotated[
    list[Path] | None,
    typer.Option("--data", metavar="FILE", help="Training data: what it shows becomes answers."),
]
Outputs = Annotated[
    list[Path] | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where the -f before it goes."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead; - is stdout."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Write over a file that is there, whoever wrote it.")
]


class TextOrJson(StrEnum):
    """For a reader, or for a program."""

    TEXT = "text"
    JSON = "json"


Form = Annotated[TextOrJson, typer.Option("--format", "-f", help="How to write it.")]


class Format(StrEnum):
    """For a reader, a program, or a pull request."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Fails(StrEnum):
    """The lightest finding that fails a run."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


FailsFrom = Annotated[
    Fails | None, typer.Option(help="The lightest finding that fails the run (error).")
]
