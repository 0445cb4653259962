"""What may be asked: name, type, unit, choices, and what counts as an answer."""

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite

from llm_adapt.model.plain import Plain, sequence


class Kind(StrEnum):
    """The types of answer."""

    CHOICE = "choice"
    SEVERAL = "several"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes_no"


class NotApplicable:
    """The answer *does not apply*: every comparison on it is no."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "n/a"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NotApplicable)

    def __hash__(self) -> int:
        return hash(NotApplicable)


NOT_APPLICABLE = NotApplicable()
Value = str | float | tuple[str, ...] | NotApplicable


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why something is no answer to a question, and the way out."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the rule set.

    `values` maps each allowed value of a choice to its label. `minimum` and `maximum` bound
    numbers in `unit`; `positive` forbids zero.
    """

    id: str
    order: int
    ask: str
    help: str
    kind: Kind
    values: dict[str, str]
    unit: str
    minimum: float
    maximum: float | None
    positive: bool
    origin: tuple[str, ...]
    example: str

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.kind in {Kind.INTEGER, Kind.NUMBER}

    def allowed(self) -> str:
        """The allowed answers in words."""
        match self.kind:
            case Kind.CHOICE:
                return f"one of {', '.join(self.values)}"
            case Kind.SEVERAL:
                return f"a list of any of {', '.join(self.values)}"
            case Kind.YES_NO:
                return "yes or no"
            case Kind.INTEGER | Kind.NUMBER:
                whole = "a whole number" if self.kind is Kind.INTEGER else "a number"
                low = f"above {self.minimum:g}" if self.positive else f"of {self.minimum:g} or more"
                high = "" if self.maximum is None else f", at most {self.maximum:g}"
                return f"{whole} {low}{high}" + (f" ({self.unit})" if self.unit else "")

    def read(self, raw: Plain) -> Value | None | Unreadable:
        """Turn plain data into an answer; `None` means unknown.

        `n/a` is the answer *does not apply* to every question.
        """
        if raw is None:
            return None
        if raw == "n/a":
            return NOT_APPLICABLE
        match self.kind:
            case Kind.CHOICE | Kind.YES_NO:
                return self._choice(raw)
            case Kind.SEVERAL:
                return self._several(raw)
            case Kind.INTEGER | Kind.NUMBER:
                return self._number(raw)

    def _choice(self, raw: Plain) -> Value | Unreadable:
        if self.kind is Kind.YES_NO:
            raw = {True: "yes", False: "no", "true": "yes", "false": "no"}.get(_key(raw), raw)
            choices = ["yes", "no"]
        else:
            choices = list(self.values)
        if isinstance(raw, str) and raw in choices:
            return raw
        return self._no(raw, choices)

    def _several(self, raw: Plain) -> Value | Unreadable:
        items = sequence(raw)
        if not isinstance(raw, list):
            return Unreadable(
                f"{self.id} needs a list, not {_show(raw)}",
                f"write [{_show(raw)}]" if raw in self.values else f"write {self.allowed()}",
            )
        for item in items:
            if not isinstance(item, str) or item not in self.values:
                return self._no(item, list(self.values))
        chosen = {str(item) for item in items}
        return tuple(value for value in self.values if value in chosen)

    def _number(self, raw: Plain) -> Value | Unreadable:
        if isinstance(raw, str):
            raw = _numeral(raw)
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return Unreadable(f"{self.id} cannot be {_show(raw)}", f"write {self.allowed()}")
        if isinstance(raw, float) and not isfinite(raw):
            return Unreadable(f"{self.id} must be finite", f"write {self.allowed()}")
        if isinstance(raw, int) and abs(raw) > 10**300:
            return Unreadable(f"{self.id} is too large", f"write {self.allowed()}")
        below = raw < self.minimum or (self.positive and raw <= self.minimum)
        if below or (self.maximum is not None and raw > self.maximum):
            return Unreadable(f"{self.id} cannot be {_show(raw)}", f"write {self.allowed()}")
        if self.kind is Kind.INTEGER:
            if raw != int(raw):
                return Unreadable(f"{self.id} cannot be {_show(raw)}", f"write {self.allowed()}")
            return int(raw)
        return raw

    def _no(self, raw: Plain, choices: list[str]) -> Unreadable:
        near = get_close_matches(str(raw), choices, 1, 0.5)
        meant = f"did you mean {near[0]}? " if near else ""
        return Unreadable(f"{self.id} cannot be {_show(raw)}", f"{meant}It takes {self.allowed()}")


def shown(value: Value | None) -> Plain:
    """An answer as plain data, for JSON and YAML."""
    if isinstance(value, NotApplicable):
        return "n/a"
    if isinstance(value, tuple):
        return list(value)
    return value


def _key(raw: Plain) -> bool | str | None:
    return raw if isinstance(raw, bool | str) else None


def _show(raw: Plain) -> str:
    shortened = repr(raw) if not isinstance(raw, str) else f"'{raw}'"
    return shortened if len(shortened) <= 60 else shortened[:57] + "..."


def _numeral(raw: str) -> Plain:
    try:
        return int(raw.replace("_", ""))
    except ValueError:
        pass
    try:
        return float(raw.replace("_", ""))
    except ValueError:
        return raw
