"""The interview asks what can matter, stops when nothing can, and ends where all answers end."""

import os
from dataclasses import replace
from itertools import pairwise, product
from math import prod
from random import Random

import pytest
from random_rules import all_answers, random_program

from llm_adapt.decide.plausible import ALIKE, AS_ABLE
from llm_adapt.decide.program import Program
from llm_adapt.proof.outlook import Inquiry, may_be_asked
from llm_adapt.proof.questions import Completions
from llm_adapt.proof.sampling import ITEM_SHARE
from llm_adapt.rules.case import ProjectKind
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import NOT_APPLICABLE, Value
from llm_adapt.usecases.advise import program_for

GIVEN = (0, 1, 2.5, 3, 4, 7)
# Every number at which a comparison with a limit, or with another number, turns; and one between.
TURNING = sorted({0, 10, *GIVEN, *(n / 2 for n in GIVEN), *(n * 2 for n in GIVEN)})
NUMBERS = sorted({*TURNING, 40, *((a + b) / 2 for a, b in pairwise(TURNING))})
MOST_COMPLETIONS = 6_000
# A gate's worth; SEEDS=5000 for a night.
SEEDS = range(int(os.environ.get("SEEDS", "200")))


def ends(program: Program, values: dict[str, Value]) -> str:
    return program.first(values)


def looked_at(program: Program) -> list[str]:
    atoms = program.atoms
    return [name for name in atoms.masks if atoms.reach[name] & program.tested]


def relevant(program: Program, values: dict[str, Value], unknown: frozenset[str]) -> list[str]:
    return [entry.question for entry in Inquiry(program, values, unknown).outlook().open]


def step(program: Program, values: dict[str, Value], unknown: frozenset[str]) -> list[str]:
    return [entry.question for entry in Inquiry(program, values, unknown).outlook(whole=False).open]


def astray(program: Program, values: dict[str, Value], unknown: frozenset[str]) -> bool:
    """An unknown edge may lead where no answer can; then answers are asked for all the same."""
    return ends(program, values) not in Completions(program, values, unknown).possible()


