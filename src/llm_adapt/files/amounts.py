"""The factors of amounts as people write them, read when somebody writes one."""

from dataclasses import replace
from functools import cache
from math import ceil, floor, inf
from typing import TypeVar

from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.compile import ModelReader
from llm_adapt.files.kept import plain_of, table_of
from llm_adapt.files.scalar import Doubtful
from llm_adapt.rules.amount import Amount, Amounts, Factor, read_amount
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.plain import Plain, mapping, sequence
from llm_adapt.rules.situation import Answer, Origin
from llm_adapt.rules.value import Between, Unreadable, Value

_FILE = "amounts.yaml"
_V = TypeVar("_V", bound=Value | Unreadable | None)


@cache
def shipped_amounts() -> Amounts:
    """The factors of `rules/tables/amounts.yaml`.

    Raises:
        LlmAdaptError: The table is missing or a row of it is wrong.
    """
    paths = {_FILE: builtin_rules() / "tables" / _FILE}
    table = mapping(plain_of(paths, lambda _: table_of(Factor))[_FILE])
    scales: dict[str, Factor] = {}
    units: dict[str, dict[str, Factor]] = {}
    made = ModelReader().record(Factor)
    for row in map(mapping, sequence(table["rows"])):
        factor = made({"low": row["value"], "high": row["value"], **row})
        for word in factor.words:
            (units.setdefault(factor.unit, {}) if factor.unit else scales)[word.lower()] = factor
    return Amounts(scales, units)


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
