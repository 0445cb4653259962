"""Reports and advice in the form that was asked for; each form is imported when it is."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from llm_adapt.cli.output import coloured, put, width

if TYPE_CHECKING:
    from llm_adapt.report.document import Document
    from llm_adapt.rules.advice import Advice
    from llm_adapt.rules.model import RuleSet

AdviceFormat = Literal["text", "json", "markdown", "html"]
FORM_OF_SUFFIX: dict[str, AdviceFormat] = {".json": "json", ".md": "markdown", ".html": "html"}


def written(
    advice: "Advice",
    rules: "RuleSet",
    form: AdviceFormat,
    output: Path | None = None,
    *,
    full: bool = False,
) -> str:
    """The advice as text; colour is for a terminal, never for a file.

    `full` has no say but over text, which is one screen without it.
    """
    match form:
        case "json":
            from llm_adapt.report.json_v1 import advice_json

            return advice_json(advice)
        case "markdown":
            from llm_adapt.report.markdown import advice_markdown

            return advice_markdown(advice, rules)
        case "html":
            from llm_adapt.cli.today import as_of_day
            from llm_adapt.report.html import advice_html

            return advice_html(advice, rules, as_of_day(None).isoformat())
        case "text":
            from llm_adapt.report.text import advice_text

            colour = coloured(output)
            return advice_text(advice, rules, width=width(), colour=colour, full=full)


def put_document(
    document: "Document | list[Document]",
    data: object,
    chosen: str,
    output: Path | None,
    *,
    force: bool = False,
) -> None:
    """Write reports as `text` or `markdown`, or what they say as `json`.

    Raises:
        LlmAdaptError: The file cannot be written.
    """
    documents = document if isinstance(document, list) else [document]
    if chosen == "json":
        from llm_adapt.report.borders import json_text

        put(json_text(data), output, force=force)
    elif chosen == "markdown":
        from llm_adapt.report.markdown import document_markdown

        put("\n".join(map(document_markdown, documents)), output, force=force)
    else:
        from llm_adapt.report.text import document_text

        colour = coloured(output)
        texts = (document_text(one, width=width(), colour=colour) for one in documents)
        put("\n".join(texts), output, force=force)
