"""What the tests of a rule set touch: rules, nodes, edges, and single comparisons.

A comparison counts as covered when in some test the condition it stands in would come out another
way had it come out another way itself; merely being looked at is not enough.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from llm_adapt.decide.logic import NO, UNKNOWN, YES, compile_condition
from llm_adapt.decide.program import Program
from llm_adapt.rules.model import AllOf, AnyOf, Condition, Named, NotOf, Tally
from llm_adapt.rules.plain import Path
from llm_adapt.verify.suite import Trial

_WORDS = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
State = tuple[int, int]
# Where a comparison stands: the entry its condition belongs to, and its number in there.
Leaf = tuple[Path, int]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some things are covered, and which are not."""

    name: str
    covered: int
    total: int
    missing: tuple[tuple[Path, str], ...]

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all of them."""
        return 100 * self.covered // self.total if self.total else 100


@dataclass(slots=True)
class _Touched:
    fired: set[str] = field(default_factory=set[str])
    silent: set[str] = field(default_factory=set[str])
    edges: set[tuple[str, str, int]] = field(default_factory=set[tuple[str, str, int]])
    leaves: set[Leaf] = field(default_factory=set[Leaf])


def coverage(program: Program, trials: list[Trial]) -> tuple[Share, ...]:
    """What tests cover: an example speaks for its rule only, a case for all it passes."""
    touched = _Touched()
    trees = _Trees(program)
    for trial in trials:
        state = program.state(trial.answers)
        names = [trial.rule] if trial.rule else list(program.rules.rules)
        for name in names:
            fires = program.logic[name].test(*state) == YES
            (touched.fired if fires else touched.silent).add(name)
            touched.leaves |= set(trees.deciding(("rules", name), state))
        if not trial.rule:
            _walk(program, trees, state, touched)
    return (
        _rules(program, touched),
        *_chart(program, touched),
        _leaves(trees, touched),
    )


def _walk(program: Program, trees: "_Trees", state: State, touched: _Touched) -> None:
    for spot, value in program.chart.walk(*state):
        if spot.node is None:
            continue
        touched.edges.add((spot.node.walk, spot.node.id, value))
        path: Path = ("walks", spot.node.walk, "nodes", spot.node.id)
        if isinstance(spot.node.when, Tally):
            if value != UNKNOWN:
                touched.leaves.add((path, 0))
        else:
            touched.leaves |= set(trees.deciding(path, spot.seen(*state)))


def _rules(program: Program, touched: _Touched) -> Share:
    names = list(program.rules.rules)
    missing = [n for n in names if n not in touched.fired or n not in touched.silent]
    told: list[tuple[Path, str]] = [
        (("rules", n), f"{n} never {'stays silent' if n in touched.fired else 'fires'}")
        for n in missing
    ]
    return Share("rules", len(names) - len(missing), len(names), tuple(told))


def _chart(program: Program, touched: _Touched) -> Iterator[Share]:
    nodes: list[tuple[Path, str]] = []
    edges: list[tuple[Path, str]] = []
    node_count = edge_count = 0
    for walk in program.rules.walks:
        for node in walk.nodes.values():
            path: Path = ("walks", walk.id, "nodes", node.id)
            node_count += 1
            seen = {value for w, n, value in touched.edges if (w, n) == (walk.id, node.id)}
            if not seen:
                nodes.append((path, f"no case passes {node.id}"))
            # A test of earlier walks is always known: its unknown edge is none to be taken.
            possible = _possible(program, walk.id, node.id)
            edge_count += len(possible)
            edges += [
                ((*path, _WORDS[value]), f"no case finds {node.id} {_WORDS[value]}")
                for value in sorted(possible - seen)
            ]
    yield Share("nodes", node_count - len(nodes), node_count, tuple(nodes))
    yield Share("edges", edge_count - len(edges), edge_count, tuple(edges))


def _possible(program: Program, walk: str, node: str) -> set[int]:
    found: set[int] = set()
    for spot in program.chart.spots:
        if spot.node is not None and (spot.node.walk, spot.node.id) == (walk, node):
            known = spot.logic is not None and not spot.mask
            found |= {spot.logic.test(*spot.seen(0, 0))} if known and spot.logic else set(_WORDS)
    return found


def _leaves(trees: "_Trees", touched: _Touched) -> Share:
    missing = [
        (path, f"no test hangs on comparison {number + 1} of {path[-1]}")
        for path, number in trees.all()
        if (path, number) not in touched.leaves
    ]
    total = len(list(trees.all()))
    return Share("conditions", total - len(missing), total, tuple(missing))


class _Trees:
    """The conditions of rules and nodes, evaluated with one comparison turned round."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.conditions: dict[Path, Condition] = {}
        for rule in program.rules.rules.values():
            self.conditions["rules", rule.id] = rule.when
        for walk in program.rules.walks:
            for node in walk.nodes.values():
                self.conditions["walks", walk.id, "nodes", node.id] = node.when
        self.leaves: dict[Path, list[Leaf]] = {
            path: [leaf for leaf, _ in self._walk(path, condition)]
            for path, condition in self.conditions.items()
        }
        self._counted: Mapping[Leaf, None] = dict.fromkeys(
            leaf for leaves in self.leaves.values() for leaf in leaves
        )

    def all(self) -> Iterator[Leaf]:
        """Every comparison once, those of predicates under the predicate."""
        yield from self._counted

    def _walk(self, path: Path, condition: Condition) -> Iterator[tuple[Leaf, Condition]]:
        """The comparisons of a condition; a predicate's are its own, wherever it is used."""
        numbers: dict[Path, int] = {}

        def go(owner: Path, part: Condition) -> Iterator[tuple[Leaf, Condition]]:
            match part:
                case AllOf() | AnyOf():
                    for inner in part.parts:
                        yield from go(owner, inner)
                case NotOf():
                    yield from go(owner, part.part)
                case Named():
                    named: Path = ("predicates", part.predicate)
                    numbers[named] = 0
                    yield from go(named, self.program.rules.predicates[part.predicate])
                case _:
                    number = numbers.get(owner, 0)
                    numbers[owner] = number + 1
                    yield (owner, number), part

        return go(path, condition)

    def deciding(self, path: Path, state: State) -> Iterator[Leaf]:
        """The comparisons that the condition of an entry hangs on in a state of knowledge."""
        condition = self.conditions[path]
        values = {leaf: self._value(part, state) for leaf, part in self._walk(path, condition)}
        now = self._evaluated(path, condition, values)
        for leaf, value in values.items():
            if value != UNKNOWN:
                turned = {**values, leaf: NO if value == YES else YES}
                if self._evaluated(path, condition, turned) != now:
                    yield leaf

    def _value(self, part: Condition, state: State) -> int:
        if isinstance(part, Tally):
            return UNKNOWN
        logic = compile_condition(part, self.program.atoms, self.program.rules.predicates)
        return logic.test(*state)

    def _evaluated(self, path: Path, condition: Condition, values: Mapping[Leaf, int]) -> int:
        numbers: dict[Path, int] = {}

        def go(owner: Path, part: Condition) -> int:
            match part:
                case AllOf() | AnyOf():
                    found = [go(owner, inner) for inner in part.parts]
                    decisive, other = (NO, YES) if isinstance(part, AllOf) else (YES, NO)
                    if decisive in found:
                        return decisive
                    return UNKNOWN if UNKNOWN in found else other
                case NotOf():
                    return {YES: NO, NO: YES, UNKNOWN: UNKNOWN}[go(owner, part.part)]
                case Named():
                    named: Path = ("predicates", part.predicate)
                    numbers[named] = 0
                    return go(named, self.program.rules.predicates[part.predicate])
                case _:
                    number = numbers.get(owner, 0)
                    numbers[owner] = number + 1
                    return values[owner, number]

        return go(path, condition)
