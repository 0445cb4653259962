"""The total order of strategies, decided here and nowhere else.

1. What the flowchart walk ends at is first, unless a rule rules it out; then the first of its
   `otherwise` that none rules out (the chart has both in it).
2. Strategies that a rule rules out come last.
3. In between: the higher score first; at equal scores the lower effort; then the name.
"""

from llm_adapt.engine.chart import NONE
from llm_adapt.engine.logic import YES
from llm_adapt.engine.program import Program
from llm_adapt.engine.tally import total


def scores(program: Program, true: int, false: int) -> dict[str, int]:
    """The score of every strategy on what is known: arguments for it minus those against."""
    return {name: total(sides, true, false) for name, sides in program.scores.items()}


def ruled_out(program: Program, true: int, false: int) -> dict[str, list[str]]:
    """The strategies that rules rule out, with the ids of those rules."""
    found: dict[str, list[str]] = {}
    for rule in program.rules.rules.values():
        if rule.rules_out and program.logic[rule.id].test(true, false) == YES:
            for name in rule.rules_out:
                found.setdefault(name, []).append(rule.id)
    return found


def rank(program: Program, true: int, false: int) -> list[str]:
    """Every strategy, best first."""
    first = program.chart.first(true, false)
    vetoed = ruled_out(program, true, false)
    tallied = scores(program, true, false)
    effort = program.rules.strategies

    def key(name: str) -> tuple[bool, bool, int, int, str]:
        return name in vetoed, name != first, -tallied[name], effort[name].effort, name

    ordered = sorted(tallied, key=key)
    assert first in {ordered[0], NONE}, "the walk and the ranking contradict each other"  # noqa: S101
    return ordered
