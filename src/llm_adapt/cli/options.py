"""How commands declare their options, and those that several share, worded once."""

from typing import Any, Literal, TypeAlias

import typer


def argument(usual: object, metavar: str | None, words: str, **more: Any) -> Any:  # noqa: ANN401 (as Typer)
    """What stands without a name; it must be given where `...` is usual."""
    return typer.Argument(usual, metavar=metavar, help=words, **more)


def option(usual: object, metavar: str, words: str, *names: str, **more: Any) -> Any:  # noqa: ANN401
    """An option that takes a value; its name is that of the parameter unless others are given."""
    return typer.Option(usual, *names, metavar=metavar, help=words, **more)


def switch(words: str, *names: str) -> Any:  # noqa: ANN401
    """An option that is there or not."""
    return typer.Option(False, *names, help=words)


def choice(usual: str | None, words: str, *names: str) -> Any:  # noqa: ANN401
    """An option that is one of the words that the type of its parameter names."""
    return typer.Option(usual, *names, help=words)


# More than any option that counts something is good for, and less than the largest integer of C.
MOST = 2_000_000_000

TextOrJson: TypeAlias = Literal["text", "json"]
Format: TypeAlias = Literal["text", "json", "markdown"]
FORM = choice("text", "How to write it.", "--format", "-f")
OUTPUT = option(None, "FILE", "Write to a file instead; - is stdout.", "--output", "-o")
# Of several, where there are several forms.
OUTPUTS = option(None, "FILE", "Where the -f before it goes.", "--output", "-o")
FORCE = switch("Write over a file that is there, whoever wrote it.", "--force")
VERBOSE = switch("The whole report, not its first screen.", "--verbose", "-v")
JOBS = option(1, "N", "So many processes.", "--jobs", "-j", min=1, max=256)

RULES = option(
    "current",
    "NAME|FOLDER",
    "A shipped rule set (current, article) or a folder of your own.",
    "--rules",
)
ANSWERS = argument(None, "[ANSWERS]", "A YAML file of answers; - is standard input.")
SETTINGS = option(None, "FIELD=VALUE", "An answer; wins over the file.", "--set")
DATA = option(None, "FILE", "Training data: what it shows becomes answers.", "--data")

# The lightest finding that fails a run.
Fails: TypeAlias = Literal["error", "warning", "note", "never"]
FAIL_ON = choice(None, "The lightest finding that fails the run (error).", "--fail-on")
