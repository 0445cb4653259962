"""What a check comes to, before anyone chose a format."""

from llm_adapt.rules.check import CheckResult
from llm_adapt.rules.finding import Severity

INVALID = ("C101", "C103")
UNDETERMINED = "C206"
NEVER = 4


def fails_from(name: str, *, strict: bool = False) -> int:
    """The weight from which on a finding fails a run, by a severity or `never`.

    With `strict` warnings fail it as well.
    """
    weight = NEVER if name == "never" else Severity(name).weight
    return min(weight, Severity.WARNING.weight) if strict else weight


def outcome(result: CheckResult, min_stability: float = 0.0) -> str:
    """`invalid`, `findings`, `undetermined` or `done`, the first of these that applies.

    An open question is a warning; it makes a run undetermined only where the first place stays in
    less than a share of the plausible ways to answer the rest, or where that is not known.
    """
    if not result.projects or result.has(*INVALID):
        return "invalid"
    if any(found.severity.weight >= result.fails for found in result.findings()):
        return "findings"
    shaky = any(
        (project.standing.stability or (0.0, 0))[0] < min_stability
        for project in result.projects
        if project.standing is not None
        and any(f.code == UNDETERMINED and f.ignored is None for f in project.findings)
    )
    return "undetermined" if shaky and result.fails != NEVER else "done"
