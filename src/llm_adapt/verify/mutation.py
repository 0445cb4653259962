"""How many small faults the tests of a rule set notice, and what would notice the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank, scores
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.value import Value
from llm_adapt.verify.mutants import Mutant, mutants
from llm_adapt.verify.shrink import shrunk
from llm_adapt.verify.suite import Trial, judged

# Every so many-th situation of the pool is tried on a fault that no test notices.
THIN = 3


@dataclass(frozen=True, slots=True)
class Survivor:
    """A fault that no test notices.

    `answers` and `expect` are a case that would notice it, as the rule set is without the fault;
    both are empty when no situation tried tells the difference.
    """

    mutant: Mutant
    answers: Mapping[str, Value]
    expect: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands first, the order, and the scores."""

    first: str
    order: list[str]
    scores: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mutation:
    """Faults by kind: noticed and all; and those not noticed."""

    noticed: Mapping[str, int]
    total: Mapping[str, int]
    survivors: tuple[Survivor, ...]

    @property
    def score(self) -> float:
        """The share noticed, rounded down to two digits."""
        total = sum(self.total.values())
        return int(100 * Fraction(sum(self.noticed.values()), total or 1)) / 100


def mutation(
    program: Program,
    tests: list[Trial],
    article: Program | None,
    pool: Iterable[Mapping[str, Value]],
) -> Mutation:
    """Put every fault in, and run the tests that pass without it."""
    sound = [trial for trial in tests if not trial.todo and judged(program, trial, article).passed]
    # Cases look at more than examples: they notice a fault sooner.
    sound.sort(key=lambda trial: bool(trial.rule))
    noticed: dict[str, int] = {}
    total: dict[str, int] = {}
    survivors: list[Mutant] = []
    for mutant in mutants(program.rules):
        total[mutant.kind] = total.get(mutant.kind, 0) + 1
        noticed.setdefault(mutant.kind, 0)
        faulty = Program(mutant.rules)
        if all(judged(faulty, trial, article).passed for trial in sound):
            survivors.append(mutant)
        else:
            noticed[mutant.kind] += 1
    told: list[Survivor] = []
    if survivors:
        wanted = [*(trial.answers for trial in tests), *islice(pool, 0, None, THIN)]
        situations = [(values, _seen(program, values)) for values in wanted]
        told = [_survivor(program, mutant, situations) for mutant in survivors]
    return Mutation(noticed, total, tuple(told))


def _seen(program: Program, values: Mapping[str, Value]) -> Seen:
    state = program.state(values)
    order = rank(program, *state)
    return Seen(program.chart.first(*state), order, scores(program, *state))


def _survivor(
    program: Program, mutant: Mutant, situations: list[tuple[Mapping[str, Value], Seen]]
) -> Survivor:
    """First place tells a fault best, then the order, then a score."""
    faulty = Program(mutant.rules)
    telling: dict[int, Mapping[str, Value]] = {}
    for values, before in situations:
        after = _seen(faulty, values)
        found = _difference(before, after)
        if found is not None:
            telling.setdefault(found, values)
        if found == _BY_FIRST:
            break
    if not telling:
        return Survivor(mutant, {}, {})
    best = min(telling)

    def shows(fewer: Mapping[str, Value]) -> bool:
        return _difference(_seen(program, fewer), _seen(faulty, fewer)) == best

    fewest = shrunk(telling[best], shows)
    return Survivor(mutant, fewest, _expect(_seen(program, fewest), _seen(faulty, fewest), best))


_BY_FIRST, _BY_ORDER, _BY_SCORE = 0, 1, 2


def _difference(before: Seen, after: Seen) -> int | None:
    if before.first != after.first:
        return _BY_FIRST
    if before.order != after.order:
        return _BY_ORDER
    return _BY_SCORE if before.scores != after.scores else None


def _expect(before: Seen, after: Seen, best: int) -> dict[str, Plain]:
    """What a case has to demand, so that it holds without the fault and not with it."""
    if best == _BY_FIRST:
        return {"first": before.first}
    if best == _BY_ORDER:
        pairs = zip(before.order, after.order, strict=True)
        earlier, later = next((one, two) for one, two in pairs if one != two)
        return {"before": [[earlier, later]]}
    name = next(name for name, score in before.scores.items() if after.scores[name] != score)
    return {"score": {name: before.scores[name]}}
