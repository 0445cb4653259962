"""What one thing of a rule set says, how it stands in a situation, and rules in brief."""

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from llm_adapt.rules.advice import Citation, Flip, Known, Place
from llm_adapt.rules.location import Location
from llm_adapt.rules.record import record

# What there is to say, line by line under a label.
Notes: TypeAlias = Mapping[str, tuple[str, ...]]


@record(frozen=True)
class Weighed:
    """A condition in words, whole and without its parts; `now` is empty without answers."""

    says: str
    head: str
    now: Known | None
    parts: tuple["Weighed", ...]


@record(frozen=True)
class Standing:
    """How it stands in a situation; `place` and `flips` are a strategy's."""

    summary: str
    notes: Notes = field(default_factory=dict[str, tuple[str, ...]])
    place: Place | None = None
    flips: tuple[Flip, ...] = ()


@record(frozen=True)
class Explanation:
    """One rule, question, node, strategy or other thing of a rule set."""

    kind: str
    id: str
    title: str
    text: str
    when: Weighed | None
    notes: Notes
    sources: tuple[Citation, ...] = ()
    where: Location | None = None
    now: Standing | None = None


@record(frozen=True)
class RuleRow:
    """One rule; `grade` is the best of its sources, `questions` those its condition looks at."""

    id: str
    title: str
    family: str
    profile: str
    effects: tuple[str, ...]
    grade: str
    questions: tuple[str, ...]
    sources: tuple[str, ...]
    carries: tuple[str, ...]
    because: str
    where: Location | None


@record(frozen=True)
class ArticleRow:
    """One row of the guide's checklist; `sharpened` when newer evidence says more, or otherwise."""

    id: str
    text: str
    sharpened: bool
    carried_by: tuple[str, ...]
