"""`llm-adapt explain`: a rule, question, node, strategy or anything else that has a name."""

from pathlib import Path

from llm_adapt.cli.complete import explainable
from llm_adapt.cli.exit_code import ExitCode
from llm_adapt.cli.inputs import situation_from
from llm_adapt.cli.options import ANSWERS, FORM, RULES, SETTINGS, TextOrJson, argument


def explain(
    name: str = argument(
        ..., "ID", "What to explain; kind:ID asks for one kind.", autocompletion=explainable
    ),
    answers: Path | None = ANSWERS,
    output_format: TextOrJson = FORM,
    rules: str = RULES,
    settings: list[str] | None = SETTINGS,
) -> int:
    """Explain a rule, question, node, strategy or other id that a report shows.

    With answers it says whether it holds now and why; of a strategy why, why not, how, and what
    would put it first.

    Examples:
        llm-adapt explain peft answers.yaml

        llm-adapt explain labeled_examples

        llm-adapt explain source:few-shot -f json
    """
    from llm_adapt.cli.documents import put_document
    from llm_adapt.report.explain_text import explanation_document
    from llm_adapt.report.json_v1 import v1
    from llm_adapt.usecases.advise import program_for
    from llm_adapt.usecases.explain import explain as explain_named

    program = program_for(rules)
    with_answers = answers is not None or bool(settings)
    situation = situation_from(answers, settings, program.rules) if with_answers else None
    told = explain_named(program, name, situation)
    data = [v1("explanation", one) for one in told]
    documents = [explanation_document(one, program.rules) for one in told]
    put_document(documents, data[0] if len(data) == 1 else data, output_format, None)
    return ExitCode.DONE
