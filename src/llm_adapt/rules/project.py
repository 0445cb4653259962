"""A project that has decided: its answers, the decision, and what the decision rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain

RESULT_FILES = ("lm_eval", "promptfoo", "inspect_ai")
COMMANDS = ("command", "exit_code")


@dataclass(frozen=True, slots=True)
class Dissent:
    """Why the decision is not the tool's first choice; `against` is what stood first then."""

    reason: str
    against: str
    where: Location


@dataclass(frozen=True, slots=True)
class Decision:
    """The strategy taken, since when and by whom."""

    strategy: str
    since: date | None
    by: str
    dissent: Dissent | None
    where: Location


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is measured: a kind, the file or command, and the options of that kind."""

    kind: str
    target: tuple[str, ...]
    options: Mapping[str, Plain]
    where: Location

    @property
    def path(self) -> str:
        """The file, or the command in one line."""
        return " ".join(self.target)

    @property
    def runs(self) -> bool:
        """Whether it is measured by running a command."""
        return self.kind in COMMANDS


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be off: an amount, or a part of the expected number."""

    amount: float = 0.0
    relative: bool = False

    def around(self, expected: float) -> float:
        """The distance allowed around an expected number."""
        return self.amount * abs(expected) if self.relative else self.amount


@dataclass(frozen=True, slots=True)
class Bound:
    """A measured value against a value: `op` is equal, at_least, at_most, above or below."""

    op: str
    value: Plain
    where: Location


@dataclass(frozen=True, slots=True)
class Assumption:
    """An answer or a bound, held against evidence.

    `answer` names the question whose answer must agree; `compare` says how.
    """

    id: str
    says: str
    evidence: Evidence
    answer: str
    compare: str
    tolerance: Tolerance
    bounds: tuple[Bound, ...]
    max_age_days: int | None
    dated_by: str
    where: Location


@dataclass(frozen=True, slots=True)
class Ignore:
    """A finding that is accepted; `at` narrows it to one assumption, answer or other subject."""

    code: str
    reason: str
    until: date | None
    at: str
    where: Location


@dataclass(frozen=True, slots=True)
class Project:
    """One project of a project file.

    `answers` is the file its answers stand in, or empty when they are written inline. `path`
    leads to the project inside the document.
    """

    name: str
    file: str
    rules: str
    answers: str
    path: tuple[str | int, ...]
    decision: Decision | None
    review_by: date | None
    review_where: Location
    assumptions: tuple[Assumption, ...]
    ignores: tuple[Ignore, ...]
    record: str
    where: Location


@dataclass(frozen=True, slots=True)
class Measured:
    """A value that evidence gave, in words as well, and the day it says it is of."""

    value: Plain
    said: str
    dated: date | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """What a lock file holds of one project: the rule set, the answers and the result then."""

    ruleset: str
    version: str
    digest: str
    answers: str
    strategy: str
    first: str
    verdict: str
    status: str
    reasons: tuple[str, ...]
    history: tuple[Mapping[str, Plain], ...] = field(default=())
