"""Advice in the form that was asked for; each is imported when it is."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from llm_adapt.cli.output import coloured, width

if TYPE_CHECKING:
    from llm_adapt.rules.advice import Advice
    from llm_adapt.rules.model import RuleSet


class AdviceFormat(StrEnum):
    """How advice is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


FORM_OF_SUFFIX = {
    ".json": AdviceFormat.JSON,
    ".md": AdviceFormat.MARKDOWN,
    ".html": AdviceFormat.HTML,
}


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
        case AdviceFormat.JSON:
            from llm_adapt.report.json_v1 import advice_json

            return advice_json(advice)
        case AdviceFormat.MARKDOWN:
            from llm_adapt.report.markdown import advice_markdown

            return advice_markdown(advice, rules)
        case AdviceFormat.HTML:
            from llm_adapt.cli.today import as_of_day
            from llm_adapt.report.html import advice_html

            return advice_html(advice, rules, as_of_day(None).isoformat())
        case AdviceFormat.TEXT:
            from llm_adapt.report.text import advice_text

            colour = coloured(output)
            return advice_text(advice, rules, width=width(), colour=colour, full=full)
