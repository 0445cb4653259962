"""The flowchart as one graph of tests that ends in a strategy.

The walks of a rule set follow one another; their results are joined to a strategy; a strategy
that a rule rules out gives way to the first of its `otherwise` that none does. All of it is
unfolded into one acyclic graph, so that whatever decides first place is a path through it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_

from llm_adapt.decide.conditions import NO, UNKNOWN, YES, Compiler, Logic
from llm_adapt.decide.tally import Topic, bounds
from llm_adapt.rules.model import Node, RuleSet, Tally

NONE = "none"


@dataclass(slots=True)
class ChartNode:
    """A point of the graph: a test with three ways on, or an end with its outcome.

    A test is a condition (`logic`), or a tally: the `topics` together reach a `level`. `vetoed` is
    the strategy that a rule may rule out here.
    """

    node: Node | None = None
    vetoed: str | None = None
    outcome: str | None = None
    logic: Logic | None = None
    topics: tuple[int, ...] = ()
    level: int = 0
    yes: int = -1
    no: int = -1
    unknown: int = -1
    mask: int = 0

    def follow(self, value: int) -> int:
        """Where the test leads."""
        return self.yes if value == YES else self.no if value == NO else self.unknown


class Chart:
    """The unfolded graph of a rule set, ends first; `start` is where every walk begins."""

    def __init__(
        self,
        rules: RuleSet,
        compiler: Compiler,
        logic: Mapping[str, Logic],
        topics: tuple[Topic, ...],
    ) -> None:
        self.rules = rules
        self.compiler = compiler
        self.logic = logic
        self.topics = topics
        self.nodes: list[ChartNode] = []
        self._made: dict[tuple[str, tuple[str, ...]], int] = {}
        self.start = self._at(rules.walks[0].start, ())

    def test(self, node: ChartNode, true: int, false: int, worths: Sequence[int]) -> int:
        """The truth of a node's test. A tally that is not reached is *no* once it cannot be."""
        if node.logic is not None:
            return node.logic.test(true, false)
        if sum([worths[index] for index in node.topics]) >= node.level:
            return YES
        topics = [self.topics[index] for index in node.topics]
        return NO if bounds(topics, self.logic, true, false)[1] < node.level else UNKNOWN

    def walk(self, true: int, false: int, worths: Sequence[int]) -> Iterator[tuple[ChartNode, int]]:
        """Every node passed on what is known, with the truth of its test; the end comes last."""
        index = self.start
        while True:
            node = self.nodes[index]
            if node.outcome is not None:
                yield node, YES
                return
            value = self.test(node, true, false, worths)
            yield node, value
            index = node.follow(value)

    def first(self, true: int, false: int, worths: Sequence[int]) -> str:
        """Where the walk ends on what is known: a strategy, or `none`."""
        node = self.nodes[self.start]
        while node.outcome is None:
            if node.logic is None and node.no == node.unknown:
                reached = sum([worths[index] for index in node.topics]) >= node.level
                node = self.nodes[node.yes if reached else node.no]
            else:
                node = self.nodes[node.follow(self.test(node, true, false, worths))]
        return node.outcome

    def _at(self, name: str, results: tuple[str, ...]) -> int:
        walk = self.rules.walks[len(results)]
        if name in walk.results:
            ended = (*results, name)
            if len(ended) < len(self.rules.walks):
                return self._at(self.rules.walks[len(ended)].start, ended)
            found = self.rules.strategies.get(self.rules.join[ended])
            return self._vetoable((found.id, *found.otherwise) if found else ())
        make = partial(self._node, walk.nodes[name], results)
        return self._once((f"{walk.id}/{name}", results), make)

    def _node(self, node: Node, results: tuple[str, ...]) -> ChartNode:
        ways = [self._at(edge.to, results) for edge in (node.yes, node.no, node.unknown)]
        if isinstance(node.when, Tally):
            need, level = node.when.need, node.when.at_least
            heard = tuple(i for i, topic in enumerate(self.topics) if topic.target == need)
            rules = [rule for index in heard for _, rule in self.topics[index].arguments]
            mask = reduce(or_, [self.logic[rule].mask for rule in rules], 0)
            made = ChartNode(node, topics=heard, level=level, mask=mask)
        else:
            ended = dict(zip((walk.id for walk in self.rules.walks), results, strict=False))
            logic = self.compiler.compile(node.when, ended)
            made = ChartNode(node, logic=logic, mask=logic.mask)
        made.yes, made.no, made.unknown = ways
        return made

    def _vetoable(self, candidates: tuple[str, ...]) -> int:
        if not candidates:
            return self._end(NONE)
        name, rest = candidates[0], candidates[1:]
        index = self._end(name)
        for rule in self.rules.rules.values():
            if name in rule.rules_out:
                make = partial(self._veto, self.logic[rule.id], candidates, index)
                index = self._once((f"veto/{name}/{rule.id}", rest), make)
        return index

    def _veto(self, logic: Logic, candidates: tuple[str, ...], otherwise: int) -> ChartNode:
        made = ChartNode(vetoed=candidates[0], logic=logic, mask=logic.mask)
        made.yes, made.no, made.unknown = self._vetoable(candidates[1:]), otherwise, otherwise
        return made

    def _end(self, outcome: str) -> int:
        return self._once((f"end/{outcome}", ()), partial(ChartNode, outcome=outcome))

    def _once(self, key: tuple[str, tuple[str, ...]], make: Callable[[], ChartNode]) -> int:
        """The number of a node, which is made after all that it leads to."""
        if key not in self._made:
            self.nodes.append(make())
            self._made[key] = len(self.nodes) - 1
        return self._made[key]
