"""`llm-adapt questions`: everything that may be asked, and what it takes."""

from typing import Annotated, Literal

import typer

from llm_adapt.cli.options import Force, Output, Rules
from llm_adapt.cli.output import put


def questions(
    output_format: Annotated[
        Literal["text", "json", "markdown", "yaml"],
        typer.Option("--format", "-f", help="How to write them; yaml is a file to fill in."),
    ] = "text",
    output: Output = None,
    rules: Rules = "current",
    force: Force = False,
) -> None:
    """List all questions with the values they take.

    Examples:
        llm-adapt questions

        llm-adapt questions -f yaml -o to-fill-in.yaml
    """
    from llm_adapt.files.rules import load_rules

    asked = load_rules(rules).questions
    if output_format == "yaml":
        from llm_adapt.files.answers import answers_skeleton

        head = "# llm-adapt answers: fill in what you know, n/a is what does not apply."
        put("\n".join([head, *answers_skeleton(asked), ""]), output, force=force)
        return
    from llm_adapt.cli.documents import put_document
    from llm_adapt.report.question_list import questions_data, questions_document

    document, data = questions_document(asked), questions_data(asked)
    put_document(document, data, output_format, output, force=force)
