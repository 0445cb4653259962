"""Laws that hold for every rule set, and those that the shipped rules keep besides."""

from dataclasses import replace
from random import Random

import pytest
from random_rules import Maker, all_answers, random_program

from llm_adapt.decide.conditions import fields_of
from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank
from llm_adapt.decide.reasons import Reasons
from llm_adapt.decide.tally import bounds
from llm_adapt.proof.outlook import Inquiry
from llm_adapt.proof.questions import Completions
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import Value
from llm_adapt.usecases.advise import program_for

NUMBERS = (0, 0.5, 1, 2, 3, 3.5, 4, 7, 9, 100)
PROFILES = ("article", "current")
Answers = dict[str, Value]


def some_answers(program: Program, random: Random, share: float) -> Answers:
    """Answers to a share of the questions, drawn from all that conditions can tell apart."""
    found: Answers = {}
    for name, question in program.rules.questions.items():
        if random.random() < share:
            if question.kind is Kind.SEVERAL:
                found[name] = tuple(v for v in question.values if random.random() < 0.35)
            elif name in program.atoms.masks:
                found[name] = random.choice(program.atoms.representatives(name, {}))
    return found


def drawn(program: Program, random: Random, share: float) -> Answers:
    return {
        name: random.choice(all_answers(question, numbers=NUMBERS))
        for name, question in program.rules.questions.items()
        if random.random() < share
    }


def test_the_order_of_rules_and_questions_changes_no_rank() -> None:
    for seed in range(80):
        random = Random(seed)
        rules = Maker(seed).rule_set()
        shuffled = list(rules.rules.items())
        random.shuffle(shuffled)
        names = list(rules.questions.items())
        random.shuffle(names)
        one = Program(rules)
        two = Program(replace(rules, rules=dict(shuffled), questions=dict(names)))
        for share in (0.3, 0.7, 1.0):
            values = drawn(one, random, share)
            here, there = one.evaluate(values), two.evaluate(values)
            assert rank(here) == rank(there)
            assert here.first == there.first
            possible = [Completions(program, values).possible() for program in (one, two)]
            assert possible[0] == possible[1]


@pytest.mark.parametrize("profile", PROFILES)
def test_an_answer_that_no_rule_mentions_changes_nothing(profile: str) -> None:
    program = program_for(profile)
    silent = [q for q in program.rules.questions.values() if q.id not in program.atoms.masks]
    random = Random(7)
    for _ in range(20):
        values = some_answers(program, random, 0.5)
        before = program.atoms.state(values)
        for question in silent:
            answer = question.read(list(question.values)[:1] or 3)
            if isinstance(answer, int | float | tuple):
                assert program.atoms.state({**values, question.id: answer}) == before


def test_a_later_answer_removes_no_reason_that_did_not_look_at_it() -> None:
    for seed in range(150):
        random = Random(seed)
        program = random_program(seed)
        values = drawn(program, random, 0.4)
        before = Reasons(program.evaluate(values)).fired
        for name in program.rules.questions:
            if name not in values:
                later = {
                    **values,
                    name: random.choice(
                        all_answers(program.rules.questions[name], numbers=NUMBERS)
                    ),
                }
                after = {rule.id for rule in Reasons(program.evaluate(later)).fired}
                for rule in before:
                    if name not in fields_of(rule.when, program.rules.predicates):
                        assert rule.id in after, f"seed {seed}, {name}"


def test_rules_tested_together_say_what_they_say_one_by_one() -> None:
    for seed in range(150):
        program = random_program(seed)
        for share in (0.3, 1.0):
            now = program.evaluate(drawn(program, Random(seed), share))
            out = {
                name
                for rule in program.rules.rules.values()
                if now.holds(rule.id) == 1
                for name in rule.rules_out
            }
            assert set(now.ruled_out) == out
            least, most = bounds(program.topics, program.logic, *now.state)
            assert least <= now.total(tuple(range(len(program.topics)))) <= most
            order = rank(now)
            assert now.first in {order[0], "none"}
            assert sorted(order) == sorted(program.rules.strategies)
            assert {name in out for name in order[: len(order) - len(out)]} <= {False}


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_first_now_is_first_in_some_way_of_answering_the_rest(profile: str) -> None:
    program = program_for(profile)
    random = Random(11)
    for _ in range(150):
        values = some_answers(program, random, random.choice((0.1, 0.3, 0.5, 0.7, 0.9)))
        assert program.first(values) in Completions(program, values).possible(), values


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_is_left_to_ask_exactly_when_first_place_is_settled(profile: str) -> None:
    program = program_for(profile)
    random = Random(13)
    for _ in range(25):
        values = some_answers(program, random, random.choice((0.3, 0.6, 0.8, 0.95)))
        settled = len(Completions(program, values).possible()) == 1
        assert settled == (not Inquiry(program, values).outlook().open)
