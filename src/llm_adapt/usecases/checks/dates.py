"""Whether the day of the review has passed, or is near."""

from collections.abc import Iterator
from datetime import date

from llm_adapt.report.phrases import counted
from llm_adapt.rules.check import Noted, noted
from llm_adapt.rules.project import Project


def review_findings(project: Project, as_of: date, due_within: int) -> Iterator[Noted]:
    """Overdue after the day, due within some days before it and on it."""
    if project.review_by is None:
        return
    left = (project.review_by - as_of).days
    if left < 0:
        message = f"the review was due on {project.review_by}, {counted(-left, 'day')} ago"
        yield noted("C401", message, project.review_where, "review_by")
    elif left <= due_within:
        when = f"in {counted(left, 'day')}" if left else "today"
        message = f"the review is due on {project.review_by}, {when}"
        yield noted("C402", message, project.review_where, "review_by")
