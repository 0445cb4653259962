"""The total order of strategies, decided here and nowhere else.

1. What the flowchart walk ends at is first, unless a rule rules it out; then the first of its
   `otherwise` that none rules out (the chart has both in it).
2. Strategies that a rule rules out come last.
3. Strategies with a part that the arguments speak against come before those: not advised.
4. Within each of these groups: the higher score first; at equal scores the lower effort; then
   the name.
"""

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.program import Evaluation


def rank(situation: Evaluation) -> list[str]:
    """Every strategy, best first."""
    first, vetoed, scores = situation.first, situation.ruled_out, situation.scores
    # Scores come by effort and name already, and sorting keeps equals in order.
    ordered = sorted(scores, key=scores.__getitem__, reverse=True)
    # Each part must earn its place.
    parts = situation.program.parts
    doubtful = {name for name in ordered if min([scores[part] for part in parts[name]]) < 0}
    ordered.sort(key=doubtful.__contains__)
    if first in scores:
        ordered.remove(first)
        ordered.insert(0, first)
    if vetoed:
        ordered.sort(key=vetoed.__contains__)
    assert first in {ordered[0], NONE}, "the walk and the ranking contradict each other"  # noqa: S101
    return ordered
