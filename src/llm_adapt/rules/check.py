"""What a check found: findings with their place, what was measured, how each project stands."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date

from llm_adapt.rules.finding import Code, Finding, Severity
from llm_adapt.rules.location import Location
from llm_adapt.rules.record import record


@record(frozen=True)
class Held:
    """One assumption: what was expected, what was measured, and whether it holds.

    `holds` is `None` when it was not measured.
    """

    id: str
    says: str
    expected: str
    measured: str
    holds: bool | None
    where: Location
    dated: date | None = None


@record(frozen=True)
class Standing:
    """How the decision of a project stands: what a lock file keeps, and what can still win."""

    ruleset: str
    version: str
    digest: str
    answers: str
    strategy: str
    first: str
    verdict: str
    status: str
    possible: tuple[str, ...]
    reasons: tuple[str, ...]
    open_questions: tuple[str, ...] = ()
    # Of the plausible ways to answer the rest, the share in which first place stays, and how many
    # were looked at; nothing where that is not known.
    stability: tuple[float, int] | None = None


@record(frozen=True)
class ProjectResult:
    """One project, checked; `standing` is absent when its answers or decision are unusable.

    `looked_at` names what was checked besides assumptions, whether anything was found or not.
    """

    name: str
    file: str
    findings: tuple[Finding, ...]
    assumptions: tuple[Held, ...] = ()
    standing: Standing | None = None
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    looked_at: tuple[str, ...] = ("project file", "decision")

    def title(self, strategy: str) -> str:
        """The title of a strategy."""
        return self.titles.get(strategy, "none of these yet" if strategy == "none" else strategy)


@record(frozen=True)
class CheckResult:
    """All projects of a run. `base` leads from the repository's root to where paths start.

    `outcome` is what it comes to: `invalid`, `findings`, `undetermined` or `done`; `fails` the
    weight from which on a finding fails it. `kinds` is the catalogue that its codes stand in.
    """

    projects: tuple[ProjectResult, ...]
    as_of: date
    base: str = ""
    outcome: str = "done"
    fails: int = 3
    kinds: Mapping[str, Code] = field(default_factory=dict[str, Code])

    def findings(self, *, ignored: bool = False) -> Iterator[Finding]:
        """The findings of all projects, those that are ignored only when asked for."""
        for project in self.projects:
            for found in project.findings:
                if ignored or found.ignored is None:
                    yield found

    def count(self, severity: Severity) -> int:
        """How many findings of a severity count."""
        return sum(found.severity is severity for found in self.findings())

    def has(self, *codes: str) -> bool:
        """Whether a finding with one of these codes counts."""
        return any(finding.code in codes for finding in self.findings())
