"""What a check comes to, before anyone chose a format."""

from llm_adapt.rules.check import CheckResult
from llm_adapt.rules.finding import Severity
from llm_adapt.rules.record import record

INVALID = ("C101", "C103")
UNDETERMINED = "C206"
NEVER = 4


@record(frozen=True)
class FailOn:
    """What fails a run: findings of at least a weight (4: none); `strict`: warnings as well."""

    weight: int = Severity.ERROR.weight
    strict: bool = False

    @staticmethod
    def named(name: str, *, strict: bool = False) -> "FailOn":
        """The lightest severity that fails a run, or `never`."""
        return FailOn(NEVER if name == "never" else Severity(name).weight, strict)

    @property
    def least(self) -> int:
        """The weight from which on a finding fails the run."""
        return min(self.weight, Severity.WARNING.weight) if self.strict else self.weight


def outcome(result: CheckResult, fail_on: FailOn, min_stability: float = 0.0) -> str:
    """`invalid`, `findings`, `undetermined` or `done`, the first of these that applies.

    An open question is a warning; it makes a run undetermined only where the first place stays in
    less than a share of the plausible ways to answer the rest, or where that is not known.
    """
    if not result.projects or result.has(*INVALID):
        return "invalid"
    if any(found.severity.weight >= fail_on.least for found in result.findings()):
        return "findings"
    shaky = any(
        (project.standing.stability or (0.0, 0))[0] < min_stability
        for project in result.projects
        if project.standing is not None
        and any(f.code == UNDETERMINED and f.ignored is None for f in project.findings)
    )
    return "undetermined" if shaky and fail_on.weight != NEVER else "done"
