"""How many small faults put into a rule set its tests notice, and what would notice the others.

Left alone are the items that come with advice: a fault there changes no first place. For the same
reason a fault does not count that no test notices and no situation tells.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from llm_adapt.decide.program import Program
from llm_adapt.errors import NotSettledError
from llm_adapt.proof.rule_sets import Parting, together
from llm_adapt.rules.model import (
    Condition,
    EndedAt,
    IsOneOf,
    Node,
    NotOf,
    RuleSet,
    Scale,
    Strength,
    Tally,
    Threshold,
    Walk,
    singles,
)
from llm_adapt.rules.plain import Path
from llm_adapt.rules.record import record
from llm_adapt.rules.rewriting import with_all_comparisons, with_comparison
from llm_adapt.rules.value import Value
from llm_adapt.verify.cases import Trial, passes
from llm_adapt.verify.subject import shrunk

_FLIPPED = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}
_STEP = {
    Strength.WEAK: Strength.MODERATE,
    Strength.MODERATE: Strength.WEAK,
    Strength.STRONG: Strength.MODERATE,
    Strength.DECISIVE: Strength.STRONG,
}
# A threshold is moved by a factor of two either way, the level of a tally by one point.
_MOVES = ((2.0, "doubled"), (0.5, "halved"))
# A condition with a comparison changed, and what was changed; nothing where it cannot be.
Change = Callable[[Condition], tuple[str, Condition] | None]


@record(frozen=True)
class Mutant:
    """A rule set with one fault, what the fault is, and the path of what it changes."""

    kind: str
    path: Path
    says: str
    rules: RuleSet


@record(frozen=True)
class Survivor:
    """A fault that no test notices: one that matters, or one that is `equal`.

    Equal is what is proved to put the same first in every situation. Else `answers` are a
    situation in which the rule set puts `first` first without the fault and another with it; there
    are none where the search for one came to its end.
    """

    answers: Mapping[str, Value]
    first: str
    equal: bool


def survivors(
    program: Program, tests: list[Trial], article: Program | None
) -> Iterator[tuple[Mutant, Survivor | None]]:
    """Every fault put in; nothing beside it where a test that passes without it notices it."""
    sound = [trial for trial in tests if not trial.todo and passes(program, trial, article)]
    # What takes the solver comes last; cases look at more than examples.
    sound.sort(key=lambda trial: ("verdict" in trial.expect, bool(trial.rule)))
    for mutant in mutants(program.rules):
        faulty = Program(mutant.rules)
        told = any(not passes(faulty, trial, article) for trial in sound)
        yield mutant, None if told else _survivor(program.rules, mutant)


def _survivor(rules: RuleSet, mutant: Mutant) -> Survivor:
    """A fault with the fewest answers that tell it, or the proof that none do."""
    old, new = together(rules, mutant.rules)
    try:
        values = Parting(old, new).find()
    except NotSettledError:
        return Survivor({}, "", equal=False)
    if values is None:
        return Survivor({}, "", equal=True)
    fewest = shrunk(values, lambda fewer: old.first(fewer) != new.first(fewer))
    return Survivor(fewest, old.first(fewest), equal=False)


def mutants(rules: RuleSet) -> Iterator[Mutant]:
    """Every fault, in a fixed order."""
    for name in rules.rules:
        rest = {other: rule for other, rule in rules.rules.items() if other != name}
        yield Mutant("drop", ("rules", name), f"without {name}", replace(rules, rules=rest))
    yield from _comparisons(rules)
    yield from _numbers(rules)
    yield from _edges(rules)
    for rule in rules.rules.values():
        for index, argument in enumerate(rule.arguments):
            step = _STEP[argument.strength]
            weighed = replace(argument, strength=step)
            arguments = (*rule.arguments[:index], weighed, *rule.arguments[index + 1 :])
            says = f"{rule.id}: {step.value} instead of {argument.strength.value}"
            mutated = {**rules.rules, rule.id: replace(rule, arguments=arguments)}
            path: Path = ("rules", rule.id, "argues", index)
            says += f" on {argument.target}"
            yield Mutant("strength", path, says, replace(rules, rules=mutated))


def _comparisons(rules: RuleSet) -> Iterator[Mutant]:
    for rule in rules.rules.values():
        for says, when in _changed(rule.when):
            mutated = {**rules.rules, rule.id: replace(rule, when=when)}
            path: Path = ("rules", rule.id)
            yield Mutant("compare", path, f"{rule.id}: {says}", replace(rules, rules=mutated))
    for name, condition in rules.predicates.items():
        for says, when in _changed(condition):
            changed = replace(rules, predicates={**rules.predicates, name: when})
            yield Mutant("compare", ("predicates", name), f"{name}: {says}", changed)
    for walk, node in _nodes(rules):
        for says, when in _changed(node.when):
            changed = _with_node(rules, walk, replace(node, when=when))
            path = ("walks", walk.id, "nodes", node.id)
            yield Mutant("compare", path, f"{node.id}: {says}", changed)


def _nodes(rules: RuleSet) -> list[tuple[Walk, Node]]:
    return [(walk, node) for walk in rules.walks for node in walk.nodes.values()]


def _with_node(rules: RuleSet, walk: Walk, node: Node) -> RuleSet:
    changed = replace(walk, nodes={**walk.nodes, node.id: node})
    walks = tuple(changed if other.id == walk.id else other for other in rules.walks)
    return replace(rules, walks=walks)


def _edges(rules: RuleSet) -> Iterator[Mutant]:
    for walk, node in _nodes(rules):
        path: Path = ("walks", walk.id, "nodes", node.id)
        if node.yes.to != node.no.to:
            swapped = replace(node, yes=node.no, no=node.yes)
            says = f"{node.id}: yes and no swapped"
            yield Mutant("edge", path, says, _with_node(rules, walk, swapped))
        other = node.no if node.unknown.to == node.yes.to else node.yes
        if other.to != node.unknown.to:
            led = replace(node, unknown=replace(node.unknown, to=other.to))
            says = f"{node.id}: unknown leads to {other.to}"
            yield Mutant("edge", (*path, "unknown"), says, _with_node(rules, walk, led))


def _changed(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one comparison turned round or moved, each in turn."""
    changes: list[Change] = [_flip, *(partial(_move, factor, word) for factor, word in _MOVES)]
    for change in changes:
        for place, atom in enumerate(singles(condition)):
            if found := change(atom):
                yield found[0], with_comparison(condition, place, found[1])


