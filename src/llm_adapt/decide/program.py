"""A rule set made ready to decide: atoms numbered, conditions compiled, flowchart unfolded."""

from collections.abc import Mapping
from functools import cached_property

from llm_adapt.decide.atoms import Atoms
from llm_adapt.decide.chart import Chart, ChartBuilder
from llm_adapt.decide.firing import Firing
from llm_adapt.decide.logic import Logic, compile_condition
from llm_adapt.decide.tally import Side, sides_for
from llm_adapt.rules.model import Condition, RuleSet, Tally
from llm_adapt.rules.value import Value


class Program:
    """Everything the deciding modules need, made once for a rule set.

    Conditions are known by what they belong to: a rule's id, `walk/node`, or `item:` and its id.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.conditions = _conditions(rules)
        self.atoms = Atoms(rules, [*self.conditions.values(), *rules.predicates.values()])
        self.logic: dict[str, Logic] = {
            name: compile_condition(condition, self.atoms, rules.predicates)
            for name, condition in self.conditions.items()
        }
        self.needs = {need: self.sides({need}) for need in rules.needs}
        self.scores = {
            name: self.sides({*strategy.parts, *strategy.serves})
            for name, strategy in rules.strategies.items()
        }

        by_effort = sorted(rules.strategies.values(), key=lambda s: (s.effort, s.id))
        argued = {argument.target for rule in rules.rules.values() for argument in rule.arguments}
        # What each strategy is judged by, in the order that breaks ties.
        self.judged_by: dict[str, tuple[str, ...]] = {
            strategy.id: tuple(sorted({*strategy.parts, *strategy.serves} & argued))
            for strategy in by_effort
        }

        self.parts = {strategy.id: strategy.parts for strategy in by_effort}

    def sides(self, targets: set[str]) -> tuple[Side, ...]:
        """The arguments about some needs or strategies."""
        return sides_for(frozenset(targets), self.rules.rules, self.logic)

    @cached_property
    def firing(self) -> Firing:
        """All rules, ready to be tested in one pass."""
        return Firing(self.rules.rules, self.logic)

    @cached_property
    def chart(self) -> Chart:
        """The flowchart, unfolded."""
        return ChartBuilder(self.rules, self.atoms, self.logic, self.needs).build()

    def state(self, values: Mapping[str, Value]) -> tuple[int, int]:
        """What the answers make true and false."""
        return self.atoms.state(values)


def _conditions(rules: RuleSet) -> dict[str, Condition]:
    found: dict[str, Condition] = {name: rule.when for name, rule in rules.rules.items()}
    for walk in rules.walks:
        for node in walk.nodes.values():
            if not isinstance(node.when, Tally):
                found[f"{walk.id}/{node.id}"] = node.when
    for item in rules.items.values():
        if item.when is not None:
            found[f"item:{item.id}"] = item.when
    return found
