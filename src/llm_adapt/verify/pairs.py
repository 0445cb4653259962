"""Two walks side by side, in situations that differ in one answer only: can they part this way?"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.reach import Budget
from llm_adapt.decide.tally import total_bounds
from llm_adapt.verify.settling import worth
from llm_adapt.verify.space import Space, State, UndecidedError, open_bits
from llm_adapt.verify.steps import Pair

STEPS = 20_000
PATH_STEPS = 2_000
# Spots by index, in the one situation or the other, and how they are to come out.
Demands = tuple[tuple[int, int, int], ...]


class Parting:
    """Looks for a situation in which one answer leads to `before` and the other not to `after`.

    All other questions are answered, in every way there is. Tallies are taken either way first;
    answers that bring them about are looked for at the end of a path.
    """

    def __init__(self, space: Space, before: int, after: int, steps: int = STEPS) -> None:
        self.space = space
        self.spots = space.program.chart.spots
        self.before = before
        self.after = after
        self.steps = steps
        self._found: State | None = None
        self._seen: set[tuple[object, ...]] = set()
        self._budget = Budget()
        self._own: tuple[State, State] = ((0, 0), (0, 0))
        self._turned = 0
        self._doubt = False
        self._loosely = False
        self._tests = self._numbered()
        self._below, self._tallies = self._derived()

    def _numbered(self) -> list[int]:
        """For each spot one index for all spots that test the same tally."""
        first: dict[tuple[int, int], int] = {}
        return [
            first.setdefault((id(spot.sides), spot.level), index) if spot.sides else index
            for index, spot in enumerate(self.spots)
        ]

    def _derived(self) -> tuple[list[int], list[frozenset[int]]]:
        """For each spot the atoms tested from it on, tallies left aside, and those tallies."""
        below: list[int] = []
        tallies: list[frozenset[int]] = []
        for index, spot in enumerate(self.spots):
            mask = spot.mask if spot.logic is not None else 0
            tested = frozenset({self._tests[index]} if spot.sides else ())
            for way in (spot.yes, spot.no):
                if way >= 0:
                    mask |= below[way]
                    tested |= tallies[way]
            below.append(mask)
            tallies.append(tested)
        return below, tallies

    def find(self, pair: Pair) -> State | None:
        """What else has to hold for the two answers to part so; or the proof that they cannot.

        Raises:
            UndecidedError: The step budget is spent.
        """
        state = self.space.program.state
        one = state({**pair.beside, pair.question: pair.one})
        two = state({**pair.beside, pair.question: pair.two})
        self._own = one, two
        self._turned = (one[0] ^ two[0]) | (one[1] ^ two[1])
        if not self._turned:
            return None
        # Where no path parts even if tallies come out at will, none does when they do not.
        if self._absent(loosely=True) or self._absent(loosely=False):
            return None
        if self._found is None:
            raise UndecidedError
        return self._found

    def _absent(self, *, loosely: bool) -> bool:
        """Search once; whether there is provably nothing."""
        self._found, self._doubt, self._seen = None, False, set()
        self._loosely = loosely
        self._budget = Budget(self.steps)
        start = self.space.program.chart.start
        self._go((start, start), (0, 0), ())
        return not (self._budget.spent or self._doubt or self._parted)

    @property
    def _parted(self) -> bool:
        return self._found is not None

    def _known(self, which: int, state: State, spot: Spot) -> State:
        own = self._own[which]
        return spot.seen(state[0] | own[0], state[1] | own[1])

    def _onward(self, which: int, index: int, state: State, demands: Demands) -> int:
        """Walk on to the first spot that is open and that nothing is demanded of yet."""
        demanded = {(spot, of): value for spot, of, value in demands}
        while True:
            spot = self.spots[index]
            if spot.outcome is not None:
                return index
            value = UNKNOWN
            if spot.logic is not None or not self._loosely:
                value = spot.sure(*self._known(which, state, spot))
            if value == UNKNOWN:
                value = demanded.get((self._tests[index], which), UNKNOWN)
            if value == UNKNOWN:
                return index
            index = spot.yes if value == YES else spot.no

    def _go(self, at: tuple[int, int], state: State, demands: Demands) -> None:
        at = (
            self._onward(0, at[0], state, demands),
            self._onward(1, at[1], state, demands),
        )
        here, there = self.spots[at[0]], self.spots[at[1]]
        if not here.outcomes & self.before or not there.outcomes & ~self.after:
            return
        if at[0] == at[1] and not here.below & self._turned:
            return
        if here.outcome is not None and there.outcome is not None:
            self._end(state, demands)
            return
        key = self._key(at, state, demands)
        if key in self._seen or self._budget.spent or self._found is not None:
            return
        self._seen.add(key)
        self._budget.left -= 1
        which = 1 if here.outcome is not None else 0
        if at[0] != at[1] and self.spots[at[0]].logic is None and there.logic is not None:
            which = 1
        self._branch(which, at, state, demands)

    def _key(self, at: tuple[int, int], state: State, demands: Demands) -> tuple[object, ...]:
        if self._loosely:
            later = self._tallies[at[0]] | self._tallies[at[1]]
            demands = tuple(demand for demand in demands if demand[0] in later)
            seen = self._below[at[0]] | self._below[at[1]]
        else:
            seen = self.spots[at[0]].below | self.spots[at[1]].below
            for index, _, _ in demands:
                seen |= self.spots[index].mask
        return at, demands, state[0] & seen, state[1] & seen

    def _branch(self, which: int, at: tuple[int, int], state: State, demands: Demands) -> None:
        spot = self.spots[at[which]]
        if spot.logic is None:
            for added in self._ways(which, at[which], demands):
                self._go(at, state, (*demands, *added))
            return
        known = self._known(which, state, spot)
        bit = next(open_bits(spot.logic, *known, 0))
        for more, less in self.space.cells(bit, *known):
            self._go(at, (state[0] | more, state[1] | less), demands)

    def _ways(self, which: int, index: int, demands: Demands) -> Iterator[Demands]:
        """The ways that a tally can come out in both situations together."""
        spot, test = self.spots[index], self._tests[index]
        if not spot.mask & self._turned:
            yield (test, 0, YES), (test, 1, YES)
            yield (test, 0, NO), (test, 1, NO)
            return
        other = {(index, of): value for index, of, value in demands}.get((test, 1 - which))
        least, most = self._change(spot)
        for mine, theirs in ((YES, YES), (NO, NO), (YES, NO), (NO, YES)):
            before, after = (mine, theirs) if which == 0 else (theirs, mine)
            possible = (
                before == after or (before == NO and most > 0) or (before == YES and least < 0)
            )
            if possible and other in {None, theirs}:
                yield ((test, 0, before), (test, 1, after))

    def _change(self, spot: Spot) -> tuple[int, int]:
        """The least and most that a tally can change by from the one answer to the other."""
        least = most = 0
        for side in spot.sides:
            changes = set(self._changes(side.arguments)) or {0}
            low, high = min(changes), max(changes)
            least += low if side.sign > 0 else -high
            most += high if side.sign > 0 else -low
        return least, most

    def _changes(self, arguments: Sequence[tuple[int, Logic]]) -> Iterator[int]:
        turned: list[tuple[int, list[tuple[int, int]]]] = []
        others: list[int] = []
        for points, logic in arguments:
            if not logic.mask & self._turned:
                others.append(points)
                continue
            values = [logic.test(*own) for own in self._own]
            one, two = ([0, 1] if value == UNKNOWN else [value] for value in values)
            turned.append((points, list(product(one, two))))
        if not turned:
            return
        for size in range(min(len(others), 2) + 1):
            for heard in combinations(others, size):
                for chosen in product(*(ways for _, ways in turned)):
                    sums = [
                        worth(
                            [
                                *heard,
                                *(p for (p, _), way in zip(turned, chosen, strict=True) if way[i]),
                            ]
                        )
                        for i in (0, 1)
                    ]
                    yield sums[1] - sums[0]

    def _end(self, state: State, demands: Demands) -> None:
        if self._loosely:
            self._found = state
            return
        budget = Budget(min(PATH_STEPS, self._budget.left))
        before = budget.left
        self._found = self._meet(demands, state, budget)
        self._budget.left -= before - budget.left
        if self._found is None and budget.spent:
            self._doubt = True

    def _meet(self, demands: Demands, state: State, budget: Budget) -> State | None:
        budget.left -= 1
        if budget.spent:
            return None
        bit = 0
        for index, which, wanted in demands:
            spot = self.spots[index]
            known = self._known(which, state, spot)
            value = spot.sure(*known)
            if value == UNKNOWN:
                bit = bit or _loose(spot, *known)
            elif value != wanted:
                return None
        if not bit:
            return state
        known = self._known(0, state, self.spots[demands[0][0]])
        cells = self.space.cells(bit, *known)
        ways = [(state[0] | more, state[1] | less) for more, less in cells]
        for way in sorted(ways, key=lambda way: self._short(demands, way)):
            found = self._meet(demands, way, budget)
            if found is not None or budget.spent:
                return found
        return None

    def _short(self, demands: Demands, state: State) -> int:
        """How far the tallies are from what is demanded: the lower, the nearer."""
        short = 0
        for index, which, wanted in demands:
            spot = self.spots[index]
            bounds = sum(total_bounds(spot.sides, *self._known(which, state, spot)))
            short += -bounds if wanted == YES else bounds
        return short


def _loose(spot: Spot, true: int, false: int) -> int:
    if spot.logic is not None:
        return next(open_bits(spot.logic, true, false, 0))
    weightiest = bit = 0
    for side in spot.sides:
        least, most = total_bounds((side,), true, false)
        for points, logic in side.arguments:
            if least != most and points > weightiest and logic.test(true, false) == UNKNOWN:
                weightiest, bit = points, next(open_bits(logic, true, false, 0))
    return bit
