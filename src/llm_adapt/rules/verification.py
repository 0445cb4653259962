"""What verifying and testing a rule set came to."""

from collections.abc import Mapping

from llm_adapt.rules.finding import Finding, Severity
from llm_adapt.rules.record import record


@record(frozen=True)
class InterviewLength:
    """Questions that simulated interviews took: how many interviews, most, and on average."""

    interviews: int
    most: int
    average: float


@record(frozen=True)
class Verified:
    """What verification found, and what it looked at.

    Attributes:
        ruleset: Name of the rule set.
        version: Its version.
        digest: Its digest.
        findings: In order of their places.
        rules: How many rules it has.
        nodes: How many nodes its flowchart has.
        facts: How many monotone facts it declares.
        sources: How many sources it has.
        unchecked: Those of others' that nobody has compared with what the rule set says of them.
        tried: Situations that laws were tried on which no search decides.
        interview: How long interviews are, when that was asked for.
    """

    ruleset: str
    version: str
    digest: str
    findings: tuple[Finding, ...]
    rules: int
    nodes: int
    facts: int
    sources: int
    unchecked: tuple[str, ...]
    tried: int
    interview: InterviewLength | None

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def undecided(self) -> int:
        """How many questions were left open because the step budget was spent."""
        return sum(finding.code == "V901" for finding in self.findings)

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

    score: float
    noticed: Mapping[str, int]
    total: Mapping[str, int]
    survivors: tuple[Finding, ...]
    equal: tuple[Finding, ...]


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
