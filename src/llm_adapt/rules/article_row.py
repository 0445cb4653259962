"""A thing that the guide says, and what of a rule set carries it."""

from llm_adapt.rules.record import record


@record(frozen=True)
class ArticleRow:
    """One row of the checklist; `sharpened` when newer evidence says more, or otherwise."""

    id: str
    text: str
    sharpened: bool
    carried_by: tuple[str, ...]
