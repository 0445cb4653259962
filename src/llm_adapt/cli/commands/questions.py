"""`llm-adapt questions`: everything that may be asked, and what it takes."""

from pathlib import Path
from typing import Literal

from llm_adapt.cli.options import FORCE, OUTPUT, RULES, choice
from llm_adapt.cli.output import put


def questions(
    output_format: Literal["text", "json", "markdown", "yaml"] = choice(
        "text", "How to write them; yaml is a file to fill in.", "--format", "-f"
    ),
    output: Path | None = OUTPUT,
    rules: str = RULES,
    force: bool = FORCE,
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
    from llm_adapt.report.rule_lists import questions_data, questions_document

    document, data = questions_document(asked), questions_data(asked)
    put_document(document, data, output_format, output, force=force)
