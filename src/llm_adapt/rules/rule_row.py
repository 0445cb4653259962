"""A rule in brief, and a thing that the guide says, for lists and indexes."""

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


@record(frozen=True)
class ArticleRow:
    """One row of the guide's checklist; `sharpened` when newer evidence says more, or otherwise."""

    id: str
    text: str
    sharpened: bool
    carried_by: tuple[str, ...]
