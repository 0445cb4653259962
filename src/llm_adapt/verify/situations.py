"""Partial situations to try laws on that no search decides: walks taken at random, always the same.

A walk picks a way on at every test that is open, rare edges as often as others, and is then
written as answers that bring it about. Some get answers besides that the walk did not look at.
"""

from collections.abc import Iterator, Mapping

from llm_adapt.decide.logic import NO, UNKNOWN, YES
from llm_adapt.decide.reach import Budget
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import Value
from llm_adapt.verify.dice import Dice
from llm_adapt.verify.settling import OPEN, Demand, Known, Settling
from llm_adapt.verify.space import Space

PATH_STEPS = 60
_BESIDES = 3
_ITEMS = 3


def situations(space: Space, count: int) -> Iterator[dict[str, Value]]:
    """Up to `count` partial situations, those without answers first."""
    settling, dice = Settling(space), Dice()
    yield {}
    for turn in range(count):
        values = _walked(space, settling, dice)
        if values is not None:
            yield values if turn % 2 else besides(space, values, dice)


def besides(space: Space, values: Mapping[str, Value], dice: Dice) -> dict[str, Value]:
    """The same with a few answers that were not there."""
    added = dict(values)
    questions = [q for n, q in space.program.atoms.questions.items() if n not in values]
    for _ in range(min(_BESIDES, len(questions))):
        question = questions[dice.pick(len(questions))]
        if question.id in space.program.atoms.by_question:
            added[question.id] = any_answer(space, question, added, dice)
    return added


def any_answer(space: Space, question: Question, values: Mapping[str, Value], dice: Dice) -> Value:
    """One of the answers to a question that conditions tell apart."""
    if question.kind is Kind.SEVERAL:
        items = list(question.values)
        chosen = {items[dice.pick(len(items))] for _ in range(dice.pick(_ITEMS))}
        return tuple(item for item in items if item in chosen)
    answers = space.program.atoms.representatives(question.id, values)
    return answers[dice.pick(len(answers))]


def _walked(space: Space, settling: Settling, dice: Dice) -> dict[str, Value] | None:
    spots = settling.spots
    known, demands = Known(), list[Demand]()
    index = space.program.chart.start
    while spots[index].outcome is None:
        spot = spots[index]
        value, bit = settling.value(spot, known)
        if value == OPEN and spot.logic is not None:
            ways = list(settling.options(bit, known))
            known = ways[dice.pick(len(ways))]
            continue
        if value == OPEN:
            value = (YES, NO, UNKNOWN)[dice.pick(3)]
            demands.append((index, value))
        index = (spot.no, spot.yes, spot.unknown)[value]
    found = settling.meet(tuple(demands), known, Budget(PATH_STEPS))
    return None if found is None else space.values((found.true, found.false))
