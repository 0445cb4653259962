"""`llm-adapt rules docs`: pages about a rule set."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llm_adapt.cli.options import Force, Format, Output, Rules
from llm_adapt.cli.output import DASH, put
from llm_adapt.decide.program import Program
from llm_adapt.errors import UsageError


class _Wanted(StrEnum):
    PAGE = "page"
    BOOK = "book"
    INDEX = "index"
    ARTICLE = "article"


def docs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[ID|FOLDER]", help="What to tell about, or a rule set."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="The whole book; with -o FOLDER as linked pages.")
    ] = False,
    index: Annotated[bool, typer.Option("--index", help="The index of the rule set.")] = False,
    article: Annotated[
        bool,
        typer.Option("--article", help="What the guide says, row by row, and what carries it."),
    ] = False,
    rules: Rules = "current",
    output_format: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the rows of --article.")
    ] = Format.TEXT,
    output: Output = None,
    force: Force = False,
) -> None:
    """Write pages about rules, questions and strategies in Markdown.

    Examples:
        llm-adapt rules docs labeled_examples

        llm-adapt rules docs --all -o book

        llm-adapt rules docs --article --rules article
    """
    from llm_adapt.files.builtin import PROFILES
    from llm_adapt.usecases.advise import program_for

    if name is not None and (name in PROFILES or Path(name).is_dir()):
        everything, rules, name = not (index or article), name, None
    wanted = _wanted(name, everything=everything, index=index, article=article)
    program = program_for(rules)
    match wanted:
        case _Wanted.ARTICLE:
            from llm_adapt.cli.documents import put_document
            from llm_adapt.report.rule_rows import article_data, article_document
            from llm_adapt.usecases.rulebook.article import article_rows

            rows = article_rows(program.rules)
            document = article_document(rows, program.rules)
            put_document(
                document, article_data(rows, program.rules), output_format, output, force=force
            )
        case _Wanted.INDEX:
            from llm_adapt.usecases.rulebook.pages import index as index_of

            put(index_of(program, rules), output, force=force)
        case _Wanted.BOOK:
            _book(program, output, force=force)
        case _Wanted.PAGE:
            from llm_adapt.usecases.rulebook.pages import page_of

            put(page_of(program, name or ""), output, force=force)


def _wanted(name: str | None, *, everything: bool, index: bool, article: bool) -> _Wanted:
    asked = [
        *([_Wanted.PAGE] if name is not None else []),
        *([_Wanted.BOOK] if everything else []),
        *([_Wanted.INDEX] if index else []),
        *([_Wanted.ARTICLE] if article else []),
    ]
    if len(asked) != 1:
        hint = "name an id, or give one of --all, --index and --article"
        raise UsageError("say which page to write", None, hint)
    return asked[0]


def _book(program: Program, output: Path | None, *, force: bool) -> None:
    from llm_adapt.usecases.rulebook.pages import book, write_book

    if output is None or output == DASH or output.suffix == ".md":
        put(book(program), output, force=force)
        return
    written = write_book(program, output, force=force)
    put(f"{len(written)} pages in {output}\n", None)
