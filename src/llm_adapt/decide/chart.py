"""The flowchart as one graph of tests that ends in a strategy.

The walks of a rule set follow one another; their results are joined to a strategy; a strategy
that a rule rules out gives way to the first of its `otherwise` that none does. All of it is
unfolded into one acyclic graph, so that whatever decides first place is a path through it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from llm_adapt.decide.conditions import NO, UNKNOWN, YES, Compiler, Ended, Logic
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


@dataclass(slots=True)
class Chart:
    """The unfolded graph, ends first; `start` is where every walk begins."""

    topics: tuple[Topic, ...]
    logic: Mapping[str, Logic]
    nodes: list[ChartNode] = field(default_factory=list[ChartNode])
    start: int = 0

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


class ChartBuilder:
    """Unfolds the walks of a rule set."""

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
        self.chart = Chart(topics, logic)
        self._made: dict[tuple[str, tuple[str, ...]], int] = {}

    def build(self) -> Chart:
        """The chart, every way on filled in."""
        self.chart.start = self._at(self.rules.walks[0].start, ())
        return self.chart

    def _at(self, name: str, results: tuple[str, ...]) -> int:
        walk = self.rules.walks[len(results)]
        if name in walk.results:
            ended = (*results, name)
            if len(ended) < len(self.rules.walks):
                return self._at(self.rules.walks[len(ended)].start, ended)
            found = self.rules.strategies.get(self.rules.join[ended])
            return self._vetoable((found.id, *found.otherwise) if found else ())
        key = (f"{walk.id}/{name}", results)
        if key not in self._made:
            node = walk.nodes[name]
            ways = [self._at(edge.to, results) for edge in (node.yes, node.no, node.unknown)]
            made = self._test(
                node, dict(zip((w.id for w in self.rules.walks), results, strict=False))
            )
            made.yes, made.no, made.unknown = ways
            self._made[key] = self._add(made)
        return self._made[key]

    def _test(self, node: Node, ended: Ended) -> ChartNode:
        if isinstance(node.when, Tally):
            topics = self.chart.topics
            heard = tuple(i for i, topic in enumerate(topics) if topic.target == node.when.need)
            mask = 0
            for index in heard:
                for _, rule in topics[index].arguments:
                    mask |= self.logic[rule].mask
            return ChartNode(node, topics=heard, level=node.when.at_least, mask=mask)
        logic = self.compiler.compile(node.when, ended)
        return ChartNode(node, logic=logic, mask=logic.mask)

    def _vetoable(self, candidates: tuple[str, ...]) -> int:
        if not candidates:
            return self._end(NONE)
        name, rest = candidates[0], candidates[1:]
        index = self._end(name)
        for rule in self.rules.rules.values():
            if name not in rule.rules_out:
                continue
            key = (f"veto/{name}/{rule.id}", rest)
            if key not in self._made:
                logic = self.logic[rule.id]
                made = ChartNode(vetoed=name, logic=logic, mask=logic.mask)
                made.yes, made.no, made.unknown = self._vetoable(rest), index, index
                self._made[key] = self._add(made)
            index = self._made[key]
        return index

    def _end(self, outcome: str) -> int:
        key = (f"end/{outcome}", ())
        if key not in self._made:
            self._made[key] = self._add(ChartNode(outcome=outcome))
        return self._made[key]

    def _add(self, node: ChartNode) -> int:
        self.chart.nodes.append(node)
        return len(self.chart.nodes) - 1
