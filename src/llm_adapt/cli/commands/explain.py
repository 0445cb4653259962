"""`llm-adapt explain`: a rule, question, node, strategy or anything else that has a name."""

from typing import Annotated

import typer

from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.inputs import situation_from
from llm_adapt.cli.options import AnswersFile, Rules, Settings, TextOrJson
from llm_adapt.cli.output import coloured, put, width


def explain(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="What to explain; kind:ID asks for one kind.")
    ],
    answers: AnswersFile = None,
    output_format: Annotated[
        TextOrJson, typer.Option("--format", "-f", help="How to write the explanation.")
    ] = TextOrJson.TEXT,
    rules: Rules = "current",
    settings: Settings = None,
) -> int:
    """Explain a rule, question, node, strategy or other id that a report shows.

    With answers it says whether it holds now and why; of a strategy why, why not, how, and what
    would put it first.

    Examples:
        llm-adapt explain peft answers.yaml

        llm-adapt explain labeled_examples

        llm-adapt explain source:few-shot -f json
    """
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.explain import explain as explain_named

    program = program_for(rules)
    with_answers = answers is not None or bool(settings)
    situation = situation_from(answers, settings, program.rules) if with_answers else None
    told = explain_named(program, name, situation)
    if output_format is TextOrJson.JSON:
        import json

        from llm_adapt.report.explain_text import explanation_data

        found = [explanation_data(one, program.rules) for one in told]
        data = found[0] if len(found) == 1 else found
        put(json.dumps(data, indent=2, ensure_ascii=False) + "\n", None)
        return ExitCode.DONE
    from llm_adapt.report.explain_text import explanation_document
    from llm_adapt.report.text import document_text

    documents = [explanation_document(one, program.rules) for one in told]
    texts = [document_text(one, width=width(), colour=coloured()) for one in documents]
    put("\n".join(texts), None)
    return ExitCode.DONE
