"""A rule in brief, for lists and indexes."""

from llm_adapt.rules.location import Location
from llm_adapt.rules.record import record


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
