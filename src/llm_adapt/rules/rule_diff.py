"""How two rule sets differ in what they decide."""

from collections.abc import Mapping
from enum import StrEnum

from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record


class Sameness(StrEnum):
    """What is known about two rule sets and all the situations there are."""

    EQUIVALENT = "equivalent"
    NOT_FOUND = "no_difference_found"
    DIFFERENT = "different"


@record(frozen=True)
class Cause:
    """Something of a rule set that a change of first place comes from."""

    kind: str
    id: str
    text: str


@record(frozen=True)
class Example:
    """Answers on which first place changes; `smallest` when no fewer answers do that."""

    answers: Mapping[str, Plain]
    before: str
    after: str
    smallest: bool
    causes: tuple[Cause, ...]


@record(frozen=True)
class Move:
    """How many of the sampled situations go from one first place to another."""

    before: str
    after: str
    count: int


@record(frozen=True)
class Decided:
    """What both rule sets put first for one project."""

    project: str
    before: str
    after: str
    causes: tuple[Cause, ...]

    @property
    def changed(self) -> bool:
        """Whether first place is another one."""
        return self.before != self.after


@record(frozen=True)
class Rewritten:
    """The entries of one section that were added, removed or written differently."""

    section: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@record(frozen=True)
class RuleDiff:
    """The difference of two rule sets.

    `situations` is the number of those that were compared; of `ordered` of them the whole order
    was, and `reordered` have another order behind the same first place.
    """

    old: str
    new: str
    sameness: Sameness
    situations: int
    moves: tuple[Move, ...]
    ordered: int
    reordered: int
    example: Example | None
    projects: tuple[Decided, ...]
    rewritten: tuple[Rewritten, ...]
    notes: tuple[str, ...]

    @property
    def moved(self) -> int:
        """How many of the situations have another first place."""
        return sum(move.count for move in self.moves)
