"""What makes two rule sets differ in one situation: where their walks part, and by which rules."""

from collections.abc import Iterator
from itertools import zip_longest

from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import YES, Truth
from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import ruled_out
from llm_adapt.rules.model import Argument, Node, Tally
from llm_adapt.rules.rule_diff import Cause

State = tuple[int, int]
Passed = tuple[Spot, int]


def causes(old: Program, before: State, new: Program, after: State) -> tuple[Cause, ...]:
    """What makes two rule sets put different strategies first in one situation."""
    finder = _Finder(old, before, new, after)
    return tuple(dict.fromkeys(finder.find()))


class _Finder:
    def __init__(self, old: Program, before: State, new: Program, after: State) -> None:
        self.old, self.before = old, before
        self.new, self.after = new, after

    def find(self) -> Iterator[Cause]:
        """The causes, the place where the walks part first."""
        last: Node | None = None
        walks = self.old.chart.walk(*self.before), self.new.chart.walk(*self.after)
        for mine, theirs in zip_longest(*walks):
            if mine is None or theirs is None:
                return
            if _called(mine[0]) != _called(theirs[0]):
                yield from self._parted(last, mine[0], theirs[0])
                return
            if mine[1] != theirs[1]:
                yield from self._decided(mine, theirs)
                return
            last = theirs[0].node or last

    def _parted(self, last: Node | None, mine: Spot, theirs: Spot) -> Iterator[Cause]:
        vetoes = list(self._vetoes(mine, theirs))
        yield from vetoes
        if vetoes:
            return
        if mine.node is None and theirs.node is None:
            yield Cause("join", "join", "the same ends of the walks now make another strategy")
            return
        onward = f"it goes on to {_name(theirs)} now, not to {_name(mine)}"
        if last is None:
            yield Cause("walk", _walk(theirs, mine), onward)
        else:
            yield Cause("node", last.id, onward)

    def _decided(self, mine: Passed, theirs: Passed) -> Iterator[Cause]:
        node = theirs[0].node
        if node is None or mine[0].node is None:
            yield from self._vetoes(mine[0], theirs[0])
            return
        changes = f"{node.text} {_truth(mine[1])} before, {_truth(theirs[1])} now"
        if isinstance(node.when, Tally) and isinstance(mine[0].node.when, Tally):
            yield from self._rules(node.when.need)
        yield Cause("node", node.id, changes)

    def _rules(self, need: str) -> Iterator[Cause]:
        """The rules that speak otherwise about a need than they did."""
        for name in sorted({*self.old.rules.rules, *self.new.rules.rules}):
            heard = _heard(self.old, self.before, name, need)
            hears = _heard(self.new, self.after, name, need)
            if heard != hears:
                yield Cause("rule", name, f"{_said(heard)} before, {_said(hears)} now")

    def _vetoes(self, mine: Spot, theirs: Spot) -> Iterator[Cause]:
        before = ruled_out(self.old, *self.before)
        after = ruled_out(self.new, *self.after)
        for strategy in dict.fromkeys((mine.vetoed, theirs.vetoed, mine.outcome, theirs.outcome)):
            for rule in sorted({*before.get(str(strategy), ())} ^ {*after.get(str(strategy), ())}):
                how = "rules out" if rule in after.get(str(strategy), ()) else "no longer rules out"
                yield Cause("rule", rule, f"{how} {strategy}")


def _called(spot: Spot) -> tuple[str | None, ...]:
    node = spot.node
    # An end is where the walks arrive; that they differ there is told by what led to it.
    return (node.walk, node.id) if node is not None else (spot.vetoed, spot.outcome)


def _name(spot: Spot) -> str:
    return spot.node.id if spot.node is not None else (spot.outcome or spot.vetoed or "")


def _walk(*spots: Spot) -> str:
    return next((spot.node.walk for spot in spots if spot.node is not None), "")


def _truth(value: int) -> str:
    return Truth(value).name.lower()


def _heard(program: Program, state: State, name: str, need: str) -> list[Argument]:
    rule = program.rules.rules.get(name)
    if rule is None or program.logic[name].test(*state) != YES:
        return []
    return [found for found in rule.arguments if found.target == need]


def _said(arguments: list[Argument]) -> str:
    words = [f"{'for' if a.favours else 'against'} ({a.strength.value})" for a in arguments]
    return "; ".join(words) or "silent"
