"""What a person types, as an answer: a number, a name, the start of a name, several of them."""

import re
from collections.abc import Mapping
from unicodedata import normalize

from llm_adapt.files.amounts import amount_of, ranged
from llm_adapt.rules.amount import Amount
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import NOT_APPLICABLE, NotApplicable, Unreadable, Value, nearest

_NOTHING = {"none", "nothing", "empty", "[]", "-"}
_NOT_APPLICABLE = {"n/a", "na", "n.a.", "not applicable", "does not apply"}


def read_answer(question: Question, text: str) -> Value | Unreadable:
    """The answer that a text gives to a question, or why it gives none and what would."""
    written = normalize("NFKC", text).strip()
    if written.lower() in _NOT_APPLICABLE and written.lower() not in question.choices:
        return NOT_APPLICABLE
    if question.numeric:
        amount = amount_of(question, written)
        if isinstance(amount, Unreadable):
            return Unreadable(amount.message.removeprefix(f"{question.id}: "), amount.hint)
        if amount is None:
            return _checked(question, written)
        return ranged(question, _checked(question, amount.value), amount)
    if question.kind is Kind.SEVERAL:
        return _several(question, written)
    chosen = _one(question, written)
    return chosen if isinstance(chosen, Unreadable) else _checked(question, chosen)


def understood(question: Question, text: str) -> str:
    """How an amount was converted; empty when it was written as it is."""
    amount = amount_of(question, normalize("NFKC", text).strip())
    return amount.told if isinstance(amount, Amount) else ""


def _checked(question: Question, raw: str | float | list[str]) -> Value | Unreadable:
    value = question.read([*raw] if isinstance(raw, list) else raw)
    if isinstance(value, Unreadable):
        return Unreadable(value.message.removeprefix(f"{question.id} "), value.hint)
    assert value is not None  # noqa: S101 (only nothing is read as unknown)
    assert not isinstance(value, NotApplicable)  # noqa: S101 (told apart above)
    return value


def _several(question: Question, written: str) -> Value | Unreadable:
    whole = _one(question, written)
    if not isinstance(whole, Unreadable):
        return _checked(question, [whole])
    if written.lower() in _NOTHING:
        return ()
    found: list[str] = []
    for token in re.split(r"[,;\s]+", written.strip("[](), ;")):
        items = _span(question, token)
        if isinstance(items, Unreadable):
            return items
        found += items
    return _checked(question, found)


def _span(question: Question, token: str) -> list[str] | Unreadable:
    """One item, or the items from one number to another."""
    names = list(question.choices)
    if span := re.fullmatch(r"(\d+)-(\d+)", token):
        first, last = int(span[1][:6]), int(span[2][:6])
        if 1 <= first <= last <= len(names):
            return names[first - 1 : last]
    item = _one(question, token)
    return item if isinstance(item, Unreadable) else [item]


def _one(question: Question, written: str) -> str | Unreadable:
    named = question.choices
    names = list(named)
    if written.isdecimal():
        position = int(written[:6])
        if 1 <= position <= len(names):
            return names[position - 1]
        if written not in named:
            return Unreadable(f"there is no choice {written}", f"choose 1 to {len(names)}")
    key = _key(written)
    keys = {_key(name): name for name in names}
    if question.kind is Kind.YES_NO:
        keys |= {"true": "yes", "false": "no"}
    return keys[key] if key in keys else _begun(named, key, written)


def _begun(named: Mapping[str, str], key: str, written: str) -> str | Unreadable:
    """The one choice whose name, or label, begins so."""
    starts = [name for name in named if key and _key(name).startswith(key)]
    starts = starts or [n for n, label in named.items() if key and _key(label).startswith(key)]
    if len(starts) == 1:
        return starts[0]
    if starts:
        message = f"'{written}' could be {' or '.join(starts)}"
        return Unreadable(message, "write more of it, or its number")
    hint = nearest(written, named) or f"choose 1 to {len(named)}, or a name"
    return Unreadable(f"'{written}' is none of the choices", hint)


def _key(text: str) -> str:
    return re.sub(r"[\s-]+", "_", text.strip().lower())
