"""Reports and advice in the form that was asked for, as wide and coloured as where they go."""

from pathlib import Path
from typing import TYPE_CHECKING

from llm_adapt.cli.output import coloured, put, width
from llm_adapt.cli.today import as_of_day
from llm_adapt.report.forms import Form, Look, advice_as, document_as

if TYPE_CHECKING:
    from llm_adapt.report.document import Document
    from llm_adapt.rules.advice import Advice
    from llm_adapt.rules.model import RuleSet

FORM_OF_SUFFIX: dict[str, Form] = {".json": "json", ".md": "markdown", ".html": "html"}


def look(form: str, output: Path | None) -> Look:
    """How a report looks; colour is for a terminal, never for a file."""
    return Look(width(), coloured(output), as_of_day(None).isoformat() if form == "html" else "")


def written(
    advice: "Advice",
    rules: "RuleSet",
    form: Form,
    output: Path | None = None,
    *,
    full: bool = False,
) -> str:
    """The advice as text, which is one screen unless in `full`, or in another form."""
    return advice_as(form, advice, rules, look(form, output), full=full)


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
    if chosen == "json":
        from llm_adapt.report.borders import json_text

        put(json_text(data), output, force=force)
        return
    documents = document if isinstance(document, list) else [document]
    texts = (document_as(chosen, one, look(chosen, output)) for one in documents)
    put("\n".join(texts), output, force=force)
