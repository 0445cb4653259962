"""For every other strategy, the smallest change of answers that puts it first.

A path through the chart is a list of tests with the way each must go. The search follows the
paths that lead to a strategy and, where a test would go another way on the answers as they are,
tries the smallest sets of changed answers that turn it. At the end of a path, tests that a later
change has turned back are mended in the same manner. It deepens by one change a round, so what
it finds first is smallest.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from llm_adapt.engine.atoms import NOTHING, Bits
from llm_adapt.engine.chart import NONE, Spot
from llm_adapt.engine.logic import NO, YES
from llm_adapt.engine.program import Program
from llm_adapt.engine.reach import Budget
from llm_adapt.model.question import Kind, Value

MOST_CHANGES = 6
STEPS = 6_000
# At one test with many questions at most so many answers are turned together.
TOGETHER = 2
FEW_OPTIONS = 14
# Items of one list that are added or dropped together; the empty list is tried besides.
TOGGLES = 2
# Rounds of mending one path; a list changed twice may otherwise go to and fro.
MENDS = 4
Changes = dict[str, Value]
Path = tuple[tuple[int, int], ...]


def flips(
    program: Program, values: Mapping[str, Value], steps: int = STEPS
) -> dict[str, dict[str, Value]]:
    """Strategy to the fewest new answers that put it first; absent when none were found."""
    search = _Search(program, values, steps)
    search.run()
    return search.found


class _Search:
    def __init__(self, program: Program, values: Mapping[str, Value], steps: int) -> None:
        self.program = program
        self.spots = program.chart.spots
        self.atoms = program.atoms
        self.values = dict(values)
        bits = program.chart.outcome_bit
        first = program.chart.first(*program.state(values))
        self.wanted = sum(bits.values()) & ~bits[NONE] & ~bits[first]
        self.found: dict[str, Changes] = {}
        self.budget = Budget(steps)
        self._most = 0
        self._questions: dict[int, tuple[str, ...]] = {}
        self._masks = {
            name: sum(self.atoms.variables[index].mask for index in found)
            for name, found in self.atoms.by_question.items()
        }
        self._turns: dict[tuple[int, int, int, int, frozenset[str], int], list[Changes]] = {}

    def run(self) -> None:
        """Search with one change more each round."""
        start = self.program.chart.start
        for self._most in range(1, MOST_CHANGES + 1):
            self._follow(start, (), {}, self.program.state(self.values))
            if not self.wanted or self.budget.spent:
                return

    def _follow(self, index: int, path: Path, changes: Changes, state: Bits) -> None:
        spot = self.spots[index]
        if not spot.outcomes & self.wanted or self.budget.spent:
            return
        self.budget.left -= 1
        if spot.outcome is not None:
            self._arrive(spot, path, changes, state)
            return
        here = self._way(spot, state)
        for way in sorted({spot.yes, spot.no, spot.unknown}, key=lambda w: w != here):
            if not self.spots[way].outcomes & self.wanted:
                continue
            onward = (*path, (index, way))
            if way == here:
                self._follow(way, onward, changes, state)
                continue
            for turn in self._turned(index, way, changes, state):
                changed = {**changes, **turn}
                self._follow(way, onward, changed, self._state(changed))

    def _arrive(
        self, spot: Spot, path: Path, changes: Changes, state: Bits, mends: int = 0
    ) -> None:
        if mends > MENDS or self.budget.spent:
            return
        for index, way in path:
            if self._way(self.spots[index], state) != way:
                for turn in self._turned(index, way, changes, state):
                    changed = {**changes, **turn}
                    self._arrive(spot, path, changed, self._state(changed), mends + 1)
                return
        if len(changes) == self._most and spot.outcomes & self.wanted:
            assert spot.outcome is not None  # noqa: S101 (called at ends only)
            self.found[spot.outcome] = changes
            self.wanted &= ~spot.outcomes

    def _state(self, changes: Changes) -> Bits:
        return self.program.state({**self.values, **changes})

    @staticmethod
    def _way(spot: Spot, state: Bits) -> int:
        value = spot.now(state[0] | spot.context, state[1] | spot.context_mask & ~spot.context)
        return spot.yes if value == YES else spot.no if value == NO else spot.unknown

    def _turned(self, index: int, way: int, changes: Changes, state: Bits) -> list[Changes]:
        """The smallest sets of changes that make a spot go a way, smallest first."""
        spot = self.spots[index]
        room = self._most - len(changes)
        settled = frozenset(changes)
        key = (index, way, state[0] & spot.mask, state[1] & spot.mask, settled, room)
        if key not in self._turns:
            self._turns[key] = list(self._turns_of(index, way, changes, state, room))
        return self._turns[key]

    def _turns_of(
        self, index: int, way: int, changes: Changes, state: Bits, room: int
    ) -> Iterator[Changes]:
        spot = self.spots[index]
        values = {**self.values, **changes}
        options = {
            name: list(self._other_answers(spot, name, values))
            for name in self._asked(index)
            # A list already changed may change further at no cost; other changes are final.
            if name not in changes or self._kind(name) is Kind.SEVERAL
        }
        again = sum(name in changes for name in options)
        many = sum(map(len, options.values())) > FEW_OPTIONS
        found: list[frozenset[str]] = []
        most = min(room, TOGETHER) + min(again, 1) if many else room + again
        for size in range(1, most + 1):
            for names in combinations(options, size):
                self.budget.left -= 1
                if sum(name not in changes for name in names) > room:
                    continue
                if any(less < frozenset(names) for less in found):
                    continue
                for chosen in product(*(options[name] for name in names)):
                    self.budget.left -= 1
                    if self.budget.spent:
                        return
                    turn = {name: value for name, (value, _) in zip(names, chosen, strict=True)}
                    if self._way(spot, self._after(state, turn, chosen, changes)) == way:
                        found.append(frozenset(names))
                        yield turn

    def _after(
        self,
        state: Bits,
        turn: Changes,
        chosen: tuple[tuple[Value, Bits], ...],
        changes: Changes,
    ) -> Bits:
        """What a spot sees of the state once some answers have turned."""
        if len(turn) > 1 and any(set(pair) <= set(turn) for pair in self.atoms.ratios):
            return self._state({**changes, **turn})
        true, false = state
        for name, (_, seen) in zip(turn, chosen, strict=True):
            mask = ~self._masks[name]
            true, false = true & mask | seen[0], false & mask | seen[1]
        return true, false

    def _kind(self, name: str) -> Kind:
        return self.atoms.questions[name].kind

    def _asked(self, index: int) -> tuple[str, ...]:
        if index not in self._questions:
            names: dict[str, None] = {}
            for variable in self.atoms.variables:
                if variable.mask & self.spots[index].mask:
                    names.update(dict.fromkeys(variable.questions))
            self._questions[index] = tuple(names)
        return self._questions[index]

    def _other_answers(
        self, spot: Spot, name: str, values: Mapping[str, Value]
    ) -> Iterator[tuple[Value, Bits]]:
        """Answers that a spot can tell from the present one, each with the bits it settles."""
        now = values.get(name)
        if self._kind(name) is Kind.SEVERAL:
            for chosen in self._lists(spot, name, now if isinstance(now, tuple) else None):
                yield chosen, self.atoms.answer(name, chosen)
            return
        told = {self._seen(spot, self._bits(name, now, values))}
        for value in self.atoms.representatives(name, values):
            bits = self._bits(name, value, values)
            if self._seen(spot, bits) not in told:
                told.add(self._seen(spot, bits))
                yield value, bits

    @staticmethod
    def _seen(spot: Spot, bits: Bits) -> Bits:
        return bits[0] & spot.mask, bits[1] & spot.mask

    def _bits(self, name: str, value: Value | None, values: Mapping[str, Value]) -> Bits:
        if value is None:
            return NOTHING
        true, false = self.atoms.answer(name, value)
        for pair in self.atoms.ratios:
            if name in pair:
                more, less = self.atoms.ratio(*pair, {**values, name: value})
                true, false = true | more, false | less
        return true, false

    def _lists(self, spot: Spot, name: str, now: tuple[str, ...] | None) -> Iterator[Value]:
        """Other lists, those that add or drop least first."""
        order = list(self.atoms.questions[name].values)
        start = frozenset(now or ())
        items = [
            self.atoms.variables[index].name.split(":", 1)[1]
            for index in self.atoms.by_question[name]
            if self.atoms.variables[index].mask & spot.mask
        ]
        if now is None:
            yield ()
        for size in range(1, TOGGLES + 1):
            for toggled in combinations(items, size):
                chosen = start ^ set(toggled)
                yield tuple(item for item in order if item in chosen)
        if now and len(start) > TOGGLES:
            yield ()
