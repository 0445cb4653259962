"""What a check comes to, before anyone chose a format."""

from collections.abc import Callable
from dataclasses import dataclass

from llm_adapt.rules.check import CheckResult
from llm_adapt.rules.finding import Severity

INVALID = ("C101", "C103")
UNDETERMINED = "C206"


@dataclass(frozen=True, slots=True)
class FailOn:
    """What fails a run: findings of at least a weight (4: none); `strict`: what is open too."""

    weight: int = Severity.ERROR.weight
    strict: bool = False


def outcome(result: CheckResult, fail_on: FailOn) -> str:
    """`invalid`, `findings`, `undetermined` or `done`, the first of these that applies."""
    weight = min(fail_on.weight, Severity.WARNING.weight) if fail_on.strict else fail_on.weight
    tests: list[tuple[str, Callable[[], bool]]] = [
        ("invalid", lambda: not result.projects or result.has(*INVALID)),
        ("findings", lambda: _heavy(result, weight)),
        ("undetermined", lambda: result.has(UNDETERMINED)),
    ]
    return next((name for name, applies in tests if applies()), "done")


def _heavy(result: CheckResult, weight: int) -> bool:
    return any(found.finding.severity.weight >= weight for found in result.findings())
