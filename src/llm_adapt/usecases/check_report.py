"""The result of a check in the form that is asked for; none changes what the result comes to."""

from collections.abc import Callable
from importlib import import_module

from llm_adapt.rules.check import CheckResult

# The module of each form but those for people, imported only where it is asked for.
FORMS = {
    "json": "check_data",
    "github": "check_data",
    "gitlab": "check_data",
    "sarif": "sarif",
    "junit": "junit",
}


def check_report(name: str, result: CheckResult, *, colour: bool = False) -> str:
    """The text of a result."""
    module = import_module(f"llm_adapt.report.{FORMS.get(name, 'check_text')}")
    if name == "text":
        return str(module.check_text(result, colour=colour))
    write: Callable[[CheckResult], str] = getattr(module, f"check_{name}")
    return write(result)
