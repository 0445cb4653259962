"""Findings, and what is said of each kind of them (`rules/findings.yaml`)."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Annotated

from llm_adapt.rules.form import GIVEN, Text
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path, Plain
from llm_adapt.rules.project import Ignore
from llm_adapt.rules.record import record

# Evidence may hold a value of any length; a finding must stay readable.
MAX_TEXT = 1000


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """3 for an error, 1 for a note: a finding fails a run that fails on its weight or less."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


@record(frozen=True)
class Fix:
    """The value that a place of a YAML file should have."""

    file: str
    path: Path
    value: Plain


@record(frozen=True)
class Finding:
    """One finding."""

    code: str  # stable, never reused, such as V107
    severity: Severity
    title: str  # what every finding of this code is about
    message: str  # what is the matter here
    where: Location | None  # the place it concerns, when there is one
    hint: str  # what to do about it
    # A situation that shows it, to be pasted as a case; empty when none is needed.
    answers: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    project: str = ""  # the one it was found in, for `check`
    about: str = ""  # what it speaks of: an assumption, an answer, a strategy, a file
    ignored: Ignore | None = None  # what accepts it, when something does
    fix: Fix | None = None  # what would mend it, where that is known exactly

    @property
    def place(self) -> Location:
        """Where it stands; every finding of a check stands in a file."""
        return self.where or Location("")


@record(frozen=True)
class Code:
    """One kind of finding. Codes are never renumbered and never used again.

    `own` checks of a rule set speak of how an entry is written: what it inherits is not their
    business. What is not `on` is found only where an organisation's settings ask for it.
    `page` tells more about it.
    """

    code: Annotated[str, GIVEN]
    severity: Severity
    title: Text
    name: str = ""
    text: str = ""
    remedy: str = ""
    own: bool = False
    on: bool = True
    page: str = "docs/check.md"

    @property
    def can_ignore(self) -> bool:
        """Whether a project may accept it: never that nothing was checked, or faults of ignores."""
        return self.code[:2] not in {"C1", "C6"}


def told(text: str) -> str:
    """Text from a file as a finding carries it: not too long, and such that it can be written."""
    cut = text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 3]}..."
    return cut.encode("utf-8", "backslashreplace").decode()


def in_order(findings: list[Finding]) -> list[Finding]:
    """By file and place, then code: the same input gives the same list."""
    return sorted(findings, key=lambda f: (f.place, f.code, f.message))
