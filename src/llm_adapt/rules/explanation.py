"""What one thing of a rule set says, and how it stands in a situation."""

from dataclasses import dataclass

from llm_adapt.rules.advice import Citation, Flip, Place
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import Condition


@dataclass(frozen=True, slots=True)
class Weighed:
    """A condition with its parts; `truth` is yes, no or unknown, or empty without answers."""

    condition: Condition
    truth: str
    parts: tuple["Weighed", ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something there is to say, under a label."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands in a situation; `place` and `flips` are a strategy's."""

    summary: str
    notes: tuple[Note, ...] = ()
    place: Place | None = None
    flips: tuple[Flip, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule, question, node, strategy or other thing of a rule set."""

    kind: str
    id: str
    title: str
    text: str
    condition: Weighed | None
    notes: tuple[Note, ...]
    sources: tuple[Citation, ...]
    where: Location | None
    standing: Standing | None
