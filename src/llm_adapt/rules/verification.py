"""What verifying and testing a rule set came to."""

from collections.abc import Mapping

from llm_adapt.rules.finding import Finding, Severity
from llm_adapt.rules.record import record


@record(frozen=True)
class Interviews:
    """Questions that simulated interviews took: how many interviews, most, and on average."""

    interviews: int
    most: int
    average: float


@record(frozen=True)
class Verified:
    """What verification found, and what it looked at: the JSON document, field by field."""

    name: str
    version: str
    digest: str
    counts: Mapping[str, int]  # of findings, by severity: `errors`
    undecided: int  # how many questions were left open because the step budget was spent
    rules: int
    nodes: int
    monotone_facts: int
    sources: int
    unchecked_sources: tuple[str, ...]  # of others, never compared with what is said of them
    situations_tried: int  # on which laws were tried that no search decides
    interview: Interviews | None
    findings: tuple[Finding, ...]  # in order of their places

    def failing(self, severity: Severity | None) -> bool:
        """Whether a finding is as severe or more; `None`: nothing fails."""
        return severity is not None and any(
            finding.severity.weight >= severity.weight for finding in self.findings
        )


@record(frozen=True)
class Covered:
    """How many of one kind of thing tests cover, and what they leave out.

    Of documented projects: how many the rule set agrees with, and what it says of the others.
    """

    name: str
    total: int
    missing: tuple[Finding, ...]

    @property
    def covered(self) -> int:
        """How many are covered."""
        return self.total - len(self.missing)

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all of them."""
        return 100 * self.covered // self.total if self.total else 100


@record(frozen=True)
class Noticed:
    """The share of faults that tests notice, by kind, and those that they do not.

    Not counted are those proved `equal`, which put the same first in every situation.
    """

    noticed: Mapping[str, int]
    total: Mapping[str, int]
    survivors: tuple[Finding, ...]
    equal: tuple[Finding, ...]

    @property
    def score(self) -> float:
        """The share noticed, rounded down to two digits."""
        total = sum(self.total.values())
        return 100 * sum(self.noticed.values()) // (total or 1) / 100


@record(frozen=True)
class Tested:
    """What the tests of a rule set came to."""

    ruleset: str
    version: str
    ran: int
    failures: tuple[Finding, ...]
    known_failures: int
    coverage: tuple[Covered, ...]
    projects: Covered | None
    mutation: Noticed | None

    def failing(self, least: float | None) -> bool:
        """Whether a test fails, or a share is below the least.

        The shares: coverage, documented projects agreed with, faults noticed.
        """
        if self.failures:
            return True
        covered = (*self.coverage, *([self.projects] if self.projects else ()))
        shares = [share.percent / 100 for share in covered]
        shares += [self.mutation.score] if self.mutation else []
        return least is not None and any(share < least for share in shares)
