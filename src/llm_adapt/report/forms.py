"""Reports in the form that is asked for; each writer is imported when it is."""

# ruff: noqa: PLC0415

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from llm_adapt.rules.advice import Advice
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.record import record

if TYPE_CHECKING:
    from llm_adapt.report.document import Document
    from llm_adapt.rules.check import CheckResult
    from llm_adapt.rules.data_rules import AuditReport

Form = Literal["text", "json", "markdown", "html"]
# The forms of a check, with the module of each.
CHECKS = {
    **dict.fromkeys(("text", "markdown", "comment", "badge", "summary"), "check_text"),
    **dict.fromkeys(("json", "github", "gitlab"), "check_data"),
    "sarif": "sarif",
    "junit": "junit",
}
# What the summary may take of a screen, wherever that is as wide as most are.
SCREEN = 40


@record(frozen=True)
class Look:
    """How wide and coloured text is, and the day that a page shows."""

    width: int = 80
    colour: bool = False
    day: str = ""


PLAIN = Look()


def advice_as(
    form: Form, advice: Advice, rules: RuleSet, look: Look = PLAIN, *, full: bool = False
) -> str:
    """The advice in a form, ending in a newline: text on one screen unless in `full`."""
    if form == "json":
        from llm_adapt.report.json_v1 import advice_json

        return advice_json(advice)
    from llm_adapt.report.advice_brief import LENGTHS, brief_document, with_glance
    from llm_adapt.report.advice_document import advice_document, winner

    if form == "text":
        briefs = (brief_document(advice, rules, most) for most in LENGTHS)
        return (
            document_as(form, advice_document(advice, rules), look)
            if full
            else _screen(briefs, look)
        )
    picture = ""
    if form == "html":
        from llm_adapt.report.flow_graph import flow_graph
        from llm_adapt.report.graph_svg import svg_text

        first = winner(advice)
        picture = svg_text(flow_graph(rules, advice.path, first.strategy if first else "none"))
    return document_as(
        form, with_glance(advice_document(advice, rules, picture), advice, rules), look
    )


def audit_as(
    form: Form, report: "AuditReport", outcome: str, look: Look = PLAIN, *, full: bool = False
) -> "Iterable[str]":
    """An audit in a form, in pieces, ending in a newline: text on one screen unless in `full`."""
    from llm_adapt.report import audit_document as audit

    if form == "json":
        return audit.audit_json(report, outcome)
    if form == "text" and not full:
        return (_screen((audit.brief_document(report, most) for most in audit.LENGTHS), look),)
    return (document_as(form, audit.audit_document(report), look),)


def check_as(form: str, result: "CheckResult", *, colour: bool = False) -> str:
    """The result of a check in a form; none changes what the result comes to."""
    write = getattr(import_module(f"llm_adapt.report.{CHECKS[form]}"), f"check_{form}")
    return str(write(result, colour=colour) if form == "text" else write(result))


def document_as(form: str, document: "Document", look: Look = PLAIN) -> str:
    """Any report as text, Markdown or a page, ending in a newline."""
    match form:
        case "markdown":
            from llm_adapt.report.markdown import document_markdown

            return document_markdown(document)
        case "html":
            from llm_adapt.report.html import document_html

            return document_html(document, look.day)
        case _:
            from llm_adapt.report.text import document_text

            return document_text(document, width=look.width, colour=look.colour)


def _screen(briefs: "Iterable[Document]", look: Look) -> str:
    """The first of several reports, each shorter than the one before, that fits a screen."""
    told = ""
    for brief in briefs:
        told = document_as("text", brief, look)
        if told.count("\n") <= SCREEN:
            break
    return told
