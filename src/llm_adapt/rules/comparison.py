"""Two pieces of advice side by side: what differs, and what of it matters."""

from collections.abc import Mapping

from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record


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
