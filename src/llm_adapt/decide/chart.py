"""The flowchart as one graph of tests that ends in a strategy.

The walks of a rule set follow one another; their results are joined to a strategy; a strategy
that a rule rules out gives way to the first of its `otherwise` that none does. All of it is
unfolded into one acyclic graph, so that whatever decides first place is a path through it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from llm_adapt.decide.atoms import Atoms
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic, Test
from llm_adapt.decide.tally import Side, total, total_bounds
from llm_adapt.rules.model import Node, RuleSet, Tally

NONE = "none"


@dataclass(slots=True)
class Spot:
    """A point of the graph: a test with three ways on, or an end with its outcome.

    `now` decides on what is known (unknown tallies lean on the arguments heard); `sure` is
    unknown as long as an answer can still change it. `below` has every atom that this spot or
    a later one tests, `outcomes` every strategy that can follow, as bits; `behind` and `leads`
    are the same with what follows the unknown edge.
    """

    node: Node | None
    vetoed: str | None
    outcome: str | None
    now: Test
    sure: Test
    logic: Logic | None
    sides: tuple[Side, ...]
    context: int
    context_mask: int
    need: str | None = None
    level: int = 0
    yes: int = -1
    no: int = -1
    unknown: int = -1
    mask: int = 0
    below: int = 0
    outcomes: int = 0
    behind: int = 0
    leads: int = 0

    def seen(self, true: int, false: int) -> tuple[int, int]:
        """A state of knowledge with what walks before this spot have ended at."""
        return true | self.context, false | self.context_mask & ~self.context

    def open_bit(self, true: int, false: int) -> int:
        """An open atom that this spot's test hangs on."""
        if self.logic is not None:
            return self.logic.open_bit(true, false)
        weightiest = (0, 0)
        for side in self.sides:
            found = side.open_logic(true, false)
            if found and found[0] > weightiest[0]:
                weightiest = found[0], found[1].open_bit(true, false)
        return weightiest[1]


def _never(_true: int, _false: int) -> int:
    return NO


@dataclass(slots=True)
class Chart:
    """The unfolded graph; `start` is where every walk begins."""

    spots: list[Spot] = field(default_factory=list[Spot])
    start: int = 0
    outcome_bit: dict[str, int] = field(default_factory=dict[str, int])

    def walk(self, true: int, false: int) -> Iterator[tuple[Spot, int]]:
        """Every spot passed on what is known, with the truth of its test; the end comes last."""
        index = self.start
        while True:
            spot = self.spots[index]
            if spot.outcome is not None:
                yield spot, YES
                return
            value = spot.now(*spot.seen(true, false))
            yield spot, value
            index = spot.yes if value == YES else spot.no if value == NO else spot.unknown

    def first(self, true: int, false: int, totals: Mapping[str, int] | None = None) -> str:
        """Where the walk ends on what is known: a strategy, or `none`.

        `totals` are the tallies of the needs on what is known, for a caller that has them.
        """
        spots, index = self.spots, self.start
        while True:
            spot = spots[index]
            if spot.outcome is not None:
                return spot.outcome
            if totals is not None and spot.need is not None:
                if totals.get(spot.need, 0) >= spot.level:
                    index = spot.yes
                    continue
                if spot.no == spot.unknown:
                    index = spot.no
                    continue
            value = spot.now(true | spot.context, false | spot.context_mask & ~spot.context)
            index = spot.yes if value == YES else spot.no if value == NO else spot.unknown

    def names(self, outcomes: int) -> tuple[str, ...]:
        """The strategies of a set of outcome bits, in order of effort."""
        return tuple(name for name, bit in self.outcome_bit.items() if outcomes & bit)


