"""Where claims come from, and the numbers that rules and estimates take from there."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal, TypeAlias

from llm_adapt.rules.form import BESIDE, GIVEN, Form, QuestionId, SourceIds, Text
from llm_adapt.rules.record import record

_DATE = Form(
    pattern=r"^(\d{4}(-\d\d(-\d\d)?)?|undated)$", words="must be such as 2026-03, or undated"
)
_DAY = Form(pattern=r"^\d{4}-\d\d-\d\d$", words="must be a day such as 2026-03-31")
_ADDRESS = Form(pattern=r"^https?://\S+$", words="must begin with https:// or http://")


@record(frozen=True)
class Source:
    """Where a claim comes from.

    `grade`: A for several studies or a primary source of fact, B one study, C advice, D anecdote.
    `checked`: The day on which what rules claim was last compared with it.
    `says`: What it says, in one line; what to know of it besides is the `note`.
    """

    id: Annotated[str, GIVEN]
    title: Text
    date: Annotated[str, _DATE]
    seen: Literal["primary", "secondary", "not_seen", "own"]
    grade: Literal["A", "B", "C", "D"]
    url: Annotated[str, _ADDRESS] | None = None
    note: Text | None = None
    checked: Annotated[str, _DAY] | None = None
    says: Text | None = None


@record(frozen=True)
class Cited:
    """Where a row of a table comes from.

    `grade`: A is primary, B documented, C second hand, D our own fit or guess.
    """

    source: Text  # the URL, or the script of ours that produced the number
    date: Text  # when it was seen or set: 2026, 2026-11 or 2026-11-23
    grade: Literal["A", "B", "C", "D"]
    note: str = ""


Beside: TypeAlias = Annotated[Cited, BESIDE]


@record(frozen=True)
class Constant:
    """A number the rules compare with, with its unit and where it comes from."""

    id: Annotated[str, GIVEN]
    value: float
    unit: Text
    because: Text
    sources: SourceIds


@record(frozen=True)
class Point:
    """A number that follows from an answer, for one value of that."""

    at: float
    low: float
    high: float
    typical: float


@record(frozen=True)
class Derived:
    """A number that follows from an answer: `of` times a factor that lies between two bounds.

    Where it does not grow in proportion, `points` say it for some values of `of`, lowest first;
    between two of them, and beyond, it lies on the straight line through them.
    """

    id: Annotated[str, GIVEN]
    title: Text
    unit: Text
    of: QuestionId
    sources: SourceIds
    low: float | None = None
    high: float | None = None
    points: tuple[Point, ...] = ()


@record(frozen=True)
class Scaled:
    """An answer in another unit: `times` the answer to `of`."""

    of: QuestionId
    times: float = 1.0


@record(frozen=True)
class Takes:
    """What a strategy takes, as the estimator is asked for it.

    `cells` are fixed columns; `answers` fills others.
    """

    title: Text
    kind: Literal["memory", "hours"]
    cells: Mapping[str, str | float] = field(default_factory=dict)
    answers: Mapping[str, Annotated[Scaled, Form(short=True)]] = field(default_factory=dict)