def completions(
    program: Program, values: dict[str, Value], unknown: frozenset[str]
) -> list[dict[str, Value]]:
    """Every way of answering the rest, as far as conditions can tell; some when they are many."""
    questions = program.rules.questions
    names = [n for n in looked_at(program) if n not in values and n not in unknown]
    options = [all_answers(questions[name], numbers=NUMBERS) for name in names]
    size = 1
    for each in options:
        size *= len(each)
    if size <= MOST_COMPLETIONS:
        return [{**values, **dict(zip(names, chosen, strict=True))} for chosen in product(*options)]
    random = Random(size)
    return [
        {**values, **{n: random.choice(o) for n, o in zip(names, options, strict=True)}}
        for _ in range(MOST_COMPLETIONS // 4)
    ]


def matters(program: Program, name: str, values: dict[str, Value], unknown: frozenset[str]) -> bool:
    others = completions(program, {**values, name: "?"}, unknown)
    answers = all_answers(program.rules.questions[name], numbers=NUMBERS)
    for whole in others:
        del whole[name]
        if len({ends(program, {**whole, name: answer}) for answer in answers}) > 1:
            return True
    return False


def interview(
    program: Program, seed: int, doubts: float
) -> tuple[dict[str, Value], frozenset[str]]:
    """Answer what is asked from one complete situation; with `doubts` some is not known."""
    random = Random(seed)
    whole = {
        name: random.choice(all_answers(question, numbers=GIVEN))
        for name, question in program.rules.questions.items()
    }
    values: dict[str, Value] = {}
    unknown: frozenset[str] = frozenset()
    while True:
        matter = step(program, values, unknown)
        if not matter:
            break
        name = matter[0]
        assert name in may_be_asked(program, values, unknown)
        assert name not in values
        assert name not in unknown
        if random.random() < doubts:
            unknown |= {name}
        else:
            values[name] = whole[name]
    if not unknown:
        assert ends(program, values) == ends(program, whole)
    return values, unknown


@pytest.mark.parametrize("start", range(0, len(SEEDS), 100))
def test_at_the_stop_all_completions_agree(start: int) -> None:
    for seed in SEEDS[start : start + 100]:
        program = random_program(seed)
        for turn in range(3):
            values, unknown = interview(program, seed * 10 + turn, doubts=0.3 * (turn == 2))
            now = ends(program, values)
            found = {ends(program, whole) for whole in completions(program, values, unknown)}
            assert found == {now}, f"seed {seed}, turn {turn}"


@pytest.mark.parametrize("start", range(0, len(SEEDS), 100))
def test_what_matters_is_what_brute_force_finds(start: int) -> None:
    for seed in SEEDS[start : start + 100]:
        program = random_program(seed)
        random = Random(seed)
        values: dict[str, Value] = {}
        for name in looked_at(program):
            if random.random() < 0.6:
                answers = all_answers(program.rules.questions[name], numbers=GIVEN)
                values[name] = random.choice(answers)
        if astray(program, values, frozenset()):
            continue
        found = set(relevant(program, values, frozenset()))
        exact = len(completions(program, values, frozenset())) < MOST_COMPLETIONS
        for name in looked_at(program):
            if name not in values:
                brute = matters(program, name, values, frozenset())
                if exact:
                    assert brute == (name in found), f"seed {seed}, {name}, {values}"
                elif brute:
                    assert name in found, f"seed {seed}, {name}, {values}"


def test_the_step_names_only_questions_that_matter() -> None:
    for seed in range(60):
        program = random_program(seed)
        for doubted in (frozenset(), frozenset({"q0", "q3"})):
            values: dict[str, Value] = {}
            random = Random(seed)
            for name in looked_at(program):
                if name not in doubted and random.random() < 0.5:
                    values[name] = random.choice(
                        all_answers(program.rules.questions[name], numbers=GIVEN)
                    )
            if (
                not astray(program, values, doubted)
                and len(completions(program, values, doubted)) < MOST_COMPLETIONS // 4
            ):
                for name in step(program, values, doubted):
                    assert matters(program, name, values, doubted), f"seed {seed}, {name}"


def replies(program: Program, name: str) -> list[tuple[Value | None, float]]:
    """Every reply to a question with its chance, "I do not know" (nothing) among them."""
    question = program.rules.questions[name]
    told: list[tuple[Value | None, float]] = [((), 1.0)]
    if question.kind is Kind.SEVERAL:
        for item in question.values:
            told = [(v, w * (1 - ITEM_SHARE)) for v, w in told] + [
                ((*v, item), w * ITEM_SHARE) for v, w in told
            ]
    else:
        values = program.atoms.representatives(name, {})[:-1]
        told = [(value, 1 / len(values)) for value in values]
    return [(None, 1 - question.known), *((v, w * question.known) for v, w in told)]


def test_the_share_in_which_first_place_stays_is_that_of_all_replies_weighed() -> None:
    apart = 0
    for seed in range(60):
        random, made = Random(seed), random_program(seed)
        questions = {
            name: replace(question, known=random.choice((0.0, 0.3, 0.7, 1.0)))
            for name, question in made.rules.questions.items()
        }
        program = Program(replace(made.rules, questions=questions))
        names = looked_at(program)
        random.shuffle(names)
        values = {
            name: random.choice(all_answers(program.rules.questions[name], numbers=GIVEN))
            for name in names[3:]
        }
        first, exact = ends(program, values), 0.0
        for told in product(*(replies(program, name) for name in names[:3])):
            known = {n: v for n, (v, _) in zip(names, told, strict=False) if v is not None}
            exact += prod(w for _, w in told) * (ends(program, {**values, **known}) == first)
        share = Inquiry(program, values).outlook().stability.share
        # Five standard errors of a share of 400 draws.
        assert abs(share - exact) < 0.125, f"seed {seed}"
        apart += exact < 0.9
    assert apart > 10


def with_kinds(made: Program, random: Random) -> Program:
    """With two kinds of projects, counted at random in all answers that are no list or number."""
    questions, kinds = made.rules.questions, dict[str, ProjectKind]()
    options = {
        name: [str(value) for value in made.atoms.representatives(name, {})[:-1]]
        for name in looked_at(made)
        if questions[name].kind in (Kind.CHOICE, Kind.YES_NO)
    }
    for kind in ("a", "b"):
        counts = {
            n: {v: random.choice((0, 3, 30)) for v in values} for n, values in options.items()
        }
        known = {name: random.choice((0, 10, 40)) for name in questions}
        known |= {name: sum(each.values()) for name, each in counts.items()}
        kinds[kind] = ProjectKind(kind, random.choice((90, 200)), known, counts)
    usual = {name: dict.fromkeys(values, 1.0) for name, values in options.items()}
    return Program(replace(made.rules, kinds=kinds, plausible=usual))


def told(
    program: Program, kind: ProjectKind, name: str, reply: Value | None, alone: float
) -> float:
    """The chance of a reply among projects of a kind; `alone` is that of a list or number."""
    able = kind.known[name] + AS_ABLE * program.rules.questions[name].known
    able /= kind.projects + AS_ABLE
    if reply is None:
        return 1 - able
    counts = kind.answers.get(name)
    if counts is None:
        return able * alone
    few = ALIKE / len(counts)
    return able * (counts[str(reply)] + few) / (sum(counts.values()) + ALIKE)


def test_answers_hang_together_as_they_do_in_the_kinds_of_projects() -> None:
    apart = 0
    for seed in range(60):
        random = Random(seed)
        program = with_kinds(random_program(seed), random)
        names, questions = looked_at(program), program.rules.questions
        random.shuffle(names)
        values: dict[str, Value] = {}
        for name in names[3:]:
            answers = all_answers(questions[name], numbers=GIVEN)
            values[name] = random.choice([v for v in answers if v != NOT_APPLICABLE])
        first, stays, whole = ends(program, values), 0.0, 0.0
        alone = {
            name: [(v, w / questions[name].known) for v, w in replies(program, name)]
            for name in names[:3]
        }
        for kind in program.rules.kinds.values():
            given = prod(told(program, kind, n, v, 1.0) for n, v in values.items())
            for chosen in product(*alone.values()):
                replied = list(zip(names, chosen, strict=False))
                chance = kind.projects * given
                chance *= prod(told(program, kind, n, v, w) for n, (v, w) in replied)
                known = {n: v for n, (v, _) in replied if v is not None}
                stays += chance * (ends(program, {**values, **known}) == first)
                whole += chance
        assert whole
        share = Inquiry(program, values).outlook().stability.share
        # Five standard errors of a share of 400 draws.
        assert abs(share - stays / whole) < 0.125, f"seed {seed}"
        apart += stays / whole < 0.9
    assert apart > 10


@pytest.mark.parametrize("profile", ["article", "current"])
def test_on_the_shipped_rules_it_ends_where_all_answers_end(profile: str) -> None:
    program = program_for(profile)
    numbers = [10.0**n * k for n in range(-1, 13) for k in (1, 3, 7)] + [0, 0.5, 0.9]
    for seed in range(20):
        random = Random(seed)
        whole = {
            name: random.choice(all_answers(question, numbers=numbers))
            for name, question in program.rules.questions.items()
        }
        # Half of the situations get past the first hard obstacles.
        whole |= {"training_allowed": "yes", "base_model_available": "yes"} if seed % 2 else {}
        values: dict[str, Value] = {}
        while matter := step(program, values, frozenset()):
            values[matter[0]] = whole[matter[0]]
        assert ends(program, values) == ends(program, whole), f"seed {seed}"
