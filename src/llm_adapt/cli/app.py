"""The command tree. Only the command that runs is imported, so that each starts quickly."""

from importlib import import_module
from inspect import cleandoc
from types import ModuleType

import typer

COMMANDS = (
    "advise",
    "audit",
    "questions",
    "explain",
    "compare",
    "init",
    "check",
    "record",
    "schema",
)
GROUPS = ("estimate", "rules")


def app_for(arguments: list[str]) -> typer.Typer:
    """The application with the one command that the arguments name, or with all of them."""
    named = next((word for word in arguments if not word.startswith("-")), "")
    alone = named in {*COMMANDS, *GROUPS} and arguments[0] == named
    app = typer.Typer(
        name="llm-adapt",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    for name in COMMANDS:
        if not alone or name == named:
            app.command(name)(getattr(_module(name), name))
    for name in GROUPS:
        if not alone or name == named:
            app.add_typer(_module(name).app, name=name)
    _keep_examples_apart(app)
    return app


def _keep_examples_apart(app: typer.Typer) -> None:
    """Show the examples of each command one to a line; Typer would fill them to a paragraph."""
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _keep_examples_apart(group.typer_instance)
    for command in app.registered_commands:
        about, mark, examples = (getattr(command.callback, "__doc__", "") or "").partition(
            "Examples:"
        )
        if mark:
            lines = [f"  {line.strip()}" for line in examples.splitlines() if line.strip()]
            # Typer leaves a paragraph alone that begins with a backspace.
            command.help = "\n".join([cleandoc(about).strip(), "", "\b", mark, *lines])


def _root(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """Prompt, retrieve, fine-tune or pre-train? Ranked, cited, reproducible advice."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"llm-adapt {installed('llm-adapt')}")
        raise typer.Exit


def _module(name: str) -> ModuleType:
    return import_module(f"llm_adapt.cli.commands.{name}")
