"""What makes two rule sets differ in one situation: where their walks part, and by which rules."""

from collections.abc import Iterator

from llm_adapt.decide.chart import ChartNode
from llm_adapt.decide.conditions import WORDS, YES
from llm_adapt.decide.program import Evaluation
from llm_adapt.rules.model import Node, Tally
from llm_adapt.rules.rule_diff import Cause

Passed = tuple[ChartNode, int]


def causes(old: Evaluation, new: Evaluation) -> tuple[Cause, ...]:
    """What makes two rule sets put different strategies first in one situation."""
    return tuple(dict.fromkeys(_causes(old, new)))


def _causes(old: Evaluation, new: Evaluation) -> Iterator[Cause]:
    """The causes, at the place where the walks part first."""
    last = None
    for mine, theirs in zip(_steps(old), _steps(new), strict=False):
        if _called(mine[0]) != _called(theirs[0]):
            yield from _parted(old, new, last, (mine[0], theirs[0]))
            return
        if mine[1] != theirs[1]:
            yield from _decided(old, new, mine, theirs)
            return
        last = theirs[0].node or last


def _steps(found: Evaluation) -> Iterator[Passed]:
    """The nodes passed; those that ask for vetoes only where one is met."""
    for node, value in found.walk():
        if node.vetoed is None or value == YES:
            yield node, value


def _parted(
    old: Evaluation, new: Evaluation, last: Node | None, spots: tuple[ChartNode, ChartNode]
) -> Iterator[Cause]:
    mine, theirs = spots
    vetoes = list(_vetoes(old, new, mine, theirs))
    yield from vetoes
    if vetoes:
        return
    if mine.node is None and theirs.node is None:
        yield Cause("join", "join", "the same ends of the walks now make another strategy")
        return
    onward = f"it goes on to {_name(theirs)} now, not to {_name(mine)}"
    if last is not None:
        yield Cause("node", last.id, onward)
    else:
        yield Cause("walk", next(s.node.walk for s in spots if s.node is not None), onward)


def _decided(old: Evaluation, new: Evaluation, mine: Passed, theirs: Passed) -> Iterator[Cause]:
    node, before = theirs[0].node, mine[0].node
    if node is None or before is None:
        yield from _vetoes(old, new, mine[0], theirs[0])
        return
    if isinstance(node.when, Tally) and isinstance(before.when, Tally):
        for name in sorted({*old.program.rules.rules, *new.program.rules.rules}):
            heard, hears = (_said(each, name, node.when.need) for each in (old, new))
            if heard != hears:
                yield Cause("rule", name, f"{heard} before, {hears} now")
    was, now = (WORDS[value] for value in (mine[1], theirs[1]))
    yield Cause("node", node.id, f"{node.text} {was} before, {now} now")


def _vetoes(
    old: Evaluation, new: Evaluation, mine: ChartNode, theirs: ChartNode
) -> Iterator[Cause]:
    for strategy in dict.fromkeys((mine.vetoed, theirs.vetoed, mine.outcome, theirs.outcome)):
        before, after = ({*each.ruled_out.get(str(strategy), ())} for each in (old, new))
        for rule in sorted(before ^ after):
            how = "rules out" if rule in after else "no longer rules out"
            yield Cause("rule", rule, f"{how} {strategy}")


def _called(spot: ChartNode) -> tuple[str | None, ...]:
    node = spot.node
    # An end is where the walks arrive; that they differ there is told by what led to it.
    return (node.walk, node.id) if node is not None else (spot.vetoed, spot.outcome)


def _name(spot: ChartNode) -> str:
    return spot.node.id if spot.node is not None else (spot.outcome or spot.vetoed or "")


def _said(found: Evaluation, name: str, need: str) -> str:
    """What a rule says about a need in a situation."""
    rule = found.program.rules.rules.get(name)
    if rule is None or found.holds(name) != YES:
        return "silent"
    words = [
        f"{'for' if argument.favours else 'against'} ({argument.strength.value})"
        for argument in rule.arguments
        if argument.target == need
    ]
    return "; ".join(words) or "silent"
