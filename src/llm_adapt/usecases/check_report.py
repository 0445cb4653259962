"""The result of a check in the form that is asked for; none changes what the result comes to."""

from collections.abc import Callable
from importlib.metadata import version

from llm_adapt.report.check_data import check_github, check_gitlab, check_json
from llm_adapt.report.check_summary import check_summary
from llm_adapt.report.check_text import check_badge, check_comment, check_markdown, check_text
from llm_adapt.report.junit import check_junit
from llm_adapt.report.sarif import check_sarif
from llm_adapt.rules.check import CheckResult

FORMS: dict[str, Callable[[CheckResult], str]] = {
    "json": check_json,
    "sarif": lambda result: check_sarif(result, version("llm-adapt")),
    "github": check_github,
    "gitlab": check_gitlab,
    "junit": check_junit,
    "markdown": check_markdown,
    "comment": check_comment,
    "badge": check_badge,
    "summary": lambda result: check_summary([("", check_json(result))]),
}


def check_report(name: str, result: CheckResult, *, colour: bool = False) -> str:
    """The text of a result."""
    if name == "text":
        return check_text(result, colour=colour)
    return FORMS[name](result)
