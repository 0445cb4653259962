"""What the engine proves about a situation is what trying every answer finds."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from random import Random

import pytest
from random_rules import all_answers, random_program

from llm_adapt.decide.program import Program
from llm_adapt.proof.questions import MOST_CHANGES, Completions, Flips
from llm_adapt.rules.value import Value

# Numbers that are known, and those that are tried for the rest: around each threshold, around each
# multiple that two numbers are compared by, and at the ends.
KNOWN = (0, 0.5, 1, 2, 3, 4, 6)
NUMBERS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 12, 13, 20, 100)
SEEDS = range(300)
MOST = 3_000
Answers = dict[str, Value]


@cache
def answers_to(program: Program, name: str) -> list[Value]:
    return all_answers(program.rules.questions[name], numbers=NUMBERS)


def partial(program: Program, random: Random, share: float) -> Answers:
    return {
        name: random.choice(all_answers(question, numbers=KNOWN))
        for name, question in program.rules.questions.items()
        if random.random() < share
    }


def completions(program: Program, values: Answers) -> list[Answers]:
    """Every way of answering what conditions look at; nothing when they are too many."""
    names = [name for name in program.atoms.masks if name not in values]
    options = [answers_to(program, name) for name in names]
    size = 1
    for each in options:
        size *= len(each)
    if size > MOST:
        return []
    return [{**values, **dict(zip(names, chosen, strict=True))} for chosen in product(*options)]


def situations() -> Iterator[tuple[int, Program, Answers, list[Answers]]]:
    for seed in SEEDS:
        program = random_program(seed)
        values = partial(program, Random(seed), 0.65)
        whole = completions(program, values)
        if whole:
            yield seed, program, values, whole


def first(program: Program, values: Answers) -> str:
    return program.first(values)


def test_what_can_be_first_is_what_some_answers_put_first() -> None:
    tried = 0
    for seed, program, values, whole in situations():
        found = Completions(program, values).possible()
        assert found == {first(program, each) for each in whole}, f"seed {seed}, {values}"
        tried += 1
    assert tried > 100


def test_both_ends_of_a_score_range_come_about_and_nothing_beyond() -> None:
    for seed, program, values, whole in situations():
        asked = Completions(program, values)
        for need in program.rules.needs:
            topics = program.about({need})
            scores = [program.evaluate(each).total(topics) for each in whole]
            found = asked.extremes(topics)
            assert found == (min(scores), max(scores)), f"seed {seed}, {need}, {values}"


def smallest(program: Program, values: Answers, sizes: range) -> dict[str, int]:
    """The fewest changes that put each strategy first, by trying all, up to a size."""
    now = first(program, values)
    found: dict[str, int] = {}
    for size in sizes:
        for names in combinations(program.atoms.masks, size):
            for chosen in product(*(answers_to(program, name) for name in names)):
                there = first(program, {**values, **dict(zip(names, chosen, strict=True))})
                if there != now:
                    found.setdefault(there, size)
    return found


@pytest.mark.parametrize("start", range(0, 150, 50))
def test_no_fewer_changes_than_a_flip_put_its_strategy_first(start: int) -> None:
    for seed in range(start, start + 50):
        program = random_program(seed)
        values = partial(program, Random(seed), 0.5)
        flips = Flips(program, values).find()[0]
        brute = smallest(program, values, range(1, 3))
        for name in program.rules.strategies:
            changes = flips.get(name)
            if changes is None or len(changes) > 2:
                assert name not in brute, f"seed {seed}, {name}, {values}, {changes}"
            else:
                assert brute.get(name) == len(changes), f"seed {seed}, {name}, {values}, {changes}"


def test_a_strategy_without_a_flip_needs_more_changes_than_are_looked_for() -> None:
    for seed in range(120):
        program = random_program(seed)
        values = partial(program, Random(seed), 0.8)
        flips = Flips(program, values).find()[0]
        whole = completions(program, {})
        if whole and len(program.atoms.masks) <= MOST_CHANGES:
            reached = {first(program, each) for each in whole}
            for name in set(program.rules.strategies) - flips.keys():
                assert name not in reached or name == first(program, values), f"seed {seed}, {name}"


def test_every_flip_applied_puts_its_strategy_first() -> None:
    for seed in SEEDS:
        program = random_program(seed)
        for share in (0.0, 0.4, 1.0):
            values = partial(program, Random(seed), share)
            for name, changes in Flips(program, values).find()[0].items():
                assert first(program, {**values, **changes}) == name, f"seed {seed}, {values}"
                for field, answer in changes.items():
                    assert values.get(field) != answer
                    shorter = {key: new for key, new in changes.items() if key != field}
                    assert first(program, {**values, **shorter}) != name, f"seed {seed}"
