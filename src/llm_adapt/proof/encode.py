"""What a rule set says, as formulas over the atoms: rules, topics, tallies, and first place."""

from collections.abc import Iterator, Mapping, Sequence

from llm_adapt.decide.conditions import Logic
from llm_adapt.decide.program import Program
from llm_adapt.decide.tally import SILENCE, Heard, hear, worth
from llm_adapt.proof.circuit import Algebra, Signal

# Where an atom holds, and where it does not; where it does neither it is unknown.
Pair = tuple[Signal, Signal]


class Encoding:
    """The formulas of one program over given atoms.

    One made `over` another takes from it whatever does not hang on the atoms in `changed`.
    """

    def __init__(
        self,
        program: Program,
        algebra: Algebra,
        atoms: Mapping[int, Pair],
        *,
        over: "Encoding | None" = None,
        changed: int = 0,
    ) -> None:
        self.program = program
        self.algebra = algebra
        self.atoms = atoms
        self.over = over
        self.changed = changed
        self._conditions: dict[int, Pair] = {}
        self._topics: dict[int, dict[int, Signal]] = {}
        self._tests: dict[tuple[object, ...], Pair] = {}
        self._reached: dict[int, Signal] = {}
        # Topics that hang on these are added up last: encodings that differ in them share the rest.
        self.last = 0
        # The nodes that follow each, and where they are gone on to.
        self.ways: dict[int, list[tuple[int, Signal]]] = {}

    def condition(self, logic: Logic) -> Pair:
        """Where a condition holds, and where it does not."""
        if self.over is not None and not logic.mask & self.changed:
            return self.over.condition(logic)
        found = self._conditions.get(id(logic))
        if found is None:
            pairs = [self.atoms[bit] for bit in bits_of(logic.hold)]
            pairs += [self.atoms[bit][::-1] for bit in bits_of(logic.fail)]
            pairs += [self.condition(part) for part in logic.parts]
            yes = [pair[0] for pair in pairs]
            no = [pair[1] for pair in pairs]
            every, some = self.algebra.every, self.algebra.some
            found = (every(yes), some(no)) if logic.every else (some(yes), every(no))
            self._conditions[id(logic)] = found
        return found

    def rule(self, name: str) -> Pair:
        """Where a rule, or an item of advice, applies, and where it does not."""
        return self.condition(self.program.logic[name])

    def topic(self, index: int, *, hopeful: bool = False) -> dict[int, Signal]:
        """Where a topic comes to each of its values.

        Hopeful: with the unknown arguments that raise it, and without those that lower it.
        """
        if self.over is not None and not self.program.topic_masks[index] & self.changed:
            return self.over.topic(index, hopeful=hopeful)
        key = -index - 1 if hopeful else index
        found = self._topics.get(key)
        if found is None:
            found = self._topics[key] = self._topic(index, hopeful=hopeful)
        return found

    def _topic(self, index: int, *, hopeful: bool) -> dict[int, Signal]:
        algebra, topic = self.algebra, self.program.topics[index]
        states: dict[Heard, Signal] = {SILENCE: algebra.yes}
        for points, rule in topic.arguments:
            yes, no = self.rule(rule)
            spoken = algebra.opposite(no) if hopeful and topic.sign > 0 else yes
            if algebra.never(spoken):
                continue
            silent = algebra.opposite(spoken)
            following: dict[Heard, list[Signal]] = {}
            for heard, signal in states.items():
                for then, taken in ((hear(heard, points), spoken), (heard, silent)):
                    both = algebra.every((signal, taken))
                    if not algebra.never(both):
                        following.setdefault(then, []).append(both)
            states = {heard: algebra.some(signals) for heard, signals in following.items()}
        values: dict[int, list[Signal]] = {}
        for heard, signal in states.items():
            values.setdefault(topic.sign * worth(heard), []).append(signal)
        return {value: algebra.some(signals) for value, signals in values.items()}

    def at_least(self, topics: tuple[int, ...], level: int, *, hopeful: bool = False) -> Signal:
        """Where topics together reach a level."""
        terms = [self.topic(index, hopeful=hopeful) for index in sorted(topics, key=self._turn)]
        return self.algebra.at_least(terms, level)

    def outweighs(self, topics: Sequence[int], others: Sequence[int], level: int) -> Signal:
        """Where some topics come to so much more than others."""
        signs = {**dict.fromkeys(topics, 1), **dict.fromkeys(others, -1)}
        ordered = sorted(signs, key=self._turn)
        terms = [{signs[i] * v: s for v, s in self.topic(i).items()} for i in ordered]
        return self.algebra.at_least(terms, level)

    def _turn(self, index: int) -> tuple[bool, int, int]:
        """When a topic is added up.

        Fine steps first and coarse ones last: fewer sums lie between (a third fewer clauses).
        """
        program = self.program
        return bool(program.topic_masks[index] & self.last), *program.topic_steps[index]

    def test(self, index: int) -> Pair:
        """Where the test of a node of the flowchart holds, and where it does not."""
        node = self.program.chart.nodes[index]
        if self.over is not None and not node.mask & self.changed:
            return self.over.test(index)
        if node.logic is not None:
            return self.condition(node.logic)
        key = (node.topics, node.level, node.no == node.unknown)
        if key not in self._tests:
            yes = self.at_least(node.topics, node.level)
            no = self.algebra.opposite(yes)
            if node.no != node.unknown:
                hope = self.at_least(node.topics, node.level, hopeful=True)
                no = self.algebra.opposite(hope)
            self._tests[key] = yes, no
        return self._tests[key]

    def plain(self, pair: Pair) -> bool:
        """Whether a truth is plainly the same everywhere."""
        never, opposite = self.algebra.never, self.algebra.opposite
        yes, no = pair
        return never(opposite(yes)) or never(opposite(no)) or (never(yes) and never(no))

    @property
    def reached(self) -> dict[int, Signal]:
        """Where each node of the flowchart is come to."""
        if not self._reached:
            over, nodes = self.over, self.program.chart.nodes
            last = max((i for i, n in enumerate(nodes) if n.mask & self.changed), default=-1)
            arriving: dict[int, list[Signal]] = {self.program.chart.start: [self.algebra.yes]}
            # Whatever follows a node stands before it: before the first change all is the same.
            for index in range(self.program.chart.start, -1, -1):
                if over and index > last:
                    self._reached[index], ways = over.reached[index], over.ways[index]
                else:
                    here = self._reached[index] = self.algebra.some(arriving.get(index, ()))
                    ways = self._ways_on(index, here)
                self.ways[index] = ways
                for following, signal in ways:
                    arriving.setdefault(following, []).append(signal)
        return self._reached

    def _ways_on(self, index: int, here: Signal) -> list[tuple[int, Signal]]:
        """The nodes that follow one, and where each is gone on to."""
        node, algebra, over = self.program.chart.nodes[index], self.algebra, self.over
        if node.outcome is not None or algebra.never(here):
            return []
        if over and not node.mask & self.changed and over.reached[index] == here:
            return over.ways[index]
        yes, no = self.test(index)
        unknown = algebra.every((algebra.opposite(yes), algebra.opposite(no)))
        ways = (node.yes, yes), (node.no, no), (node.unknown, unknown)
        return [(following, algebra.every((here, taken))) for following, taken in ways]

    @property
    def first(self) -> dict[str, Signal]:
        """Where each outcome is first."""
        nodes = self.program.chart.nodes
        reached = self.reached
        found = {n.outcome: reached.get(i) for i, n in enumerate(nodes) if n.outcome}
        return {name: signal for name, signal in found.items() if signal is not None}


def bits_of(mask: int) -> Iterator[int]:
    """The single bits of a mask."""
    while mask:
        low = mask & -mask
        mask ^= low
        yield low
