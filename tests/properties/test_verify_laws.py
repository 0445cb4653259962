"""What verification proves about a rule set is what trying situations finds."""

from functools import cache
from itertools import pairwise
from random import Random

import pytest
from random_rules import all_answers, random_program

from llm_adapt.decide.logic import NO, YES
from llm_adapt.verify.mutants import mutants
from llm_adapt.verify.pairs import Parting
from llm_adapt.verify.settling import edge_of
from llm_adapt.verify.situations import situations
from llm_adapt.verify.space import Space, UndecidedError
from llm_adapt.verify.steps import steps_up
from llm_adapt.verify.walks import explore

SEEDS = range(60)
TRIED = 200
NUMBERS = (0, 0.25, 0.5, 1, 1.5, 2, 3, 3.5, 4, 6, 8, 10)


@cache
def made(seed):
    return random_program(seed)


@cache
def explored(seed):
    return explore(Space.of(made(seed)), 4_000)


@cache
def tried(seed, share):
    """Situations, each question answered with a chance."""
    program, random = made(seed), Random(seed)
    answers = {
        name: all_answers(question, numbers=NUMBERS)
        for name, question in program.rules.questions.items()
    }
    return [
        {n: random.choice(found) for n, found in answers.items() if random.random() < share}
        for _ in range(TRIED)
    ]


def edges(program, values):
    return {
        edge_of(spot, value): (spot, value)
        for spot, value in program.chart.walk(*program.state(values))
        if spot.outcome is None
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_an_edge_called_impossible_is_passed_by_no_situation(seed):
    program = made(seed)
    walks = explored(seed)
    for share in (0.4, 0.8):
        for values in tried(seed, share):
            assert not set(edges(program, values)) & walks.impossible


@pytest.mark.parametrize("seed", SEEDS)
def test_each_edge_found_is_passed_by_its_own_situation(seed):
    program = made(seed)
    for edge, values in explored(seed).passed.items():
        assert edge in edges(program, values)


def test_nearly_every_edge_is_decided():
    walks = [explored(seed) for seed in SEEDS]
    open_edges = sum(len(found.undecided) for found in walks)
    assert open_edges <= 0.02 * sum(len(found.passed) for found in walks)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_condition_found_to_hold_holds_and_one_called_impossible_never_does(seed):
    program = made(seed)
    space = Space.of(program)
    names = list(program.rules.rules)
    for one, two in pairwise(names):
        wishes = [(program.logic[one], YES), (program.logic[two], NO)]
        state = space.find(wishes)
        if state is not None:
            values = space.values(state)
            assert values is not None
            assert [logic.test(*program.state(values)) for logic, _ in wishes] == [YES, NO]
            continue
        for values in tried(seed, 1.0):
            found = program.state(values)
            assert [logic.test(*found) for logic, _ in wishes] != [YES, NO]


@pytest.mark.parametrize("seed", SEEDS)
def test_walks_part_only_where_the_proof_allows_it(seed):
    """For one question and one set of strategies each: proof against trying, and the reverse."""
    program, random = made(seed), Random(seed)
    name = random.choice([n for n, q in program.rules.questions.items() if q.numeric])
    if name not in program.atoms.by_question:
        return
    space, chart = Space.of(program), program.chart
    keeps = sum(random.sample(list(chart.outcome_bit.values()), 3))
    parting = Parting(space, keeps, keeps, 4_000)

    def ends(values, answer):
        return chart.outcome_bit[chart.first(*program.state({**values, name: answer}))] & keeps

    def numbers(found):
        return sorted(value for value in found if isinstance(value, int | float))

    for pair in steps_up(space, name, numbers):
        try:
            state = parting.find(pair)
        except UndecidedError:
            continue
        if state is not None:
            values = space.values(state)
            if values is not None:
                beside = {**values, **pair.beside}
                assert ends(beside, pair.one)
                assert not ends(beside, pair.two)
            continue
        for values in tried(seed, 1.0):
            beside = {**values, **pair.beside}
            assert not (ends(beside, pair.one) and not ends(beside, pair.two))


@pytest.mark.parametrize("seed", range(10))
def test_situations_are_the_same_every_time(seed):
    space = Space.of(made(seed))
    assert list(situations(space, 20)) == list(situations(space, 20))


@pytest.mark.parametrize("seed", range(10))
def test_each_fault_changes_the_rule_set(seed):
    rules = made(seed).rules
    found = list(mutants(rules))
    assert found
    assert all(mutant.rules != rules for mutant in found)
