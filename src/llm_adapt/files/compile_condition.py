"""Plain data of a checked condition into the condition the engine reads."""

from collections.abc import Mapping

from llm_adapt.rules.model import (
    AllOf,
    AnyOf,
    Condition,
    Derived,
    EndedAt,
    IsOneOf,
    Named,
    NotOf,
    Scale,
    Tally,
    Threshold,
)
from llm_adapt.rules.plain import Plain, mapping, number, sequence, text, texts

_VALUES = ("is", "in", "has", "has_any")
_OPS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


class ConditionCompiler:
    """Makes conditions of a rule set with these constants and derived numbers."""

    def __init__(self, constants: Mapping[str, float], derived: Mapping[str, Derived]) -> None:
        self._constants = constants
        self._derived = derived

    def condition(self, raw: Plain) -> Condition:
        """The condition of plain data."""
        if isinstance(raw, str):
            return Named(raw)
        form = mapping(raw)
        if "all" in form:
            return AllOf(tuple(self.condition(part) for part in sequence(form["all"])))
        if "any" in form:
            return AnyOf(tuple(self.condition(part) for part in sequence(form["any"])))
        if "not" in form:
            return NotOf(self.condition(form["not"]))
        return self._leaf(form)

    def _leaf(self, form: dict[str, Plain]) -> Condition:
        if "need" in form:
            return Tally(text(form["need"]), int(number(form["at_least"])))
        if "walk" in form:
            return EndedAt(text(form["walk"]), texts(form["ended_at"]))
        return self._comparison(form)

    def _comparison(self, form: dict[str, Plain]) -> Condition:
        field = text(form["answer"])
        parts: list[Condition] = [
            IsOneOf(field, texts(form[key])) for key in _VALUES if form.get(key) is not None
        ]
        parts += [
            self._threshold(field, op, form[key])
            for key, op in _OPS.items()
            if form.get(key) is not None
        ]
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _threshold(self, field: str, op: str, raw: Plain) -> Threshold:
        if isinstance(raw, str):
            return Threshold(field, op, self._constants[raw], raw)
        if isinstance(raw, dict):
            derived = self._derived[text(raw["derived"])]
            factor = derived.low if raw["bound"] == "low" else derived.high
            return Threshold(field, op, Scale(derived.id, factor, derived.of))
        return Threshold(field, op, number(raw))
