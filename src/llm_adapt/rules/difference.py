"""How two rule sets differ in what they decide, and two pieces of advice: JSON, field by field."""

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


@record(frozen=True)
class Side:
    """One of the two: what it was made from, and what is first."""

    name: str
    ruleset: str
    digest: str
    verdict: str
    first: str


@record(frozen=True)
class Ranked:
    """Where a strategy stands on one side."""

    rank: int
    score: int
    status: str


@record(frozen=True)
class Moved:
    """A strategy that does not stand alike; nothing where a side does not have it."""

    strategy: str
    a: Ranked | None
    b: Ranked | None


@record(frozen=True)
class Disagreement:
    """An answer that differs; `first_if_swapped` is what A would put first with B's answer.

    `matters` is `None` where the rule set at hand cannot read one of the answers.
    """

    field: str
    a: Plain
    b: Plain
    first_if_swapped: str | None
    matters: bool | None


@record(frozen=True)
class Comparison:
    """What differs between A and B.

    `together` are the fewest answers which, taken over from B all at once, give A the first
    place of B; empty when the first places agree or none of few do. `caution` says when the
    two were not made with the same rules. `rule_texts` has what each rule named here says.
    """

    a: Side
    b: Side
    same_first: bool
    answers: tuple[Disagreement, ...]
    together: tuple[str, ...]
    rules_only_a: tuple[str, ...]
    rules_only_b: tuple[str, ...]
    rule_texts: Mapping[str, str]
    moved: tuple[Moved, ...]
    caution: str
