"""What the engine proves about a situation is what trying every answer finds."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from random import Random

import pytest
from random_rules import all_answers, random_program

from llm_adapt.decide.program import Program
from llm_adapt.proof.questions import MOST_CHANGES, Completions, Flips
from llm_adapt.rules.value import Between, Value

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


def in_ranges(program: Program, values: Answers, random: Random) -> Answers:
    """The same answers, with each number known only to lie between two."""
    found = dict(values)
    for name, value in values.items():
        if isinstance(value, float | int):
            low, high = sorted(random.sample(answers_to(program, name)[:-1], 2))
            found[name] = Between((low + high) / 2, low, high, f"{low} to {high}")
    return found


def inside(program: Program, values: Answers) -> list[Answers]:
    """Every way of answering what is open, and every number within its range."""
    ranged = {name: value for name, value in values.items() if isinstance(value, Between)}
    names = [*ranged]
    options = [[v for v in answers_to(program, n) if ranged[n].includes(v)] for n in names]
    rest = completions(program, values)
    size = len(rest)
    for each in options:
        size *= len(each)
    if size > MOST:
        return []
    return [
        {**one, **dict(zip(names, chosen, strict=True))}
        for chosen in product(*options)
        for one in rest
    ]


def test_a_range_is_what_all_its_numbers_say_together() -> None:
    tried = moved = 0
    for seed in range(200):
        program, random = random_program(seed), Random(seed)
        values = in_ranges(program, partial(program, random, 0.8), random)
        whole = inside(program, values)
        if not whole or not any(isinstance(value, Between) for value in values.values()):
            continue
        tried += 1
        asked = Completions(program, values)
        firsts = {first(program, each) for each in whole}
        assert asked.possible() == firsts, f"seed {seed}, {values}"
        for need in program.rules.needs:
            topics = program.about({need})
            scores = [program.evaluate(each).total(topics) for each in whole]
            assert asked.extremes(topics) == (min(scores), max(scores)), f"seed {seed}, {values}"
        true, false = program.atoms.state(values)
        for each in whole:
            more, less = program.atoms.state(each)
            assert true & more == true, f"seed {seed}, {values}, {each}"
            assert false & less == false, f"seed {seed}, {values}, {each}"
        deciding = set(asked.relevant())
        moving = differing(program, values, whole)
        assert moving <= deciding, f"seed {seed}, {values}"
        moved += bool(moving & {n for n, v in values.items() if isinstance(v, Between)})
        for name, changes in Flips(program, values).find()[0].items():
            assert first(program, {**values, **changes}) == name, f"seed {seed}, {values}"
    assert tried > 100
    assert moved > 5


def differing(program: Program, values: Answers, whole: list[Answers]) -> set[str]:
    """The questions of which two answers, all else equal, give different first places."""
    found: set[str] = set()
    for name in program.atoms.masks:
        seen: dict[str, str] = {}
        for each in whole:
            key = repr(sorted((k, str(v)) for k, v in each.items() if k != name))
            if seen.setdefault(key, first(program, each)) != first(program, each):
                found.add(name)
                break
    return found
