"""The least and most a score can be over every way of answering what is open."""

from llm_adapt.engine.atoms import Atoms
from llm_adapt.engine.logic import UNKNOWN
from llm_adapt.engine.reach import Budget, Splitter
from llm_adapt.engine.tally import Side, total, total_bounds

# One extreme of one component; beyond it the bound is given, which is wider but still true.
STEPS = 1_500


def score_range(
    sides: tuple[Side, ...], state: tuple[int, int], atoms: Atoms, splitter: Splitter
) -> tuple[int, int]:
    """The least and the most that a tally can come to."""
    settled = [side for side in sides if side.open_logic(*state) is None]
    fixed = total(tuple(settled), *state)
    low = high = fixed
    for component in _components([side for side in sides if side not in settled], state, atoms):
        low -= _most(component, state, splitter, sign=-1)
        high += _most(component, state, splitter, sign=1)
    return low, high


def _components(
    sides: list[Side], state: tuple[int, int], atoms: Atoms
) -> list[tuple[Side, ...]]:
    """Sides that hang on no common open variable can be maximised apart."""
    groups: list[tuple[set[int], list[Side]]] = []
    for side in sides:
        variables = _open_variables(side, state, atoms)
        merged = [side]
        apart: list[tuple[set[int], list[Side]]] = []
        for known, members in groups:
            if known & variables:
                variables |= known
                merged += members
            else:
                apart.append((known, members))
        groups = [*apart, (variables, merged)]
    return [tuple(members) for _, members in groups]


def _open_variables(side: Side, state: tuple[int, int], atoms: Atoms) -> set[int]:
    known = state[0] | state[1]
    found: set[int] = set()
    for _, logic in side.arguments:
        rest = logic.mask & ~known
        while rest:
            bit = rest & -rest
            rest ^= bit
            index = atoms.of_bit[bit]
            found.add(index)
            # A ratio and the numbers it is made of are settled together.
            for variable in atoms.variables:
                if variable.ratio and index in (*variable.ratio, variable.index):
                    found |= {variable.index, *variable.ratio}
    return found


def _most(sides: tuple[Side, ...], state: tuple[int, int], splitter: Splitter, *, sign: int) -> int:
    def bound(true: int, false: int) -> int:
        low, high = total_bounds(sides, true, false)
        return high if sign > 0 else -low

    goal = bound(*state)
    best: int | None = None
    budget = Budget(STEPS)

    def go(true: int, false: int) -> None:
        nonlocal best
        if best is not None and (best == goal or bound(true, false) <= best):
            return
        budget.left -= 1
        bit = _open_bit(sides, true, false)
        if not bit or budget.spent:
            value = bound(true, false)
            best = value if best is None else max(best, value)
            return
        cells = [(true | c.true, false | c.false) for c in splitter.cells(bit, true, false)]
        for following in sorted(cells, key=lambda pair: -bound(*pair)):
            go(*following)

    go(*state)
    return goal if best is None or budget.spent else best


def _open_bit(sides: tuple[Side, ...], true: int, false: int) -> int:
    for side in sides:
        for _, logic in side.arguments:
            if logic.test(true, false) == UNKNOWN:
                return logic.open_bit(true, false)
    return 0
