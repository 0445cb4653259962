"""Whether new answers to some questions can put a strategy first, all other answers kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from llm_adapt.engine.atoms import Bits
from llm_adapt.engine.chart import Spot
from llm_adapt.engine.logic import NO, UNKNOWN, YES
from llm_adapt.engine.program import Program
from llm_adapt.engine.reach import Budget
from llm_adapt.engine.splitter import Block, Option, Splitter
from llm_adapt.engine.tally import Ledger
from llm_adapt.model.question import Kind, Value

Changes = dict[str, Value]


@dataclass(frozen=True, slots=True)
class View:
    """What trials share: steps left, tallies seen, and what can follow each spot at best."""

    budget: Budget
    ledger: Ledger
    leads: Sequence[int]


class Trial:
    """The walk with some answers free: every way they can turn it is followed.

    What nobody answered stays unknown. `looked` has the atoms of all tests that were passed.
    """

    def __init__(
        self,
        program: Program,
        values: Mapping[str, Value],
        names: Sequence[str],
        wanted: int,
        view: View,
    ) -> None:
        self.program = program
        self.values = values
        self.names = names
        self.wanted = wanted
        self.view = view
        self.looked = 0
        kept = {name: value for name, value in values.items() if name not in names}
        unknown = frozenset(
            name for name in program.atoms.by_question if name not in kept and name not in names
        )
        self.state = program.state(kept)
        self.splitter = Splitter(program.atoms, kept, unknown)
        self.found: dict[str, Changes] = {}
        self._seen: set[tuple[int, int, int]] = set()

    def run(self) -> dict[str, Changes]:
        """The wanted strategies that can be first, each with answers that do it."""
        self._go(self.program.chart.start, *self.state)
        return self.found

    def _go(self, index: int, true: int, false: int) -> None:
        spots = self.program.chart.spots
        while True:
            spot = spots[index]
            if not self.view.leads[index] & self.wanted or self.view.budget.spent:
                return
            if spot.outcome is not None:
                self.wanted &= ~spot.outcomes
                self.found[spot.outcome] = self._changes(true, false)
                return
            self.looked |= spot.mask
            bit = self.splitter.loose(spot.mask, true, false)
            value = self._value(spot, true, false, sure=bool(bit))
            if bit and value == UNKNOWN:
                break
            index = (spot.no, spot.yes, spot.unknown)[value]
        key = (index, true & spot.behind, false & spot.behind)
        if key in self._seen:
            return
        self._seen.add(key)
        self.view.budget.left -= 1
        mask = spot.behind | self.splitter.markers
        told: set[Bits] = set()
        for option in self.splitter.cells(bit, true, false):
            bits = option.true & mask, option.false & mask
            if bits not in told:
                told.add(bits)
                self._go(index, true | option.true, false | option.false)

    def _value(self, spot: Spot, true: int, false: int, *, sure: bool) -> int:
        if spot.logic is not None:
            return spot.logic.test(*spot.seen(true, false))
        heard = self.view.ledger.heard(spot.sides, spot.mask, true, false)
        if heard.high < spot.level:
            return NO
        return YES if (heard.low if sure else heard.now) >= spot.level else UNKNOWN

    def _changes(self, true: int, false: int) -> Changes:
        changes: Changes = {}
        for block in self.splitter.blocks:
            option = _settled(block, true, false)
            if option is not None:
                for name, value in option.values.items():
                    if self.program.rules.questions[name].kind is not Kind.SEVERAL:
                        changes[name] = value
        for name in self.names:
            if self.program.rules.questions[name].kind is Kind.SEVERAL:
                changes[name] = tuple(self._list(name, true, false))
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
    """The option of a block that was taken."""
    for option in block.options:
        if option.true & true == option.true and option.false & false == option.false:
            return option
    return None
