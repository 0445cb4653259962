"""What an answer may be, why something is none, and words for what was written."""

from collections.abc import Iterable

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
