"""Why and why not: the rules that spoke about a strategy, and the answers they looked at."""

from collections.abc import Iterable, Mapping
from typing import Any

from llm_adapt.decide.conditions import fields_of
from llm_adapt.decide.program import Evaluation
from llm_adapt.decide.words import fill
from llm_adapt.rules.advice import Citation, Effect, Reason
from llm_adapt.rules.model import Condition, Rule, RuleSet, Strength, Tally
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.value import as_told


class Reasons:
    """The rules that fire in one situation, told by strategy."""

    def __init__(self, decided: Evaluation) -> None:
        self.decided = decided
        self.rules = decided.program.rules
        self.fired = decided.speaking
        self._told: dict[str, tuple[str, Mapping[str, Plain], tuple[Citation, ...]]] = {}

    def about(self, strategy: str) -> tuple[Reason, ...]:
        """Every reason about a strategy: vetoes first, then the weightiest."""
        known = self.rules.strategies[strategy]
        targets = {*known.parts, *known.serves}
        found: dict[tuple[str, Effect], Reason] = {}
        for rule in self.fired:
            if strategy in rule.rules_out:
                found[rule.id, "rules_out"] = self._reason(rule, "rules_out", Strength.DECISIVE)
            for argument in rule.arguments:
                if argument.target in targets:
                    key = rule.id, argument.side
                    if key not in found or argument.strength.points > found[key].strength.points:
                        found[key] = self._reason(rule, argument.side, argument.strength)
        return tuple(sorted(found.values(), key=_weight))

    def _reason(self, rule: Rule, effect: Effect, strength: Strength) -> Reason:
        if rule.id not in self._told:
            self._told[rule.id] = (
                fill(rule.because, self.rules, self.decided.values),
                self.looked_at(rule.when),
                citations(self.rules, rule.sources),
            )
        text, answers, sources = self._told[rule.id]
        return Reason(rule.id, effect, strength, text, answers, sources)

    def looked_at(self, condition: Condition) -> dict[str, Plain]:
        """The known answers that a condition looks at, or the rules that its tally heard."""
        values = self.decided.values
        if not isinstance(condition, Tally):
            names = dict.fromkeys(fields_of(condition, self.rules.predicates))
            return {name: as_told(values[name]) for name in names if name in values}
        found: dict[str, Plain] = {}
        for rule in self.fired:
            if any(argument.target == condition.need for argument in rule.arguments):
                found |= self.looked_at(rule.when)
        return {name: found[name] for name in self.rules.questions if name in found}


def _weight(reason: Reason) -> tuple[bool, int, bool, str]:
    return (
        reason.effect != "rules_out",
        -reason.strength.points,
        reason.effect == "against",
        reason.rule,
    )


def citations(rules: RuleSet, names: Iterable[str]) -> tuple[Citation, ...]:
    """Sources as they are said, best grade first."""
    known: Any = rules.sources
    # Rules cite what their rule set holds; those of data may cite what one of your own lacks.
    found = [known[name] for name in names if name in known]
    return tuple(
        Citation(s.id, s.title, s.url, s.date, s.grade)
        for s in sorted(found, key=lambda s: (s.grade, s.id))
    )
