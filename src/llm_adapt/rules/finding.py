"""Something that is wrong or worth knowing, where it is, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """3 for an error, 1 for a note: a finding fails a run that fails on its weight or less."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        code: Stable, never reused, such as `V107`.
        severity: How much it matters.
        title: What every finding of this code is about.
        message: What is the matter here.
        where: The file, line and column it concerns, when there is one.
        hint: What to do about it.
        answers: A situation that shows it, to be pasted as a case; empty when none is needed.
    """

    code: str
    severity: Severity
    title: str
    message: str
    where: Location | None
    hint: str
    answers: Mapping[str, Plain]


def in_order(findings: list[Finding]) -> list[Finding]:
    """By file and place, then code: the same input gives the same list."""

    def key(finding: Finding) -> tuple[str, int, int, str, str]:
        where = finding.where or Location("", 0, 0)
        return where.file, where.line, where.column, finding.code, finding.message

    return sorted(findings, key=key)
