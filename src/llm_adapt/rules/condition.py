"""The condition language: closed, total, three-valued; a rule says *when* with nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class AllOf:
    """Yes when every part is; no when one is no."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Yes when one part is; no when all are no."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NotOf:
    """The opposite; unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The answer to a choice is one of the values; a several-choice lists one of them."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A number that follows from another answer: `factor` times the answer to `of`."""

    name: str
    factor: float
    of: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number answer against a bound: `op` is `<`, `<=`, `>` or `>=`.

    `constant` names the table row the bound was read from, if it was.
    """

    field: str
    op: str
    bound: float | Scale
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A predicate, defined once and used by its name."""

    predicate: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The arguments heard for a need, minus those against, reach a level (flowchart only)."""

    need: str
    at_least: int


@dataclass(frozen=True, slots=True)
class EndedAt:
    """An earlier walk of the flowchart ended at one of these results (flowchart only)."""

    walk: str
    results: tuple[str, ...]


Condition: TypeAlias = AllOf | AnyOf | NotOf | IsOneOf | Threshold | Named | Tally | EndedAt


Single: TypeAlias = IsOneOf | Threshold | Named | Tally | EndedAt


def singles(condition: Condition) -> Iterator[Single]:
    """The comparisons of a condition, predicates by their name."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from singles(part)
        case NotOf():
            yield from singles(condition.part)
        case _:
            yield condition
