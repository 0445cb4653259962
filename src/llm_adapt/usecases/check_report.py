"""The result of a check in the format that is asked for."""

from collections.abc import Callable
from importlib.metadata import version

from llm_adapt.report.check_json import check_json
from llm_adapt.report.check_markdown import check_markdown
from llm_adapt.report.check_text import check_text
from llm_adapt.report.github import check_github
from llm_adapt.report.gitlab import check_gitlab
from llm_adapt.report.junit import check_junit
from llm_adapt.report.sarif import check_sarif
from llm_adapt.rules.check import CheckResult


def check_report(name: str, result: CheckResult, outcome: str, *, fails: int, colour: bool) -> str:
    """The text of a result; no format changes what the result comes to."""
    formats: dict[str, Callable[[], str]] = {
        "text": lambda: check_text(result, outcome, colour=colour),
        "json": lambda: check_json(result, outcome),
        "sarif": lambda: check_sarif(result, version("llm-adapt")),
        "github": lambda: check_github(result),
        "gitlab": lambda: check_gitlab(result),
        "junit": lambda: check_junit(result, fails),
        "markdown": lambda: check_markdown(result, outcome),
    }
    return formats[name]()
