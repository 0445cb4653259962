"""Documented projects: what was known, what worked, and how a ranking is judged by that."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.program import Evaluation
from llm_adapt.decide.rank import rank
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Value

# The best of a project has to stand among so many.
AMONG = 3
_PRE_TRAINED = {"cpt", "pretrain"}
_TUNED = {"peft", "full_ft"}
_PROMPTED = {"icl"}
Parts = frozenset[str]


class Marks(NamedTuple):
    """How a ranking fares: what it puts first, and whether the best is among the first three."""

    acceptable: bool
    best: bool
    among_three: bool
    wrong: bool


@record(frozen=True)
class Documented:
    """A project that somebody has written about.

    `best` is what worked best there, `fine` holds it and what would have done as well, `wrong`
    what was measured to do badly.
    """

    name: str
    answers: Mapping[str, Value]
    best: Parts
    fine: frozenset[Parts]
    wrong: frozenset[Parts]

    def marks(self, order: Sequence[Parts]) -> Marks:
        """How a ranking of this project fares."""
        first = order[0]
        among = self.best in order[:AMONG]
        return Marks(first in self.fine, first == self.best, among, first in self.wrong)

    def faults(self, order: Sequence[Parts]) -> Iterator[str]:
        """What is to be said against a ranking: first place acceptable, the best near the top."""
        marks = self.marks(order)
        if not marks.acceptable:
            did = "which did badly there" if marks.wrong else f"not {_said(self.best)}"
            yield f"first is {_said(order[0])}, {did}"
        elif not marks.among_three:
            said = ", ".join(map(_said, order[:AMONG]))
            yield f"{_said(self.best)}, the best, is not among the first three: {said}"


def places(found: Evaluation) -> list[Parts]:
    """The ranking as parts; where nothing can be recommended, `none` stands first."""
    order = [parts(name) for name in rank(found)]
    return [frozenset({NONE}), *order] if found.first == NONE else order


def parts(strategy: str) -> Parts:
    """A strategy as its parts, as people write them.

    Tuning is included in (continued) pre-training, prompting in everything.
    """
    found = set(strategy.split("+"))
    if found & _PRE_TRAINED:
        found -= _TUNED
    return frozenset(found - _PROMPTED if len(found) > 1 else found)


def _said(strategy: Parts) -> str:
    return "+".join(sorted(strategy, key=lambda part: (part != "rag", part)))
