"""What is proved about a whole rule set is what trying situations finds."""

from functools import cache
from random import Random

import pytest
from random_rules import all_answers, random_program

from llm_adapt.decide.conditions import NO, YES
from llm_adapt.proof.rule_sets import Parting, Space, could_be_first, steps, together
from llm_adapt.verify.mutation import mutants

SEEDS = range(60)
TRIED = 150
NUMBERS = (0, 0.25, 0.5, 1, 1.5, 2, 3, 3.5, 4, 6, 8, 10)


@cache
def made(seed):
    return random_program(seed)


@cache
def tried(seed):
    """Situations, sparse and full ones."""
    random = Random(seed)
    answers = {
        name: all_answers(question, numbers=NUMBERS)
        for name, question in made(seed).rules.questions.items()
    }
    return [
        {n: random.choice(found) for n, found in answers.items() if random.random() < share}
        for share in (0.3, 0.6, 0.9, 1.0)
        for _ in range(TRIED)
    ]


def edges(program, values):
    return {
        (f"{spot.node.walk}/{spot.node.id}", value)
        for spot, value in program.evaluate(values).walk()
        if spot.node is not None
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_an_edge_is_taken_by_the_situation_found_for_it_or_by_none(seed):
    program, space = made(seed), Space(made(seed))
    shown = {edge: space.find(signal) for edge, signal in space.edges().items()}
    for edge, values in shown.items():
        assert values is None or edge in edges(program, values)
    taken = {edge for values in tried(seed) for edge in edges(program, values)}
    assert taken <= {edge for edge, values in shown.items() if values is not None}


@pytest.mark.parametrize("seed", SEEDS)
def test_conditions_hold_together_where_that_is_shown_and_nowhere_else(seed):
    program, space = made(seed), Space(made(seed))
    situations = [program.evaluate(values) for values in tried(seed)]
    for one in program.rules.rules:
        for two in program.rules.rules:
            wanted = space.truth(program.logic[one], YES), space.truth(program.logic[two], NO)
            values = space.find(*wanted)
            if values is None:
                assert not any((s.holds(one), s.holds(two)) == (YES, NO) for s in situations)
            else:
                found = program.evaluate(values)
                assert (found.holds(one), found.holds(two)) == (YES, NO)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_drops_what_is_kept_where_that_is_shown_and_nowhere_else(seed):
    program, random = made(seed), Random(seed)
    numbers = [n for n, q in program.rules.questions.items() if q.numeric]
    name = random.choice([n for n in numbers if n in program.atoms.masks])
    kept = set(random.sample(list(program.outcomes), 3))

    def scale(found):
        return sorted(value for value in found if isinstance(value, int | float))

    found = Space(program).dropped(name, kept, steps(program.atoms, name, scale))
    if found is not None:
        step, values = found
        assert step.one < step.two
        assert program.first(values) in kept
        assert program.first({**values, name: step.two}) not in kept
        return
    for values in tried(seed):
        ways = scale(program.atoms.representatives(name, values))
        firsts = [program.first({**values, name: way}) in kept for way in ways]
        assert firsts == sorted(firsts), f"{name} drops {kept} in {values}"


@pytest.mark.parametrize("seed", SEEDS)
def test_rule_sets_part_where_that_is_shown_and_nowhere_else(seed):
    rules, random = made(seed).rules, Random(seed)
    for mutant in random.sample(list(mutants(rules)), 6):
        assert mutant.rules != rules
        old, new = together(rules, mutant.rules)
        parting = Parting(old, new)
        values = parting.find()
        if values is None:
            assert all(old.first(values) == new.first(values) for values in tried(seed))
            continue
        assert old.first(values) != new.first(values)
        fewer = next(found for most in range(9) if (found := parting.find(most)) is not None)
        assert old.first(fewer) != new.first(fewer)
        for values in tried(seed):
            known = [name for name in values if name in old.atoms.masks]
            assert len(known) >= len(fewer) or old.first(values) == new.first(values)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_could_be_first_is_first_in_some_way_of_answering_the_rest(seed):
    program, random = made(seed), Random(seed)
    for values in tried(seed)[:20]:
        rest = {
            name: random.choice(all_answers(question, numbers=NUMBERS))
            for name, question in program.rules.questions.items()
        }
        assert could_be_first(program, values, program.first({**rest, **values}))
