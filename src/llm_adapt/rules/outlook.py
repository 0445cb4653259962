"""What is still open about a situation, and what that could change."""

from collections.abc import Mapping

from llm_adapt.rules.record import record
from llm_adapt.rules.value import Value

# From this share of the completions on, first place is called robust, or leaning.
ROBUST = 0.9
LEANING = 0.5


@record(frozen=True)
class Stability:
    """The share (0 to 1) of plausible ways to answer the rest in which first place stays.

    Questions stay open in them as often as people do not know the answer (`known` of a question);
    what is assumed is taken as said.

    It speaks about the rule set under its stated weights, and is no probability of being right.
    `word`: proved (no answer can change first place), robust, leaning or open.
    """

    share: float
    completions: int
    word: str


@record(frozen=True)
class Open:
    """An open question that can still change first place.

    `could_move` is the share of completions that it alone could move, `could_change` what it could
    put first instead. `undecided` says that the search ended before this was settled.
    """

    question: str
    could_move: float
    could_change: tuple[str, ...]
    undecided: bool = False


@record(frozen=True)
class Outlook:
    """What can still become of a situation."""

    possible: tuple[str, ...]  # what can be first once all that is open is answered
    open: tuple[Open, ...]  # what matters, most moving first; none is the proof that none can
    stability: Stability


@record(frozen=True)
class Bounds:
    """What would take more than one answer to say, by strategy."""

    ranges: Mapping[str, tuple[int, int]]  # the least and most that its score can come to
    flips: Mapping[str, Mapping[str, Value]]  # the fewest new answers that put it first
    undecided: tuple[str, ...] = ()  # those whose smallest change the search did not settle
