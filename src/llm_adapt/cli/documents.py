"""A report in the form that was asked for."""

from pathlib import Path
from typing import Any

from llm_adapt.cli.output import DASH, coloured, put, width
from llm_adapt.report.document import Document


def put_document(
    document: Document, data: dict[str, Any], chosen: str, output: Path | None
) -> None:
    """Write a report as `text` or `markdown`, or what it says as `json`.

    Raises:
        LlmAdaptError: The file cannot be written.
    """
    if chosen == "json":
        import json

        written = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    elif chosen == "markdown":
        from llm_adapt.report.markdown import document_markdown

        written = document_markdown(document)
    else:
        from llm_adapt.report.text import document_text

        colour = coloured() and output in {None, DASH}
        written = document_text(document, width=width(), colour=colour)
    put(written, output)
