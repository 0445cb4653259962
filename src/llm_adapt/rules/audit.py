"""What an audit of training data says: findings on rows, facts with their denominator."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal

from llm_adapt.rules.record import record

Severity = Literal["error", "warning", "note"]
"""`error`: the row teaches something wrong; `warning`: worth a look; `note`: a habit."""


@record(frozen=True)
class DataFinding:
    """What a rule of `rules/audit/` found in one file.

    `rows` are all of them, counted from 0 in the order of the file, sorted: there may be more than
    memory holds, so go through them. `example` is a short piece of the first one, as it is in the
    data (not yet made safe for a terminal).
    """

    rule: str
    file: str
    rows: Sequence[int]
    example: str = ""
    details: dict[str, object] = field(default_factory=dict)  # e.g. clusters, the template found


@record(frozen=True)
class Fact:
    """A measured value. `of` is its denominator (rows, pairs, turns); a `_share` lies in 0..1."""

    name: str
    value: float | int | str | dict[str, int]
    of: int
    sampled: bool = False


@record(frozen=True)
class BadLine:
    """A place of a file that is not a row: its line from 1 and what is wrong with it."""

    file: str
    line: int
    problem: str


@record(frozen=True)
class AuditedFile:
    """A file as it was understood: its format, the columns taken, how many rows."""

    path: str
    format: str
    columns: dict[str, str]
    rows: int


@record(frozen=True)
class Audit:
    """The whole result. Equal for any number of workers.

    `unread` are the places that are no rows, by the file they are in, in the order of the lines.
    """

    files: tuple[AuditedFile, ...]
    rows: int
    findings: tuple[DataFinding, ...]
    facts: tuple[Fact, ...]
    unread: Mapping[str, Sequence[BadLine]] = field(default_factory=dict)

    @property
    def sampled(self) -> bool:
        """Whether not all rows were looked at; facts may be of a sample all the same."""
        return any(fact.sampled for fact in self.facts if fact.name == "rows")


def share_name(rule: str) -> str:
    """The fact that says in which share of the rows a rule finds something."""
    return f"{rule.replace('-', '_')}_share"
