"""The factors of amounts as people write them, read when somebody writes one."""

from dataclasses import replace
from functools import cache
from math import ceil, floor, inf
from typing import TypeVar

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.scalar import Doubtful
from llm_adapt.files.yaml_file import Document, read_file
from llm_adapt.rules.amount import Amount, Amounts, Factor, read_amount
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.number import finite
from llm_adapt.rules.plain import Plain, mapping, sequence, text, texts
from llm_adapt.rules.situation import Answer, Origin
from llm_adapt.rules.value import Between, Unreadable, Value

_V = TypeVar("_V", bound=Value | Unreadable | None)


@cache
def shipped_amounts() -> Amounts:
    """The factors of `rules/tables/amounts.yaml`.

    Raises:
        LlmAdaptError: The table is missing or a row of it is wrong.
    """
    return amounts_of(read_file(builtin_rules() / "tables" / "amounts.yaml", "amounts.yaml"))


def amounts_of(document: Document) -> Amounts:
    """The factors of a table; each row must say its source, date and grade.

    Raises:
        LlmAdaptError: A row cannot be used; all faults are told at once.
    """
    scales: dict[str, Factor] = {}
    units: dict[str, dict[str, Factor]] = {}
    faults: list[LlmAdaptError] = []
    for index, item in enumerate(sequence(mapping(document.data).get("rows"))):
        try:
            factor = _factor(mapping(item))
        except ValueError as error:
            where = document.place(("rows", index))
            faults.append(LlmAdaptError(f"an amount: {error}", where))
            continue
        for word in factor.words:
            (units.setdefault(factor.unit, {}) if factor.unit else scales)[word.lower()] = factor
    raise_all(faults)
    return Amounts(scales, units)


def _factor(row: dict[str, Plain]) -> Factor:
    missing = [name for name in ("name", "words", "source", "date", "grade") if not row.get(name)]
    if missing:
        raise ValueError(f"{', '.join(missing)} is missing")
    value = finite(row.get("value"))
    low, high = (finite(row.get(end, value)) for end in ("low", "high"))
    if not 0 < low <= value <= high:
        raise ValueError(f"{value:g} does not lie between {low:g} and {high:g}")
    words = texts(row["words"])
    return Factor(
        text(row["name"]), text(row.get("unit")), words, value, low, high, text(row["source"])
    )


def answer_to(
    question: Question, raw: Plain, origin: Origin = Origin.FILE, where: Location | None = None
) -> Answer | Unreadable | None:
    """An answer from plain data, with numbers as people write them; `None` means unknown."""
    amount = amount_of(question, raw)
    if isinstance(amount, Unreadable):
        return amount
    value = question.read(raw if amount is None else amount.value)
    if value is None or isinstance(value, Unreadable):
        return value
    if amount is None:
        return Answer(value, origin, where)
    return Answer(ranged(question, value, amount), origin, where, amount.told)


def ranged(question: Question, value: _V, amount: Amount) -> _V | Between:
    """A number with the range that its conversion leaves, within what the question takes."""
    if not isinstance(value, float | int) or amount.low == amount.high:
        return value
    low, high = amount.low, amount.high
    if question.kind is Kind.INTEGER:
        low, high = floor(low), ceil(high)
    top = inf if question.maximum is None else question.maximum
    return Between(value, max(low, question.minimum), min(high, top), amount.written)


def amount_of(question: Question, raw: Plain) -> Amount | Unreadable | None:
    """What a text says as an amount in the unit of a question; nothing where none is due."""
    written = raw.written if isinstance(raw, Doubtful) else raw
    if not question.numeric or not isinstance(written, str) or written == "n/a":
        return None
    found = read_amount(written, question.unit, shipped_amounts(), question.example)
    if isinstance(found, Unreadable):
        return Unreadable(f"{question.id}: {found.message}", found.hint)
    if question.kind is Kind.INTEGER and found.low < found.high:
        # What is converted by an estimate is no more exact for a fraction.
        return replace(found, value=round(found.value))
    return found
