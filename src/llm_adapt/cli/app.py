"""The command tree. Commands are imported only when they are the one that runs."""

from importlib import import_module

import typer

app = typer.Typer(
    name="llm-adapt",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Prompt, retrieve, fine-tune or pre-train? Ranked, cited, reproducible advice.",
)
COMMANDS = ("advise", "explain", "compare", "schema")
GROUPS = ("estimate",)


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """Prompt, retrieve, fine-tune or pre-train? Ranked, cited, reproducible advice."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"llm-adapt {installed('llm-adapt')}")
        raise typer.Exit


for _name in COMMANDS:
    app.command(_name)(getattr(import_module(f"llm_adapt.cli.commands.{_name}"), _name))
for _name in GROUPS:
    app.add_typer(import_module(f"llm_adapt.cli.commands.{_name}").app, name=_name)
