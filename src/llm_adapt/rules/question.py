"""What may be asked: name, type, unit, choices, and what counts as an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import isnan
from typing import TypeGuard

from llm_adapt.rules.plain import Plain, sequence

# No quantity that anyone asks about comes near; what is larger is a slip or an attack.
LARGEST = 10**18
_LONGEST_WORD = 60


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
    break_even_of: str = ""

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

    def read(self, raw: Plain) -> Value | Unreadable | None:
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
        choices = list(self.values)
        if self.kind is Kind.YES_NO:
            choices = ["yes", "no"]
            if isinstance(raw, bool | str) and str(raw).lower() in {"true", "false"}:
                return "yes" if str(raw).lower() == "true" else "no"
        return raw if isinstance(raw, str) and raw in choices else self._no(raw, choices)

    def _several(self, raw: Plain) -> Value | Unreadable:
        if not isinstance(raw, list):
            listed = f"[{raw}]" if isinstance(raw, str) and raw in self.values else self.allowed()
            return Unreadable(f"{self.id} needs a list, not {quoted(raw)}", f"write {listed}")
        for item in sequence(raw):
            if not isinstance(item, str) or item not in self.values:
                return self._no(item, list(self.values))
        chosen = {str(item) for item in raw}
        return tuple(value for value in self.values if value in chosen)

    def _number(self, raw: Plain) -> Value | Unreadable:
        if isinstance(raw, str):
            raw = _numeral(raw)
        if not _is_number(raw):
            return self._refused(raw)
        if abs(raw) > LARGEST:
            return Unreadable(f"{self.id} is too large", f"write {self.allowed()}")
        whole = raw == int(raw)
        low = raw < self.minimum or (self.positive and raw <= self.minimum)
        high = self.maximum is not None and raw > self.maximum
        if low or high or (self.kind is Kind.INTEGER and not whole):
            return self._refused(raw)
        # One form of each number: the same answers are the same bytes, however written.
        return int(raw) if whole else raw

    def _refused(self, raw: Plain) -> Unreadable:
        return Unreadable(f"{self.id} cannot be {quoted(raw)}", f"write {self.allowed()}")

    def _no(self, raw: Plain, choices: list[str]) -> Unreadable:
        near = near_word(raw, choices) if isinstance(raw, str) else None
        meant = f"did you mean {near}? " if near else ""
        return Unreadable(f"{self.id} cannot be {quoted(raw)}", f"{meant}It takes {self.allowed()}")


def near_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most likely meant, or nothing."""
    if len(word) > _LONGEST_WORD:
        return None
    written = word.strip().lower().replace(" ", "_").replace("-", "_")
    forms = {name.lower().replace("-", "_"): name for name in known}
    from difflib import get_close_matches  # noqa: PLC0415 (only for a wrong answer)

    near = get_close_matches(written, list(forms), 1, 0.6)
    return forms[near[0]] if near else None


def shown(value: Value | None) -> Plain:
    """An answer as plain data, for JSON and YAML."""
    if isinstance(value, NotApplicable):
        return "n/a"
    if isinstance(value, tuple):
        return list(value)
    return value


def quoted(raw: Plain) -> str:
    """Anything that was written, short and on one line, as messages show it."""
    match raw:
        case bool():
            return "true" if raw else "false"
        case str():
            cut = raw if len(raw) <= _LONGEST_WORD else raw[: _LONGEST_WORD - 3] + "..."
            return f"'{cut}'" if cut.isprintable() else repr(cut)
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return str(raw)[:_LONGEST_WORD]


def _is_number(raw: Plain) -> TypeGuard[int | float]:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return False
    return not (isinstance(raw, float) and isnan(raw))


def _numeral(raw: str) -> Plain:
    try:
        return int(raw.replace("_", ""))
    except ValueError:
        pass
    try:
        return float(raw.replace("_", ""))
    except ValueError:
        return raw
