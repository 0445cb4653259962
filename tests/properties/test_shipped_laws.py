"""The laws of design, on random situations of the rule sets that ship."""

from functools import cache
from random import Random

import pytest

from llm_adapt.decide.conditions import fields_of
from llm_adapt.decide.program import Program
from llm_adapt.decide.reasons import Reasons
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import Value
from llm_adapt.usecases.advise import program_for

PROFILES = ("article", "current")
Answers = dict[str, Value]
program = cache(program_for)


def answers_to(rules: Program, name: str, values: Answers) -> list[Value]:
    """Every answer to a question that conditions tell apart; of a list, those one item away."""
    question = rules.rules.questions[name]
    if question.kind is Kind.SEVERAL:
        now = values.get(name, ())
        chosen = now if isinstance(now, tuple) else ()
        return [
            tuple(v for v in question.values if (v in chosen) != (v == i)) for i in question.values
        ]
    return rules.atoms.representatives(name, values)


def is_nearer(answer: Value, than: Value, to: Value) -> bool:
    """Whether an answer is nearer to the known one than another."""
    if isinstance(answer, tuple) and isinstance(than, tuple) and isinstance(to, tuple):
        return len({*answer} ^ {*to}) < len({*than} ^ {*to})
    known = isinstance(answer, float | int) and isinstance(to, float | int)
    return known and (not isinstance(than, float | int) or abs(answer - to) < abs(than - to))


def drawn(rules: Program, random: Random, share: float) -> Answers:
    found: Answers = {}
    for name, question in rules.rules.questions.items():
        if name in rules.atoms.masks and random.random() < share:
            if question.kind is Kind.SEVERAL:
                found[name] = tuple(v for v in question.values if random.random() < 0.3)
            else:
                found[name] = random.choice(rules.atoms.representatives(name, {})[:-1])
    return found


def situations(profile: str, count: int) -> list[Answers]:
    random = Random(profile)
    return [
        drawn(program(profile), random, random.choice((0.1, 0.3, 0.6, 0.9))) for _ in range(count)
    ]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_flip_puts_its_strategy_first_and_no_smaller_one_does(profile: str) -> None:
    rules = program(profile)
    for values in situations(profile, 12):
        bounds = Inquiry(rules, values).bounds()
        assert not bounds.undecided
        single = {
            rules.first({**values, name: answer})
            for name in rules.atoms.masks
            for answer in answers_to(rules, name, values)
        }
        for strategy, changes in bounds.flips.items():
            assert rules.first({**values, **changes}) == strategy, values
            for left in changes:
                fewer = {name: answer for name, answer in changes.items() if name != left}
                assert rules.first({**values, **fewer}) != strategy, values
                was, changed = values.get(left, ()), changes[left]
                for nearer in answers_to(rules, left, {**values, **changes}):
                    if is_nearer(nearer, changed, was):
                        assert rules.first({**values, **changes, left: nearer}) != strategy, values
        for strategy in single - {rules.first(values), "none"}:
            assert len(bounds.flips[strategy]) == 1, (strategy, values)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_question_that_is_not_asked_changes_first_place_in_no_completion(profile: str) -> None:
    rules, random = program(profile), Random(3)
    for values in situations(profile, 12):
        outlook = Inquiry(rules, values).outlook()
        assert not any(entry.undecided for entry in outlook.open)
        asked = {entry.question for entry in outlook.open}
        idle = [name for name in rules.atoms.masks if name not in values and name not in asked]
        for _ in range(10):
            whole = {**drawn(rules, random, 1.0), **values}
            first = rules.first(whole)
            assert first in outlook.possible
            for name in random.sample(idle, min(6, len(idle))):
                for answer in answers_to(rules, name, whole):
                    assert rules.first({**whole, name: answer}) == first, (name, values)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_completion_scores_outside_the_range(profile: str) -> None:
    rules, random = program(profile), Random(5)
    for values in situations(profile, 12):
        ranges = Inquiry(rules, values).bounds().ranges
        for _ in range(20):
            scores = rules.evaluate({**drawn(rules, random, 1.0), **values}).scores
            for name, score in scores.items():
                low, high = ranges[name]
                assert low <= score <= high, (name, values)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_later_answer_removes_no_reason_that_did_not_look_at_it(profile: str) -> None:
    rules, random = program(profile), Random(7)
    for values in situations(profile, 20):
        before = Reasons(rules.evaluate(values)).fired
        for name in rules.atoms.masks:
            if name not in values:
                later = {**values, name: random.choice(answers_to(rules, name, values))}
                after = {r.id for r in Reasons(rules.evaluate(later)).fired}
                for rule in before:
                    if name not in fields_of(rule.when, rules.rules.predicates):
                        assert rule.id in after, (name, values)
