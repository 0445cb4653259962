"""How two rule sets differ in what they decide: the JSON document, field by field."""

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
    changed: bool
    causes: tuple[Cause, ...]


@record(frozen=True)
class Rewritten:
    """The entries of a section that were added, removed or written differently."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@record(frozen=True)
class Order:
    """Of how many situations the whole order was compared; how many change it behind the first."""

    situations: int
    changes: int


@record(frozen=True)
class RuleDiff:
    """The difference of two rule sets; `situations` is the number of those compared."""

    old: str
    new: str
    verdict: Sameness
    situations: int
    first_place_changes: int
    moves: tuple[Move, ...]
    order: Order
    example: Example | None
    projects: tuple[Decided, ...]
    rewritten: Mapping[str, Rewritten]
    notes: tuple[str, ...]
