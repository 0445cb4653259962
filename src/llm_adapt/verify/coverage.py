"""What the tests of a rule set touch: rules, nodes, edges, and single comparisons.

A comparison counts as covered when in some test the condition it stands in would come out another
way had it come out another way itself; merely being looked at is not enough.
"""

from collections.abc import Iterator, Mapping
from itertools import count

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.conditions import UNKNOWN, WORDS, YES, Ended, Test
from llm_adapt.decide.program import Program
from llm_adapt.rules.model import Condition, Named, NotOf, RuleSet, Tally, singles
from llm_adapt.rules.plain import Path
from llm_adapt.rules.rewriting import with_comparison
from llm_adapt.verify.cases import Trial
from llm_adapt.verify.subject import open_ways

# Some things with their name and number, and those that no test covers.
Share = tuple[str, int, list[tuple[Path, str]]]
# Where a comparison stands: the entry it is written in, and its number in there.
Leaf = tuple[Path, int]
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
    leaves = dict.fromkeys(leaf for tree in trees.values() for leaf, *_ in tree.leaves)
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
    """A condition, and what it is with each of its comparisons turned round."""

    def __init__(self, program: Program, path: Path, condition: Condition) -> None:
        self.program = program
        self.condition = condition
        self.leaves = list(_turned(program.rules, path, condition))
        self._compiled: dict[tuple[str, ...], tuple[Test, list[tuple[Leaf, Test, Test]]]] = {}

    def deciding(self, state: Bits, ended: Ended) -> Iterator[Leaf]:
        """The comparisons that the condition hangs on in a state of knowledge."""
        key = tuple(ended.values())
        if key not in self._compiled:
            compiler = self.program.compiler

            def test(condition: Condition) -> Test:
                return compiler.compile(condition, ended).test

            leaves = [(leaf, test(part), test(turned)) for leaf, part, turned in self.leaves]
            self._compiled[key] = test(self.condition), leaves
        whole, leaves = self._compiled[key]
        now = whole(*state)
        for leaf, part, turned in leaves:
            if part(*state) != UNKNOWN and turned(*state) != now:
                yield leaf


def _turned(
    rules: RuleSet, owner: Path, condition: Condition
) -> Iterator[tuple[Leaf, Condition, Condition]]:
    """Each comparison, predicates followed, with the condition when that one is turned round."""
    numbers = count()
    for place, part in enumerate(singles(condition)):
        if isinstance(part, Named):
            named = rules.predicates[part.predicate]
            for leaf, inner, turned in _turned(rules, ("predicates", part.predicate), named):
                yield leaf, inner, with_comparison(condition, place, turned)
        else:
            turned = with_comparison(condition, place, NotOf(part))
            yield (owner, next(numbers)), part, turned
