"""What is known about a project: answers with their origin; an absent answer is unknown."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from llm_adapt.rules.location import Location
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Value


class Origin(StrEnum):
    """Where an answer came from."""

    FILE = "file"
    OPTION = "option"
    ASKED = "you"
    ASSUMED = "assumed"
    MEASURED = "measured"


@record(frozen=True)
class Answer:
    """One answer, with its origin and, when it was written in a file, its place.

    `told` says how an amount was understood that had to be converted: `500 pages = ...`;
    `by` says after whom, of what a preset assumes.
    """

    value: Value
    origin: Origin = Origin.FILE
    where: Location | None = None
    told: str = ""
    by: str = ""


@record(frozen=True)
class Situation:
    """The answers by question id. What is absent is unknown, never *no*.

    `not_known` are questions that somebody was asked and could not answer: they still count as
    open, but how sure first place is takes it that nobody answers them.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict[str, Answer])
    not_known: frozenset[str] = frozenset()

    def values(self) -> dict[str, Value]:
        """Question id to value."""
        return {name: answer.value for name, answer in self.answers.items()}

    def having(self, name: str, answer: Answer | None) -> "Situation":
        """The same situation with one answer set, or taken back (`None`)."""
        answers = {key: value for key, value in self.answers.items() if key != name}
        if answer is not None:
            answers[name] = answer
        return Situation(answers, self.not_known - answers.keys())
