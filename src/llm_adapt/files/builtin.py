"""Where the shipped rules are: inside the wheel, or in the checkout of an editable install."""

from functools import cache
from pathlib import Path

from llm_adapt.errors import LlmAdaptError

PROFILES = ("article", "current")


@cache
def builtin_rules() -> Path:
    """The folder that holds the shipped profiles and tables.

    Raises:
        LlmAdaptError: The installation carries no rules.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_builtin_rules", package.parent.parent / "rules"):
        if (folder / "article" / "ruleset.yaml").is_file():
            return folder
    raise LlmAdaptError(
        "this installation has no rules", None, "install again: python -m pip install llm-adapt"
    )
