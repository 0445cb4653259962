"""The least and most a score can be over every way of answering what is open."""

from llm_adapt.decide.logic import UNKNOWN
from llm_adapt.decide.reach import Budget, Splitter
from llm_adapt.decide.tally import Side, total, total_bounds

# One extreme of one component; beyond it the bound is given, which is wider but still true.
STEPS = 400


def score_range(
    sides: tuple[Side, ...], state: tuple[int, int], splitter: Splitter
) -> tuple[int, int]:
    """The least and the most that a tally can come to."""
    state = state[0] | splitter.forced[0], state[1] | splitter.forced[1]
    opened = splitter.open & ~(state[0] | state[1])
    low = high = total(tuple(side for side in sides if not side.mask & opened), *state)
    for component in _components([side for side in sides if side.mask & opened], splitter):
        low -= _most(component, state, splitter, sign=-1)
        high += _most(component, state, splitter, sign=1)
    return low, high


def _components(sides: list[Side], splitter: Splitter) -> list[tuple[Side, ...]]:
    """Sides that hang on no common open block can be maximised apart."""
    groups: list[tuple[int, list[Side]]] = []
    for side in sides:
        mask, merged = 0, [side]
        for block in splitter.blocks:
            mask |= block.mask if block.mask & side.mask else 0
        apart: list[tuple[int, list[Side]]] = []
        for known, members in groups:
            if known & mask:
                mask |= known
                merged += members
            else:
                apart.append((known, members))
        groups = [*apart, (mask, merged)]
    return [tuple(members) for _, members in groups]


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
        bit = _open_bit(sides, splitter, true, false)
        if not bit or budget.spent:
            # What is still unknown then can have no answer, and is not heard.
            value = bound(true, false) if bit else sign * total(sides, true, false)
            best = value if best is None else max(best, value)
            return
        cells = [(true | c.true, false | c.false) for c in splitter.cells(bit, true, false)]
        for following in sorted(cells, key=lambda pair: -bound(*pair)):
            go(*following)

    go(*state)
    return goal if best is None or budget.spent else best


def _open_bit(sides: tuple[Side, ...], splitter: Splitter, true: int, false: int) -> int:
    for side in sides:
        for _, logic in side.arguments:
            if logic.mask & ~(true | false) and logic.test(true, false) == UNKNOWN:
                bit = splitter.loose(logic.mask, true, false)
                if bit:
                    return bit
    return 0
