"""A case: a situation and what the rule set must make of it; and cases of one kind, counted."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, TypeAlias

from llm_adapt.rules.form import GIVEN, Form, QuestionId
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record

# Answers by question, as a file writes them.
Answers: TypeAlias = Mapping[Annotated[str, Form(ref="answers")], Plain]


@record(frozen=True)
class Examples:
    """Answers for which a rule fires, and for which it stays silent."""

    fires: Answers
    silent: Answers


NO_EXAMPLES = Examples({}, {})


Place: TypeAlias = Annotated[str, Form(ref="strategy or none")]


@record(frozen=True)
class Expected:
    """What a case demands."""

    first: Place | tuple[Place, ...] | None = None
    not_first: tuple[Place, ...] = ()
    before: Annotated[
        tuple[tuple[Place, ...], ...], Form(description="pairs: the one ranked before the other")
    ] = ()
    verdict: Annotated[str, Form(ref="verdict")] | None = None
    fires: tuple[Annotated[str, Form(ref="rule")], ...] = ()
    silent: tuple[Annotated[str, Form(ref="rule")], ...] = ()
    how: tuple[Annotated[str, Form(ref="variant")], ...] = ()
    warns: tuple[Annotated[str, Form(ref="warning")], ...] = ()
    prepares: tuple[Annotated[str, Form(ref="preparation")], ...] = ()
    ruled_out: tuple[Place, ...] = ()
    differs: Place | None = None
    score: Mapping[Annotated[str, Form(ref="strategy")], int] = field(default_factory=dict)


@record(frozen=True)
class Case:
    """A named situation and what the rule set must make of it."""

    id: Annotated[str, GIVEN]
    answers: Answers
    expect: Annotated[Mapping[str, Plain], Form(shape=Expected)]
    source: str = ""
    todo: str = ""
    where: Annotated[Location | None, GIVEN] = None


@record(frozen=True)
class ProjectKind:
    """Documented projects of one kind: how many tell what, and how often which answer."""

    id: Annotated[str, GIVEN]
    projects: Annotated[int, Form(ge=1)]
    known: Mapping[QuestionId, Annotated[int, Form(ge=0)]]
    answers: Mapping[QuestionId, Mapping[str, Annotated[float, Form(ge=0)]]]
