"""What an answer may be, why something is none, and words for what was written."""

from collections.abc import Collection, Iterable
from typing import Self

from llm_adapt.rules.number import tidy
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.record import record

# No quantity that anyone asks about comes near; what is larger is a slip or an attack.
LARGEST = 10**18
_LONGEST_WORD = 60


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


class Between(float):
    """A number known only to lie from `low` to `high`, both included; `written` says how it came.

    It counts as its middle where one number is needed. A comparison with a bound inside the range
    is unknown.
    """

    low: float
    high: float
    written: str
    __slots__ = ("high", "low", "written")

    def __new__(cls, value: float, low: float, high: float, written: str) -> Self:
        """The range around a number."""
        made = super().__new__(cls, value)
        made.low, made.high, made.written = low, high, written
        return made

    def __getnewargs__(self) -> tuple[float, float, float, str]:  # type: ignore[override]
        return float(self), self.low, self.high, self.written

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Between):
            return False
        return (float(self), self.low, self.high) == (float(other), other.low, other.high)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((float(self), self.low, self.high))

    def __repr__(self) -> str:
        return str(tidy(float(self)))

    def includes(self, value: object) -> bool:
        """Whether a number lies in the range."""
        return isinstance(value, float | int) and self.low <= value <= self.high


Value = str | float | tuple[str, ...] | NotApplicable


@record(frozen=True)
class Unreadable:
    """Why something is no answer to a question, and the way out."""

    message: str
    hint: str


def near_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most likely meant, or nothing."""
    if len(word) > _LONGEST_WORD:
        return None
    written = word.strip().lower().replace(" ", "_").replace("-", "_")
    forms = {name.lower().replace("-", "_"): name for name in known}
    from difflib import get_close_matches  # noqa: PLC0415 (only for a wrong answer)

    near = get_close_matches(written, list(forms), 1, 0.6)
    return forms[near[0]] if near else None


def toggled(values: Iterable[str], chosen: Collection[str], item: str) -> tuple[str, ...]:
    """A list of what is chosen of some values, with one item put in or taken out."""
    return tuple(value for value in values if (value in chosen) != (value == item))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """A did-you-mean hint, or nothing when no known word is near."""
    near = near_word(word, known)
    return f"did you mean {near}?" if near else None


def as_told(value: Value | None) -> Plain:
    """An answer as plain data for texts: a range stays one."""
    if isinstance(value, NotApplicable):
        return "n/a"
    return list(value) if isinstance(value, tuple) else value


def shown(value: Value | None) -> Plain:
    """An answer as plain data, for JSON and YAML."""
    return tidy(float(value)) if isinstance(value, Between) else as_told(value)


def as_written(value: Value) -> Plain:
    """An answer as a file keeps it: a range by the words it came from."""
    return value.written if isinstance(value, Between) else shown(value)


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
