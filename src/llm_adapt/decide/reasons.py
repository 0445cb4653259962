"""Why and why not: the rules that spoke about a strategy, and the answers they looked at."""

from collections.abc import Iterable, Mapping
from typing import Any

from llm_adapt.decide.conditions import YES, fields_of
from llm_adapt.decide.program import Program
from llm_adapt.decide.words import fill
from llm_adapt.rules.advice import Citation, Effect, Reason
from llm_adapt.rules.model import Condition, Rule, Strength
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.value import Value, as_told

_ORDER = {"decisive": 0, "strong": 1, "moderate": 2, "weak": 3}


class Reasons:
    """The rules that fire in one situation, told by strategy."""

    def __init__(
        self, program: Program, values: Mapping[str, Value], state: tuple[int, int]
    ) -> None:
        self.program = program
        self.values = values
        self.fired = [
            rule
            for rule in program.rules.rules.values()
            if program.logic[rule.id].test(*state) == YES
        ]
        self._told: dict[str, tuple[str, Mapping[str, Plain], tuple[Citation, ...]]] = {}

    def about(self, strategy: str) -> tuple[Reason, ...]:
        """Every reason about a strategy: vetoes first, then the weightiest."""
        known = self.program.rules.strategies[strategy]
        targets = {*known.parts, *known.serves}
        found: dict[tuple[str, Effect], Reason] = {}
        for rule in self.fired:
            if strategy in rule.rules_out:
                found[rule.id, "rules_out"] = self._reason(rule, "rules_out", Strength.DECISIVE)
            for argument in rule.arguments:
                if argument.target in targets:
                    effect: Effect = "for" if argument.favours else "against"
                    key = (rule.id, effect)
                    if key not in found or _ORDER[argument.strength] < _ORDER[found[key].strength]:
                        found[key] = self._reason(rule, effect, argument.strength)
        return tuple(sorted(found.values(), key=_weight))

    def _reason(self, rule: Rule, effect: Effect, strength: Strength) -> Reason:
        if rule.id not in self._told:
            self._told[rule.id] = (
                fill(rule.because, self.program.rules, self.values),
                looked_at(rule.when, self.program, self.values),
                citations(self.program, rule.sources),
            )
        text, answers, sources = self._told[rule.id]
        return Reason(rule.id, effect, strength, text, answers, sources)


def _weight(reason: Reason) -> tuple[bool, int, bool, str]:
    return (
        reason.effect != "rules_out",
        _ORDER[reason.strength],
        reason.effect == "against",
        reason.rule,
    )


def looked_at(
    condition: Condition, program: Program, values: Mapping[str, Value]
) -> dict[str, Plain]:
    """The known answers that a condition looks at."""
    names = fields_of(condition, program.rules.predicates)
    return {name: as_told(values[name]) for name in dict.fromkeys(names) if name in values}


def citations(program: Program, names: Iterable[str]) -> tuple[Citation, ...]:
    """Sources as they are said, best grade first."""
    known: Any = program.rules.sources
    # Rules cite what their rule set holds; those of data may cite what one of your own lacks.
    found = [known[name] for name in names if name in known]
    return tuple(
        Citation(s.id, s.title, s.url, s.date, s.grade)
        for s in sorted(found, key=lambda s: (s.grade, s.id))
    )
