"""Which open questions can still change first place, and which of them settles most.

A question matters when some way of answering all others leaves first place hanging on it. The
list is empty exactly when no answer can change first place: that is the proof an interview
stops on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from llm_adapt.engine.atoms import Cell, Variable
from llm_adapt.engine.chart import Spot
from llm_adapt.engine.logic import NO, UNKNOWN, YES
from llm_adapt.engine.program import Program
from llm_adapt.engine.reach import Budget, Splitter, reachable
from llm_adapt.engine.tally import total_bounds
from llm_adapt.model.question import Value

State = tuple[int, int]
# One pair of answers compared; beyond it the question counts as one that matters.
STEPS = 40


@dataclass(frozen=True, slots=True)
class Open:
    """An open question that matters: the strategies still possible, and what answering leaves."""

    question: str
    possible: int
    outcomes: int
    gain: float


def relevant(program: Program, values: Mapping[str, Value], asked: frozenset[str]) -> list[Open]:
    """The questions that can still change first place, most settling first.

    `asked` are questions not to be named again: answered, or known to have no answer.
    """
    state = program.state(values)
    splitter = Splitter(program.atoms, values)
    possible = reachable(program, state, splitter)
    if possible.bit_count() < 2:  # noqa: PLR2004 (one outcome is certain)
        return []
    mask = _live(program, state)
    found: dict[str, Open] = {}
    for variable in program.atoms.variables:
        open_questions = [q for q in variable.questions if q not in values]
        if not variable.mask & mask & ~(state[0] | state[1]):
            continue
        weighed = _weigh(program, state, splitter, variable, possible)
        if weighed is None:
            continue
        for question in open_questions:
            kept = found.get(question)
            if question not in asked and (kept is None or weighed[0] > kept.gain):
                gain, outcomes = weighed
                found[question] = Open(question, possible, outcomes, gain)
    order = {name: index for index, name in enumerate(program.rules.questions)}
    return sorted(found.values(), key=lambda o: (-round(o.gain, 6), order[o.question]))


def settled(program: Program, values: Mapping[str, Value]) -> bool:
    """Whether no answer can change first place any more."""
    splitter = Splitter(program.atoms, values)
    return reachable(program, program.state(values), splitter).bit_count() < 2  # noqa: PLR2004


def _live(program: Program, state: State) -> int:
    """The atoms of every spot that a walk can still pass."""
    spots, mask = program.chart.spots, 0
    seen, todo = {program.chart.start}, [program.chart.start]
    while todo:
        spot = spots[todo.pop()]
        if spot.outcome is not None:
            continue
        mask |= spot.mask
        value = spot.sure(state[0] | spot.context, state[1] | spot.context_mask & ~spot.context)
        ways = {YES: [spot.yes], NO: [spot.no]}.get(value, [spot.yes, spot.no])
        for way in ways:
            if way not in seen:
                seen.add(way)
                todo.append(way)
    return mask


def _weigh(
    program: Program, state: State, splitter: Splitter, variable: Variable, possible: int
) -> tuple[float, int] | None:
    """How much settling a variable narrows first place, and what it can lead to; or nothing."""
    bit = variable.mask & ~(state[0] | state[1])
    cells = list(splitter.cells(bit & -bit, *state))
    reached = [
        reachable(
            program, (state[0] | c.true, state[1] | c.false), splitter, Budget(60), possible
        )
        for c in cells
    ]
    narrows = any(outcomes != possible for outcomes in reached)
    if not narrows and not _tells_apart(program, state, splitter, cells):
        return None
    left = sum(outcomes.bit_count() for outcomes in reached) / len(reached)
    return possible.bit_count() - left, possible


def _tells_apart(program: Program, state: State, splitter: Splitter, cells: list[Cell]) -> bool:
    """Whether two cells of a variable can give different first places, all else equal."""
    starts = [(state[0] | cell.true, state[1] | cell.false) for cell in cells]
    return any(
        _differ(program, starts[0], other, splitter) for other in starts[1:]
    )


def _imbalance(tests: list[Spot], way: tuple[State, State]) -> int:
    """How far open tallies are from the level where one argument more decides."""
    found = 0
    for spot in tests:
        if spot.sides:
            bounds = (*total_bounds(spot.sides, *way[0]), *total_bounds(spot.sides, *way[1]))
            found += abs(sum(bounds) - 4 * spot.level + 2)
    return found


def _differ(program: Program, one: State, two: State, splitter: Splitter) -> bool:
    spots = program.chart.spots
    seen: set[tuple[int, int, int, int, int, int]] = set()
    budget = Budget(STEPS)

    def onward(index: int, state: State) -> tuple[int, int]:
        """The spot where a walk stops: its end, or an open test and one of its open atoms."""
        while True:
            spot = spots[index]
            if spot.outcome is not None:
                return index, 0
            known = state[0] | spot.context, state[1] | spot.context_mask & ~spot.context
            value = spot.sure(*known)
            if value == UNKNOWN:
                return index, spot.open_bit(*known)
            index = spot.yes if value == YES else spot.no

    def go(first: int, one: State, second: int, two: State) -> bool:
        first, bit = onward(first, one)
        second, other = onward(second, two)
        here, there = spots[first], spots[second]
        if not bit and not other:
            return first != second
        if here.outcomes == there.outcomes and here.outcomes.bit_count() == 1:
            return False
        key = (
            first, one[0] & here.below, one[1] & here.below,
            second, two[0] & there.below, two[1] & there.below,
        )  # fmt: skip
        if key in seen:
            return False
        seen.add(key)
        budget.left -= 1
        if budget.spent:
            return True
        free = one if bit else two
        ways = [
            ((one[0] | c.true, one[1] | c.false), (two[0] | c.true, two[1] | c.false))
            for c in splitter.cells(bit or other, *free)
        ]
        tests = [spot for spot, open_bit in ((here, bit), (there, other)) if open_bit]
        ways.sort(key=lambda way: _imbalance(tests, way))
        return any(go(first, way[0], second, way[1]) for way in ways)

    return go(program.chart.start, one, program.chart.start, two)
