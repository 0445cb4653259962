"""What each strategy would take, as ranges, where the answers allow an estimate."""

from collections.abc import Iterator, Mapping

from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.cited import Takes
from llm_adapt.rules.cost import Cost
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Plain
from llm_adapt.usecases.estimate import hours, peak


def costs(rules: RuleSet, answers: Mapping[str, Plain]) -> tuple[Cost, ...]:
    """The estimates that the rule set asks for and the answers suffice for."""
    return tuple(
        cost
        for strategy in rules.strategies.values()
        for takes in strategy.takes
        for cost in _estimated(strategy.id, takes, answers)
    )


def _estimated(strategy: str, takes: Takes, answers: Mapping[str, Plain]) -> Iterator[Cost]:
    cells: dict[str, Plain] = dict(takes.cells)
    for column, scaled in takes.answers.items():
        answer = answers.get(scaled.of)
        if isinstance(answer, bool) or not isinstance(answer, float | int) or not answer:
            return
        cells[column] = answer * scaled.times
    try:
        if takes.kind == "memory":
            found, unit = peak(cells), "GiB"
        else:
            found, unit = hours(cells).estimate.hours, "GPU hours"
    except LlmAdaptError:
        # A size that no table covers: no estimate is better than a wild one.
        return
    yield Cost(strategy, takes.title, found.low, found.typical, found.high, unit)
