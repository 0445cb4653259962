"""Prompt, retrieve, fine-tune or pre-train: ranked, cited, reproducible advice.

>>> from llm_adapt import advise, load_rules, read_answers
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llm_adapt.errors import LlmAdaptError
    from llm_adapt.files.answers import read_answers
    from llm_adapt.files.rules import load_rules
    from llm_adapt.usecases.advise import advise, program_for

__all__ = ["LlmAdaptError", "advise", "load_rules", "program_for", "read_answers"]

_HOMES = {
    "LlmAdaptError": "llm_adapt.errors",
    "advise": "llm_adapt.usecases.advise",
    "load_rules": "llm_adapt.files.rules",
    "program_for": "llm_adapt.usecases.advise",
    "read_answers": "llm_adapt.files.answers",
}


def __getattr__(name: str) -> object:
    # Imported when used: the command line starts in a fraction of the time.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
