"""The total order of strategies, decided here and nowhere else.

1. What the flowchart walk ends at is first, unless a rule rules it out; then the first of its
   `otherwise` that none rules out (the chart has both in it).
2. Strategies that a rule rules out come last.
3. Strategies with a part that the arguments speak against come before those: not advised.
4. Within each of these groups: the higher score first; at equal scores the lower effort; then
   the name.
"""

from collections.abc import Mapping

from llm_adapt.decide.chart import NONE
from llm_adapt.decide.program import Program


def scores(program: Program, true: int, false: int) -> dict[str, int]:
    """The score of every strategy on what is known: arguments for it minus those against."""
    return _scores(program, program.firing.totals(program.firing.fired(true, false)))


def _scores(program: Program, totals: Mapping[str, int]) -> dict[str, int]:
    return {
        name: sum([totals[target] for target in targets])
        for name, targets in program.judged_by.items()
    }


def ruled_out(program: Program, true: int, false: int) -> dict[str, list[str]]:
    """The strategies that rules rule out, with the ids of those rules."""
    return program.firing.ruled_out(program.firing.fired(true, false))


def rank(program: Program, true: int, false: int) -> list[str]:
    """Every strategy, best first."""
    firing = program.firing
    fired = firing.fired(true, false)
    totals = firing.totals(fired)
    first = program.chart.first(true, false, totals)
    vetoed = firing.ruled_out(fired)
    tallied = _scores(program, totals)
    # Those in `judged_by` stand by effort and name already, and sorting keeps equals in order.
    ordered = sorted(tallied, key=tallied.__getitem__, reverse=True)
    # Each part must earn its place.
    parts = program.parts
    doubtful = {name for name in ordered if min([tallied[part] for part in parts[name]]) < 0}
    ordered.sort(key=doubtful.__contains__)
    if first in tallied:
        ordered.remove(first)
        ordered.insert(0, first)
    if vetoed:
        ordered.sort(key=vetoed.__contains__)
    assert first in {ordered[0], NONE}, "the walk and the ranking contradict each other"  # noqa: S101
    return ordered