class ChartBuilder:
    """Unfolds the walks of a rule set."""

    def __init__(
        self,
        rules: RuleSet,
        atoms: Atoms,
        logic: dict[str, Logic],
        needs: dict[str, tuple[Side, ...]],
    ) -> None:
        self.rules = rules
        self.atoms = atoms
        self.logic = logic
        self.needs = needs
        self.chart = Chart()
        self._made: dict[tuple[str, tuple[str, ...]], int] = {}
        self._vetoes = {
            name: tuple(logic[rule.id] for rule in rules.rules.values() if name in rule.rules_out)
            for name in rules.strategies
        }

    def build(self) -> Chart:
        """The chart, with everything derived filled in."""
        names = [*self.rules.strategies, NONE]
        self.chart.outcome_bit = {name: 1 << index for index, name in enumerate(names)}
        self.chart.start = self._at(self.rules.walks[0].start, ())
        return self.chart

    def _at(self, name: str, results: tuple[str, ...]) -> int:
        walk = self.rules.walks[len(results)]
        if name in walk.results:
            ended = (*results, name)
            if len(ended) < len(self.rules.walks):
                return self._at(self.rules.walks[len(ended)].start, ended)
            return self._strategy(self.rules.join[ended])
        key = (f"{walk.id}/{name}", results)
        if key not in self._made:
            node = walk.nodes[name]
            ends = {
                edge.to: self._at(edge.to, results) for edge in (node.yes, node.no, node.unknown)
            }
            spot = self._test(node, results)
            spot.yes, spot.no, spot.unknown = (
                ends[node.yes.to],
                ends[node.no.to],
                ends[node.unknown.to],
            )
            self._made[key] = self._add(spot)
        return self._made[key]

    def _test(self, node: Node, results: tuple[str, ...]) -> Spot:
        context = mask = 0
        ended = dict(zip((walk.id for walk in self.rules.walks), results, strict=False))
        for (walk, wanted), bit in self.atoms.ended.items():
            mask |= bit
            context |= bit if ended.get(walk) in wanted else 0
        if isinstance(node.when, Tally):
            sides, level = self.needs[node.when.need], node.when.at_least
            spot = Spot(
                node, None, None, _leaning(sides, level), _certain(sides, level), None, sides,
                context, mask, node.when.need, level,
            )  # fmt: skip
            for side in sides:
                for _, logic in side.arguments:
                    spot.mask |= logic.mask
            return spot
        logic = self.logic[f"{node.walk}/{node.id}"]
        spot = Spot(node, None, None, logic.test, logic.test, logic, (), context, mask)
        spot.mask = logic.mask & ~mask
        return spot

    def _strategy(self, name: str) -> int:
        if name == NONE:
            return self._end(NONE)
        return self._vetoable([name, *self.rules.strategies[name].otherwise])

    def _vetoable(self, candidates: list[str]) -> int:
        if not candidates:
            return self._end(NONE)
        name, rest = candidates[0], candidates[1:]
        index = self._end(name)
        for position, veto in enumerate(self._vetoes[name]):
            key = (f"veto/{name}/{position}", tuple(rest))
            if key not in self._made:
                spot = Spot(None, name, None, veto.test, veto.test, veto, (), 0, 0)
                spot.yes, spot.no, spot.unknown = self._vetoable(rest), index, index
                spot.mask = veto.mask
                self._made[key] = self._add(spot)
            index = self._made[key]
        return index

    def _end(self, outcome: str) -> int:
        key = (f"end/{outcome}", ())
        if key not in self._made:
            spot = Spot(None, None, outcome, _never, _never, None, (), 0, 0)
            spot.leads = spot.outcomes = self.chart.outcome_bit[outcome]
            self.chart.spots.append(spot)
            self._made[key] = len(self.chart.spots) - 1
        return self._made[key]

    def _add(self, spot: Spot) -> int:
        following = [self.chart.spots[index] for index in (spot.yes, spot.no)]
        spot.below = spot.mask | following[0].below | following[1].below
        spot.outcomes = following[0].outcomes | following[1].outcomes
        unsure = self.chart.spots[spot.unknown]
        spot.leads = spot.outcomes | following[0].leads | following[1].leads | unsure.leads
        # A ratio and the numbers it is made of decide together.
        for variable in self.atoms.variables:
            if variable.ratio and variable.mask & spot.below:
                spot.below |= sum(self.atoms.variables[i].mask for i in variable.ratio)
        spot.behind = spot.below | unsure.behind | following[0].behind | following[1].behind
        self.chart.spots.append(spot)
        return len(self.chart.spots) - 1


def _leaning(sides: tuple[Side, ...], level: int) -> Test:
    def now(true: int, false: int) -> int:
        if total(sides, true, false) >= level:
            return YES
        return NO if total_bounds(sides, true, false)[1] < level else UNKNOWN

    return now


def _certain(sides: tuple[Side, ...], level: int) -> Test:
    def sure(true: int, false: int) -> int:
        low, high = total_bounds(sides, true, false)
        return YES if low >= level else NO if high < level else UNKNOWN

    return sure
