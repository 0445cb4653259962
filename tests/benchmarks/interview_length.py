"""How many questions an interview asks, and how long a step takes: python -m ... [PROFILE] [N].

Three kinds of person are played: one who answers everything, at random; one who knows what a
real case says and nothing else; one who knows what a real case says, and the rest at random.
Beside the order of the interview the same persons are asked in file order: all questions that
can matter in the order of the rule set (a), and every question until first place is certain (b).
"""

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time

from llm_adapt.decide.relevance import next_step, settled
from llm_adapt.decide.splitter import Splitter

from llm_adapt.ask.script import Setting, State, next_question
from llm_adapt.decide.program import Program
from llm_adapt.files.answers import situation_of
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import NOT_APPLICABLE, Value
from llm_adapt.usecases.advise import program_for

CASES = Path(__file__).resolve().parents[1] / "real_cases"
Person = Callable[[str], Value | None]


def whole(program: Program, random: Random) -> dict[str, Value]:
    """A complete situation at random; numbers from every stretch that conditions tell apart."""
    numbers: dict[str, list[Value]] = {}
    for block in Splitter(program.atoms, {}).blocks:
        for option in block.options:
            for name, value in option.values.items():
                if not isinstance(value, tuple) and value != NOT_APPLICABLE:
                    numbers.setdefault(name, []).append(value)
    return {q.id: _answer(q, random, numbers) for q in program.rules.questions.values()}


def _answer(question: Question, random: Random, numbers: dict[str, list[Value]]) -> Value:
    match question.kind:
        case Kind.YES_NO:
            return random.choice(("yes", "no"))
        case Kind.CHOICE:
            return random.choice(list(question.values))
        case Kind.SEVERAL:
            return tuple(v for v in question.values if random.random() < 0.25)
        case _:
            return random.choice(sorted(set(numbers.get(question.id, [1]))))


def cases(program: Program) -> list[dict[str, Value]]:
    """What the real cases say."""
    questions = program.rules.questions
    return [situation_of(read_file(p), questions).values() for p in sorted(CASES.glob("*.yaml"))]


def played(program: Program, person: Person, times: list[tuple[float, float]]) -> int:
    """How many questions the interview asks."""
    setting = Setting(program)
    state = State(Situation())
    while True:
        before = perf_counter(), process_time()
        following = next_question(setting, state)
        times.append((perf_counter() - before[0], process_time() - before[1]))
        if following.question is None:
            return len(state.trail)
        value = person(following.question)
        if value is None:
            state = state.not_known(following.question)
        else:
            state = state.answered(following.question, value)


def in_order(program: Program, person: Person) -> int:
    """How many are asked in the order of the rule set, those that can matter only."""
    values: dict[str, Value] = {}
    unknown: frozenset[str] = frozenset()
    order = list(program.rules.questions)
    while matter := next_step(program, values, unknown).matter:
        name = min(matter, key=order.index)
        value = person(name)
        if value is None:
            unknown |= {name}
        else:
            values[name] = value
    return len(values) + len(unknown)


def one_by_one(program: Program, person: Person) -> int:
    """How many are asked one after another until first place is certain, or none is left."""
    values: dict[str, Value] = {}
    for count, name in enumerate(program.rules.questions, 1):
        value = person(name)
        if value is not None:
            values[name] = value
        if settled(program, values):
            return count
    return len(program.rules.questions)


def main() -> None:
    """Print the table."""
    program = program_for(sys.argv[1] if len(sys.argv) > 1 else "current")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    known = cases(program)
    persons: dict[str, list[Person]] = {
        "everything, at random": [whole(program, Random(seed)).get for seed in range(count)],
        "a real case, else unknown": [case.get for case in known],
        "a real case, else at random": [
            {**whole(program, Random(seed)), **known[seed % len(known)]}.get
            for seed in range(count)
        ],
    }
    times: list[tuple[float, float]] = []
    print(f"{len(program.rules.questions)} questions, rule set {program.rules.name}")
    for name, group in persons.items():
        asked = sorted(played(program, person, times) for person in group)
        ordered = sorted(in_order(program, person) for person in group)
        plain = sorted(one_by_one(program, person) for person in group)
        mean = [sum(each) / len(each) for each in (asked, ordered, plain)]
        print(
            f"{name}: median {median(asked):g}, 90 % {asked[len(asked) * 9 // 10]}, worst {asked[-1]}; "
            f"mean {mean[0]:.1f} = {mean[0] / mean[1]:.2f} x file order (a), {mean[0] / mean[2]:.2f} x (b)"
        )
    for which, clock in enumerate(("elapsed", "processor")):
        spent = sorted(pair[which] * 1000 for pair in times)
        p50, p95 = spent[len(spent) // 2], spent[len(spent) * 95 // 100]
        print(f"a step, {clock}: median {p50:.1f} ms, 95 % {p95:.1f} ms, worst {spent[-1]:.1f} ms")


if __name__ == "__main__":
    main()
