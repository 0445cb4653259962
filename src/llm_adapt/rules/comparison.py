"""Two pieces of advice side by side: what differs, and what of it matters."""

from collections.abc import Mapping
from dataclasses import dataclass

from llm_adapt.rules.plain import Plain


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a strategy stands on one side."""

    rank: int
    score: int
    status: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its answers, its ranking, and the rules that spoke."""

    name: str
    ruleset: str
    digest: str
    verdict: str
    first: str
    answers: Mapping[str, Plain]
    places: Mapping[str, Standing]
    rules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An answer that differs; `first` is what A would put first with B's answer to it.

    `matters` is `None` where the rule set at hand cannot read one of the answers.
    """

    field: str
    a: Plain
    b: Plain
    first: str | None
    matters: bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between A and B.

    `together` are the fewest answers which, taken over from B all at once, give A the first
    place of B; empty when the first places agree or none of few do. `caution` says when the
    two were not made with the same rules.
    """

    a: Side
    b: Side
    disagreements: tuple[Disagreement, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    moved: tuple[str, ...]
    together: tuple[str, ...]
    caution: str

    @property
    def same_first(self) -> bool:
        """Whether both put the same strategy first."""
        return self.a.first == self.b.first
