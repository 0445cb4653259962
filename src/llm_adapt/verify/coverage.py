"""What the tests of a rule set touch: rules, nodes, edges, and single comparisons.

A comparison counts as covered when in some test the condition it stands in would come out another
way had it come out another way itself; merely being looked at is not enough.
"""

from collections.abc import Callable, Iterator, Mapping

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.conditions import NO, UNKNOWN, WORDS, YES, Ended
from llm_adapt.decide.program import Program
from llm_adapt.rules.model import AllOf, AnyOf, Condition, Named, NotOf, Tally
from llm_adapt.rules.plain import Path
from llm_adapt.verify.cases import Trial
from llm_adapt.verify.subject import open_ways

_OPPOSITE = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
# Some things with their name and number, and those that no test covers.
Share = tuple[str, int, list[tuple[Path, str]]]
# Where a comparison stands: the entry it is written in, and its number in there.
Leaf = tuple[Path, int]
Values = Mapping[Leaf, int]
# By entry how it came out in a test, or the number of a comparison which that hung on.
Touch = tuple[Path, str | int]
Touched = set[Touch]


def coverage(program: Program, trials: list[Trial]) -> Iterator[Share]:
    """What tests cover: an example speaks for its rule only, a case for all it passes."""
    rules = program.rules.rules
    entries: dict[Path, Condition] = {("rules", rule.id): rule.when for rule in rules.values()}
    for walk in program.rules.walks:
        entries |= {("walks", walk.id, "nodes", n.id): n.when for n in walk.nodes.values()}
    trees = {path: _Tree(program, path, condition) for path, condition in entries.items()}
    touched = {touch for trial in trials for touch in _touched(program, trees, trial)}
    yield "rules", len(rules), list(_rules(program, touched))
    yield from _chart(program, touched)
    # Comparisons of a predicate are its own, wherever it is used.
    leaves = dict.fromkeys(leaf for tree in trees.values() for leaf in tree.leaves)
    told = [
        (path, f"no test hangs on comparison {number + 1} of {path[-1]}")
        for path, number in leaves
        if (path, number) not in touched
    ]
    yield "conditions", len(leaves), told


def _rules(program: Program, touched: Touched) -> Iterator[tuple[Path, str]]:
    for name in program.rules.rules:
        path: Path = ("rules", name)
        if (path, "yes") not in touched:
            yield path, f"{name} never fires"
        elif (path, "no") not in touched:
            yield path, f"{name} never stays silent"


def _chart(program: Program, touched: Touched) -> Iterator[Share]:
    nodes: list[tuple[Path, str]] = []
    edges: list[tuple[Path, str]] = []
    ways = open_ways(program)
    for path, values in ways.items():
        missed = [
            word for word in (WORDS[v] for v in sorted(values)) if (path, word) not in touched
        ]
        edges += [((*path, word), f"no case finds {path[-1]} {word}") for word in missed]
        if len(missed) == len(values):
            nodes.append((path, f"no case passes {path[-1]}"))
    yield "nodes", sum(len(walk.nodes) for walk in program.rules.walks), nodes
    yield "edges", sum(map(len, ways.values())), edges


def _touched(program: Program, trees: Mapping[Path, "_Tree"], trial: Trial) -> Iterator[Touch]:
    """What one test touches."""
    found = program.evaluate(trial.answers)
    for name in [trial.rule] if trial.rule else program.rules.rules:
        yield ("rules", name), "yes" if found.holds(name) == YES else "no"
        yield from trees["rules", name].deciding(found.state, {})
    ended: dict[str, str] = {}
    for node, value in () if trial.rule else found.passed():
        path: Path = ("walks", node.walk, "nodes", node.id)
        yield path, WORDS[value]
        if not isinstance(node.when, Tally):
            yield from trees[path].deciding(found.state, ended)
        elif value != UNKNOWN:
            yield path, 0
        ended[node.walk] = node.edges[value].to


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
