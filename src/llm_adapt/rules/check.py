"""What a check found: findings with their place, what was measured, how each project stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from llm_adapt.rules.check_codes import CODES, CheckCode
from llm_adapt.rules.finding import Finding, Severity
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Ignore

# Evidence may hold a value of any length; a finding must stay readable.
MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding about a project. `about` is what it speaks of: an assumption, an answer, ..."""

    finding: Finding
    project: str = ""
    about: str = ""
    ignored: Ignore | None = None

    @property
    def code(self) -> str:
        """The stable code."""
        return self.finding.code

    @property
    def kind(self) -> CheckCode:
        """The catalogue entry of the code."""
        return CODES[self.finding.code]

    @property
    def where(self) -> Location:
        """Where it stands; every finding of a check stands in a file."""
        return self.finding.where or Location("")


def told(text: str) -> str:
    """Text from a file as a finding carries it: not too long, and such that it can be written."""
    cut = text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 3]}..."
    return cut.encode("utf-8", "backslashreplace").decode()


def noted(code: str, message: str, where: Location, about: str = "", hint: str = "") -> Noted:
    """A finding of a code, with the way out of that code unless there is a nearer one."""
    kind = CODES[code]
    answers: dict[str, Plain] = {}
    way_out = told(hint) or kind.remedy
    finding = Finding(code, kind.severity, kind.title, told(message), where, way_out, answers)
    return Noted(finding, "", about)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class ProjectResult:
    """One project, checked; `standing` is absent when its answers or decision are unusable."""

    name: str
    file: str
    findings: tuple[Noted, ...]
    assumptions: tuple[Held, ...] = ()
    standing: Standing | None = None
    titles: Mapping[str, str] = field(default_factory=dict[str, str])

    def title(self, strategy: str) -> str:
        """The title of a strategy."""
        return self.titles.get(strategy, "none of these yet" if strategy == "none" else strategy)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All projects of a run. `base` leads from the repository's root to where paths start."""

    projects: tuple[ProjectResult, ...]
    as_of: date
    base: str = ""

    def findings(self, *, ignored: bool = False) -> Iterator[Noted]:
        """The findings of all projects, those that are ignored only when asked for."""
        for project in self.projects:
            for finding in project.findings:
                if ignored or finding.ignored is None:
                    yield finding

    def count(self, severity: Severity) -> int:
        """How many findings of a severity count."""
        return sum(noted.finding.severity is severity for noted in self.findings())

    def has(self, *codes: str) -> bool:
        """Whether a finding with one of these codes counts."""
        return any(finding.code in codes for finding in self.findings())
