"""The flowchart as boxes and arrows, before anyone knows in which notation it will be drawn."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeAlias

from llm_adapt.report.borders import clean
from llm_adapt.report.phrases import strategy_words
from llm_adapt.rules.advice import Passed
from llm_adapt.rules.model import Node, RuleSet, Walk
from llm_adapt.rules.record import record

# By walk and node: what was answered, and where it led.
Taken: TypeAlias = Mapping[tuple[str, str], tuple[str, str]]
ANSWERS = ("yes", "no", "unknown")


class Shape(StrEnum):
    """What a box stands for."""

    QUESTION = "question"
    END = "end"
    OUTCOME = "outcome"


@record(frozen=True)
class Box:
    """A node, an end of a walk or the strategy they lead to; lit when the walk passed it."""

    id: str
    text: str
    shape: Shape
    lit: bool = False


@record(frozen=True)
class Arrow:
    """The way from one box to another, with the answers that lead there."""

    source: str
    target: str
    label: str
    lit: bool = False

    @property
    def unsure(self) -> bool:
        """Whether only a missing answer leads this way."""
        return self.label == ANSWERS[2]


@record(frozen=True)
class Panel:
    """One walk: its boxes in reading order, and its arrows."""

    id: str
    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@record(frozen=True)
class Pairing:
    """What walks that ended so make together; lit when they did."""

    ends: tuple[str, ...]
    strategy: str
    lit: bool = False


@record(frozen=True)
class FlowGraph:
    """The whole flowchart; `outcome` is there when a path is lit."""

    title: str
    note: str
    panels: tuple[Panel, ...]
    pairings: tuple[Pairing, ...]
    outcome: Box | None = None
    joins: tuple[Arrow, ...] = ()

    @property
    def lit(self) -> bool:
        """Whether it shows the path of one situation."""
        return self.outcome is not None

    @property
    def boxes(self) -> list[Box]:
        """Those of all panels."""
        return [box for panel in self.panels for box in panel.boxes]


def flow_graph(rules: RuleSet, path: Iterable[Passed] = (), first: str = "") -> FlowGraph:
    """The flowchart of a rule set; with a path and where it led, that path is lit."""
    taken = {(step.walk, step.node): (step.result, step.to) for step in path}
    panels = tuple(_panel(walk, taken) for walk in rules.walks)
    outcome = None
    joins: list[Arrow] = []
    if first:
        outcome = Box("outcome", clean(strategy_words(rules, first)), Shape.OUTCOME, lit=True)
        joins = [
            Arrow(box.id, outcome.id, "", lit=True)
            for panel in panels
            for box in panel.boxes
            if box.lit and box.shape is Shape.END
        ]
    return FlowGraph(
        title=clean(f"{rules.name} {rules.version}: {rules.title}"),
        note=clean(rules.flowchart_note),
        panels=panels,
        pairings=_pairings(rules, taken),
        outcome=outcome,
        joins=tuple(joins),
    )


def _panel(walk: Walk, taken: Taken) -> Panel:
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in _in_reading_order(walk):
        here = f"{walk.id}/{node.id}"
        result, to = taken.get((walk.id, node.id), ("", ""))
        boxes.append(Box(here, clean(node.text), Shape.QUESTION, lit=bool(result)))
        for target, labels in _ways(node).items():
            lit = result in labels and target == to
            name = f"{walk.id}/{target}"
            if target in walk.results:
                # Each way out has an end of its own beside it: lines across the picture say less.
                name = f"{here}/{target}"
                boxes.append(Box(name, clean(walk.results[target]), Shape.END, lit=lit))
            arrows.append(Arrow(here, name, ", ".join(labels), lit=lit))
    return Panel(walk.id, clean(walk.title), tuple(boxes), tuple(arrows))


def _ways(node: Node) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for label, edge in zip(ANSWERS, (node.yes, node.no, node.unknown), strict=True):
        ways.setdefault(edge.to, []).append(label)
    return ways


def _in_reading_order(walk: Walk) -> list[Node]:
    """Nodes as a reader meets them from the start; those never reached come last."""
    order: dict[str, Node] = {}
    waiting = [walk.start]
    while waiting:
        name = waiting.pop(0)
        if name in walk.nodes and name not in order:
            order[name] = walk.nodes[name]
            waiting += _ways(walk.nodes[name])
    rest = [node for name, node in walk.nodes.items() if name not in order]
    return [*order.values(), *rest]


def _pairings(rules: RuleSet, taken: Taken) -> tuple[Pairing, ...]:
    """What the walks make together, by where they end, in the order of their results."""
    known = {walk.id: walk.results for walk in rules.walks}
    ended = {walk: to for (walk, _), (_, to) in taken.items() if to in known[walk]}
    reached = tuple(ended.get(walk, "") for walk in known)

    def by_ends(ends: tuple[str, ...]) -> list[int]:
        pairs = zip(known.values(), ends, strict=True)
        return [[*results].index(end) if end in results else 0 for results, end in pairs]

    def titles(ends: tuple[str, ...]) -> tuple[str, ...]:
        pairs = zip(known.values(), ends, strict=True)
        return tuple(clean(results.get(end, end)) for results, end in pairs)

    return tuple(
        Pairing(titles(ends), clean(strategy_words(rules, rules.join[ends])), lit=ends == reached)
        for ends in sorted(rules.join, key=by_ends)
    )
