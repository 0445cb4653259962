"""How many questions an interview takes until nothing open can change first place."""

from collections.abc import Mapping
from dataclasses import dataclass

from llm_adapt.decide.relevance import relevant
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import NOT_APPLICABLE, Value
from llm_adapt.verify.subject import Subject

# Interviews are simulated on this many situations at most: each asks many questions.
MOST = 6


@dataclass(frozen=True, slots=True)
class Interview:
    """Questions asked, over some situations: most, on average, and the answers of the longest."""

    situations: int
    most: int
    average: float
    longest: Mapping[str, Value]


def count_questions(subject: Subject) -> Interview:
    """Interviews in which every question is answered as the situation has it.

    What the situation leaves open does not apply. The most is a lower bound of the worst case.
    """
    passed = list(subject.walks.passed.values())
    chosen = passed[:: max(1, len(passed) // MOST)][:MOST]
    counts = [(len(asked), asked) for asked in (_interview(subject, values) for values in chosen)]
    most, longest = max(counts, key=lambda pair: pair[0], default=(0, dict[str, Value]()))
    total = sum(count for count, _ in counts)
    return Interview(len(counts), most, total / max(1, len(counts)), longest)


def _interview(subject: Subject, values: Mapping[str, Value]) -> dict[str, Value]:
    asked: dict[str, Value] = {}
    while True:
        found = relevant(subject.program, asked, frozenset(asked))
        if not found:
            return asked
        name = found[0].question
        several = subject.rules.questions[name].kind is Kind.SEVERAL
        asked[name] = values.get(name, () if several else NOT_APPLICABLE)
