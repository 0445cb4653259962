"""Reports in the form that was asked for."""

from pathlib import Path

from llm_adapt.cli.output import coloured, put, width
from llm_adapt.report.document import Document


def put_document(
    document: Document | list[Document],
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
