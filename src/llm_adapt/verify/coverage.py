"""What the tests of a rule set touch: rules, nodes, edges, and single comparisons.

A comparison counts as covered when in some test the condition it stands in would come out another
way had it come out another way itself; merely being looked at is not enough.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.conditions import NO, UNKNOWN, YES, Ended
from llm_adapt.decide.program import Program
from llm_adapt.rules.model import AllOf, AnyOf, Condition, Named, NotOf, Tally
from llm_adapt.rules.plain import Path
from llm_adapt.verify.cases import Trial
from llm_adapt.verify.subject import open_ways

_WORDS = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
_OPPOSITE = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
# Some things with their name and number, and those that no test covers.
Share = tuple[str, int, list[tuple[Path, str]]]
# Where a comparison stands: the entry it is written in, and its number in there.
Leaf = tuple[Path, int]
Values = Mapping[Leaf, int]


@dataclass(slots=True)
class _Touched:
    fired: set[str] = field(default_factory=set[str])
    silent: set[str] = field(default_factory=set[str])
    edges: set[tuple[Path, int]] = field(default_factory=set[tuple[Path, int]])
    leaves: set[Leaf] = field(default_factory=set[Leaf])


def coverage(program: Program, trials: list[Trial]) -> tuple[Share, ...]:
    """What tests cover: an example speaks for its rule only, a case for all it passes."""
    touched, trees = _Touched(), dict[Path, _Tree]()
    for rule in program.rules.rules.values():
        trees["rules", rule.id] = _Tree(program, ("rules", rule.id), rule.when)
    for walk in program.rules.walks:
        for node in walk.nodes.values():
            path: Path = ("walks", walk.id, "nodes", node.id)
            trees[path] = _Tree(program, path, node.when)
    for trial in trials:
        found = program.evaluate(trial.answers)
        for name in [trial.rule] if trial.rule else program.rules.rules:
            (touched.fired if found.holds(name) == YES else touched.silent).add(name)
            touched.leaves |= set(trees["rules", name].deciding(found.state, {}))
        if trial.rule:
            continue
        ended: dict[str, str] = {}
        for spot, value in found.walk():
            node_ = spot.node
            if node_ is None:
                continue
            path = ("walks", node_.walk, "nodes", node_.id)
            touched.edges.add((path, value))
            if isinstance(node_.when, Tally):
                touched.leaves |= {(path, 0)} if value != UNKNOWN else set()
            else:
                touched.leaves |= set(trees[path].deciding(found.state, ended))
            ended[node_.walk] = (node_.no, node_.yes, node_.unknown)[value].to
    return _rules(program, touched), *_chart(program, touched), _leaves(trees, touched)


def _rules(program: Program, touched: _Touched) -> Share:
    missing: list[tuple[Path, str]] = [
        (("rules", name), f"{name} never {'stays silent' if name in touched.fired else 'fires'}")
        for name in program.rules.rules
        if name not in touched.fired & touched.silent
    ]
    return "rules", len(program.rules.rules), missing


def _chart(program: Program, touched: _Touched) -> Iterator[Share]:
    possible = open_ways(program)
    nodes: list[tuple[Path, str]] = []
    edges: list[tuple[Path, str]] = []
    for path, values in possible.items():
        missed = [value for value in sorted(values) if (path, value) not in touched.edges]
        if len(missed) == len(values):
            nodes.append((path, f"no case passes {path[-1]}"))
        edges += [
            ((*path, _WORDS[value]), f"no case finds {path[-1]} {_WORDS[value]}")
            for value in missed
        ]
    count = sum(len(walk.nodes) for walk in program.rules.walks)
    yield "nodes", count, nodes
    yield "edges", sum(map(len, possible.values())), edges


def _leaves(trees: Mapping[Path, "_Tree"], touched: _Touched) -> Share:
    # Comparisons of a predicate are its own, wherever it is used.
    counted = dict.fromkeys(leaf for tree in trees.values() for leaf in tree.leaves)
    missing = [
        (path, f"no test hangs on comparison {number + 1} of {path[-1]}")
        for path, number in counted
        if (path, number) not in touched.leaves
    ]
    return "conditions", len(counted), missing


class _Tree:
    """A condition as a formula over its comparisons, each of which can be turned round."""

    def __init__(self, program: Program, path: Path, condition: Condition) -> None:
        self.program = program
        self.leaves: dict[Leaf, Condition] = {}
        self._numbers: dict[Path, int] = {}
        self._evaluate = self._formula(path, condition)

    def _formula(self, owner: Path, condition: Condition) -> Callable[[Values], int]:
        match condition:
            case AllOf() | AnyOf():
                decisive, other = (NO, YES) if isinstance(condition, AllOf) else (YES, NO)
                parts = [self._formula(owner, part) for part in condition.parts]

                def joined(values: Values) -> int:
                    found = [part(values) for part in parts]
                    if decisive in found:
                        return decisive
                    return UNKNOWN if UNKNOWN in found else other

                return joined
            case NotOf():
                part = self._formula(owner, condition.part)
                return lambda values: _OPPOSITE[part(values)]
            case Named():
                named: Path = ("predicates", condition.predicate)
                self._numbers[named] = 0
                return self._formula(named, self.program.rules.predicates[condition.predicate])
            case _:
                number = self._numbers.get(owner, 0)
                self._numbers[owner] = number + 1
                leaf = owner, number
                self.leaves[leaf] = condition
                return lambda values: values[leaf]

    def deciding(self, state: Bits, ended: Ended) -> Iterator[Leaf]:
        """The comparisons that the condition hangs on in a state of knowledge."""
        compiler = self.program.compiler
        values = {
            leaf: UNKNOWN if isinstance(part, Tally) else compiler.compile(part, ended).test(*state)
            for leaf, part in self.leaves.items()
        }
        now = self._evaluate(values)
        for leaf, value in values.items():
            turned = {**values, leaf: _OPPOSITE[value]}
            if value != UNKNOWN and self._evaluate(turned) != now:
                yield leaf
