"""Whether new answers to some questions can put a strategy first, all other answers kept."""

from collections.abc import Iterator, Mapping, Sequence

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.outlook import Outlook
from llm_adapt.decide.program import Program
from llm_adapt.decide.reach import Budget
from llm_adapt.decide.splitter import Block, Option, Splitter
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import Value

Changes = dict[str, Value]


class Trial:
    """The walk with some answers free: every way they can turn it is followed.

    What nobody answered stays unknown. `looked` has the atoms of every test that would have to go
    another way for more to come of it.
    """

    def __init__(
        self,
        program: Program,
        values: Mapping[str, Value],
        names: Sequence[str],
        outlook: Outlook,
        budget: Budget,
    ) -> None:
        self.program = program
        self.spots = program.chart.spots
        self.values = values
        self.names = names
        self.wanted = 0
        self.outlook = outlook
        self.budget = budget
        self.looked = 0
        kept = {name: value for name, value in values.items() if name not in names}
        unknown = frozenset(
            name for name in program.atoms.by_question if name not in kept and name not in names
        )
        self.splitter = Splitter(program.atoms, kept, unknown)
        known, forced = program.state(kept), self.splitter.forced
        self.state = known[0] | forced[0], known[1] | forced[1]
        # Items of lists are many; what is decided before them spares most of their combinations.
        self.listed = sum(
            program.atoms.variables[index].mask
            for name in names
            if program.rules.questions[name].kind is Kind.SEVERAL
            for index in program.atoms.by_question[name]
        )
        self.found: dict[str, Changes] = {}
        self._seen: set[tuple[int, int, int, int]] = set()

    def run(self, wanted: int) -> dict[str, Changes]:
        """The wanted strategies that can be first, each with answers that do it."""
        self.wanted = wanted
        self._go(self.program.chart.start, *self.state, self.splitter.open)
        return self.found

    def _go(self, index: int, true: int, false: int, opened: int) -> None:
        if self.budget.spent or not self._leads(index, true, false, opened, set()):
            return
        while True:
            spot = self.spots[index]
            if spot.outcome is not None:
                self.wanted &= ~spot.outcomes
                self.found[spot.outcome] = self._changes(true, false)
                return
            ways = self.outlook.ways(index, true, false, opened)
            if len(ways) > 1:
                break
            index = next(iter(ways))
        key = (index, true & spot.behind, false & spot.behind, opened & spot.behind)
        if key in self._seen:
            return
        self._seen.add(key)
        self.budget.left -= 1
        loose = opened & spot.mask
        loose = loose & ~self.listed or loose
        block = self.splitter.of_bit[loose & -loose]
        told: set[Bits] = set()
        for option in block.options:
            bits = option.true & spot.behind, option.false & spot.behind
            if bits not in told:
                told.add(bits)
                self._go(index, true | option.true, false | option.false, opened & ~block.mask)

    def _leads(self, index: int, true: int, false: int, opened: int, seen: set[int]) -> bool:
        """Whether a wanted strategy may still follow a spot.

        Tests that would have to go another way for that are kept in mind.
        """
        seen.add(index)
        spot = self.spots[index]
        if spot.outcome is not None:
            return bool(spot.outcomes & self.wanted)
        ways = self.outlook.ways(index, true, false, opened)
        for way in self.outlook.others(index, ways):
            if self.spots[way].leads & self.wanted:
                self.looked |= spot.mask
        for way in ways:
            if (
                way not in seen
                and self.spots[way].leads & self.wanted
                and self._leads(way, true, false, opened, seen)
            ):
                return True
        return False

    def _changes(self, true: int, false: int) -> Changes:
        changes: Changes = {}
        for block in self.splitter.blocks:
            option = _settled(block, true, false)
            for name, value in option.values.items() if option else ():
                changes[name] = value
        for name in self.names:
            if self.program.rules.questions[name].kind is Kind.SEVERAL:
                changes[name] = tuple(self._list(name, true, false))
            elif name not in changes and name not in self.values:
                # Any answer will do, but there must be one.
                changes[name] = self.program.atoms.representatives(name, self.values)[0]
        return {name: changes[name] for name in self.names if name in changes}

    def _list(self, name: str, true: int, false: int) -> Iterator[str]:
        """The list as it was, with the items added and dropped that were settled anew."""
        before = self.values.get(name)
        was = before if isinstance(before, tuple) else ()
        for item in self.program.rules.questions[name].values:
            bit = self.program.atoms.bit.get((name, item), 0)
            if true & bit or (item in was and not false & bit):
                yield item


def _settled(block: Block, true: int, false: int) -> Option | None:
    """The option of a block that was taken, if any was."""
    mask = block.mask | block.marker
    taken = true & mask, false & mask
    return next((o for o in block.options if (o.true & mask, o.false & mask) == taken), None)
