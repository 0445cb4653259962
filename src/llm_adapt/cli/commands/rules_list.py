"""`llm-adapt rules list`: the rules in brief."""

from typing import Annotated

import typer

from llm_adapt.cli.options import Force, Output, Rules, TextOrJson


def list_(
    folder: Annotated[
        str | None, typer.Argument(metavar="[NAME|FOLDER]", help="The same as --rules.")
    ] = None,
    rules: Rules = "current",
    strategy: Annotated[
        str, typer.Option(metavar="ID", help="Only rules that speak about this strategy or need.")
    ] = "",
    question: Annotated[
        str, typer.Option(metavar="ID", help="Only rules whose condition looks at this question.")
    ] = "",
    source: Annotated[
        str, typer.Option(metavar="ID", help="Only rules that cite this source.")
    ] = "",
    grade: Annotated[
        str, typer.Option(metavar="A|B|C|D", help="Only rules whose best source has this grade.")
    ] = "",
    family: Annotated[
        str, typer.Option(metavar="NAME", help="Only rules of the file with this name.")
    ] = "",
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="Only rules written in this rule set.")
    ] = "",
    output_format: Annotated[
        TextOrJson, typer.Option("--format", "-f", help="How to write it.")
    ] = TextOrJson.TEXT,
    output: Output = None,
    force: Force = False,
) -> None:
    """List rules with their effects, the grade of their evidence, and where they stand.

    Examples:
        llm-adapt rules list --strategy rag

        llm-adapt rules list --question labeled_examples -f json
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.files.rules import load_rules
    from llm_adapt.report.rule_rows import rows_data, rows_document
    from llm_adapt.usecases.rulebook.rule_list import Picks, rule_rows

    loaded = load_rules(folder or rules)
    picks = Picks(strategy, question, source, grade.upper(), family, profile)
    rows = rule_rows(loaded, picks)
    put_document(
        rows_document(rows, loaded), rows_data(rows, loaded), output_format, output, force=force
    )
