"""The result: a ranking with its reasons, the way there, the plan, and what is still open.

These records are the JSON document, field by field (`report.json_v1`), and every other form of
the result is made from them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, TypeAlias

from llm_adapt.rules.model import Strength
from llm_adapt.rules.outlook import Stability
from llm_adapt.rules.plain import Shown
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Origin

Effect: TypeAlias = Literal["for", "against", "rules_out"]
Known: TypeAlias = Literal["yes", "no", "unknown"]


class Verdict(StrEnum):
    """How sure the first place is."""

    CLEAR = "clear"
    CLOSE = "close"
    UNDETERMINED = "undetermined"
    NONE = "none"


class Status(StrEnum):
    """Where a strategy stands."""

    RECOMMENDED = "recommended"
    VIABLE = "viable"
    NOT_ADVISED = "not_advised"
    RULED_OUT = "ruled_out"


class Group(StrEnum):
    """The part of the ranking that a strategy is shown in; while nothing is known none leads."""

    RECOMMENDED = "recommended"
    WOULD_ALSO_WORK = "would_also_work"
    NOT_ADVISED = "not_advised"
    RULED_OUT = "ruled_out"


@record(frozen=True)
class Citation:
    """A source as it is shown beside a reason."""

    id: str
    title: str
    url: str | None
    date: str
    grade: Literal["A", "B", "C", "D"]


@record(frozen=True)
class Reason:
    """One rule that spoke about a strategy."""

    rule: str
    effect: Effect
    strength: Strength
    text: str
    answers: Mapping[str, Shown]
    sources: tuple[Citation, ...]


@record(frozen=True)
class Advised:
    """A variant, warning, preparation or data step that applies, with the first thing to do.

    Of what was tried, `text` is the likely cause, `check` how to find out, `first_step` the change.
    """

    id: str
    title: str
    text: str
    first_step: str
    check: str
    tools: tuple[Mapping[str, str], ...]
    sources: tuple[Citation, ...]


@record(frozen=True)
class Span:
    """An amount as a range with its unit, and where it comes from.

    Attributes:
        range: The lower and the upper end; infinity never occurs.
        unit: `days`, `USD`, `USD a month`, `GiB` or `GPU hours`.
        sources: Where the numbers come from, the weakest grade decides how far to trust them.
    """

    range: tuple[float, float]
    unit: str
    sources: tuple[Citation, ...]


@record(frozen=True)
class Takes:
    """What a strategy would take here; `None` is an amount that nothing is known about.

    Attributes:
        first_version: Working days to a first version that can be tried.
        production: Working days until it can carry traffic.
        once_usd: One-off money: labelling and GPU time, without salaries.
        monthly_usd: Money a month at the stated volume.
        skills: What the team must be able to do.
        assumes: What was assumed where an answer is missing, one sentence each.
        estimates: Memory and GPU hours, by title.
    """

    first_version: Span | None
    production: Span | None
    once_usd: Span | None
    monthly_usd: Span | None
    skills: tuple[str, ...]
    assumes: tuple[str, ...]
    estimates: Mapping[str, Span]


@record(frozen=True)
class Place:
    """One strategy in the ranking. `score_range` holds over every way of answering the rest.

    `why_not_first` says in words what keeps it from first place; empty for the first.
    """

    rank: int
    strategy: str
    title: str
    status: Status
    group: Group
    score: int
    score_range: tuple[int, int]
    can_win: bool
    tied: bool
    why_not_first: str
    reasons: tuple[Reason, ...]
    how: tuple[Advised, ...]
    warnings: tuple[Advised, ...]
    takes: Takes | None = None


@record(frozen=True)
class Passed:
    """One node that the walk passed."""

    node: str
    walk: str
    text: str
    result: Known
    because: str
    to: str
    answers: Mapping[str, Shown]


@record(frozen=True)
class Step:
    """One rung of the plan, with the measurement that stops it and the one that sends on.

    `takes` is how long it takes, in words, `measure` what tells that it is done; empty where nobody
    says.
    """

    step: int
    id: str
    strategy: str
    title: str
    do: str
    first_step: str
    takes: str
    measure: str
    stop_when: str
    go_on_when: str


@record(frozen=True)
class Ask:
    """An open question that can still change first place.

    `could_move` is the share (0 to 1) of plausible completions that it alone could move.
    `undecided` says that the search ended before this was settled, so it is asked to be safe.
    """

    field: str
    ask: str
    why: str
    could_change: tuple[str, ...]
    could_move: float = 0.0
    undecided: bool = False


@record(frozen=True)
class Change:
    """One answer changed; `before` is `None` where it was unknown."""

    field: str
    before: Shown
    after: Shown


@record(frozen=True)
class Flip:
    """The smallest change of answers that puts a strategy first."""

    to: str
    changes: tuple[Change, ...]


@record(frozen=True)
class Differs:
    """What the article alone would put first, and why the newer evidence does not."""

    strategy: str
    because: str


@record(frozen=True)
class Given:
    """An answer that the result rests on, and where it came from."""

    value: Shown
    origin: Origin


@record(frozen=True)
class RuleSetUsed:
    """The rule set that the result was made with; the digest changes when meaning can change."""

    name: str
    version: str
    digest: str


@record(frozen=True)
class Advice:
    """Everything the tool says about one situation.

    `no_advice_yet`: no answer decided a node of the flowchart, so the first place is only where
    the guide's ladder begins.
    """

    ruleset: RuleSetUsed
    verdict: Verdict
    summary: str
    no_advice_yet: bool
    ranking: tuple[Place, ...]
    path: tuple[Passed, ...]
    plan: tuple[Step, ...]
    so_far: tuple[Advised, ...]
    out_of_scope: tuple[Advised, ...]
    preparations: tuple[Advised, ...]
    data_plan: tuple[Advised, ...]
    ask_next: tuple[Ask, ...]
    open_but_idle: tuple[str, ...]
    flips: tuple[Flip, ...]
    flips_undecided: tuple[str, ...]
    article_differs: Differs | None
    answers: Mapping[str, Given]
    stability: Stability | None = None