def _flip(atom: Condition) -> tuple[str, Condition] | None:
    match atom:
        case Threshold():
            says = f"{atom.field} {_FLIPPED[atom.op]} instead of {atom.op}"
            return says, replace(atom, op=_FLIPPED[atom.op])
        case IsOneOf():
            return f"{atom.field} not instead of {', '.join(atom.values)}", NotOf(atom)
        case EndedAt():
            return f"{atom.walk} not ended at {', '.join(atom.results)}", NotOf(atom)
        case _:
            return None


def _move(factor: float, word: str, atom: Condition) -> tuple[str, Condition] | None:
    if isinstance(atom, Tally):
        level = atom.at_least + (1 if factor > 1 else -1)
        says = f"level of {atom.need} {level} instead of {atom.at_least}"
        return says, replace(atom, at_least=level)
    # Constants and derived numbers are moved where they are defined.
    if not isinstance(atom, Threshold) or isinstance(atom.bound, Scale) or atom.constant:
        return None
    bound = atom.bound * factor
    return (f"bound of {atom.field} {word}", replace(atom, bound=bound)) if atom.bound else None


def _numbers(rules: RuleSet) -> Iterator[Mutant]:
    """Constants and derived numbers moved wherever they are compared with."""
    moved = [("constants", name) for name, constant in rules.constants.items() if constant.value]
    for section, name in [*moved, *(("derived", name) for name in rules.derived)]:
        for factor, word in _MOVES:
            changed = _everywhere(rules, partial(_of_number, section, name, factor))
            if changed is not None:
                yield Mutant("threshold", (section, name), f"{name} {word}", changed)


def _of_number(section: str, name: str, factor: float, atom: Condition) -> Condition:
    if isinstance(atom, Threshold):
        bound = atom.bound
        if isinstance(bound, Scale):
            if (section, name) == ("derived", bound.name):
                return replace(atom, bound=bound.times(factor))
        elif (section, name) == ("constants", atom.constant):
            return replace(atom, bound=bound * factor)
    return atom


def _everywhere(rules: RuleSet, change: Callable[[Condition], Condition]) -> RuleSet | None:
    """The rule set with all comparisons changed; nothing: none of them is."""
    found = with_all_comparisons(rules, change)
    # Items of advice, and what is plausible, are left alone.
    changed = replace(found, items=rules.items, implies=rules.implies)
    return None if changed == rules else changed
