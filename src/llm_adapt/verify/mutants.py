"""Small faults put into a rule set on purpose, to see whether its tests notice.

Left alone are the items that come with advice: a fault there changes no first place.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from llm_adapt.rules.cited import Constant, Derived
from llm_adapt.rules.model import (
    AllOf,
    AnyOf,
    Condition,
    EndedAt,
    IsOneOf,
    Node,
    NotOf,
    Rule,
    RuleSet,
    Scale,
    Strength,
    Tally,
    Threshold,
    Walk,
)
from llm_adapt.rules.plain import Path

_FLIPPED = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}
_STEP = {
    Strength.WEAK: Strength.MODERATE,
    Strength.MODERATE: Strength.WEAK,
    Strength.STRONG: Strength.MODERATE,
    Strength.DECISIVE: Strength.STRONG,
}
# A threshold is moved by a factor of two either way, the level of a tally by one point.
_MOVES = ((2.0, "doubled"), (0.5, "halved"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule set with one fault, what the fault is, and the path of what it changes."""

    kind: str
    path: Path
    says: str
    rules: RuleSet


def mutants(rules: RuleSet) -> Iterator[Mutant]:
    """Every fault, in a fixed order."""
    yield from _dropped(rules)
    yield from _conditions(rules)
    yield from _numbers(rules)
    yield from _edges(rules)
    yield from _strengths(rules)


def _dropped(rules: RuleSet) -> Iterator[Mutant]:
    for name in rules.rules:
        rest = {other: rule for other, rule in rules.rules.items() if other != name}
        yield Mutant("drop", ("rules", name), f"without {name}", replace(rules, rules=rest))


def _conditions(rules: RuleSet) -> Iterator[Mutant]:
    for rule in rules.rules.values():
        for says, when in changed(rule.when):
            mutated = replace(rules, rules={**rules.rules, rule.id: replace(rule, when=when)})
            yield Mutant("compare", ("rules", rule.id), f"{rule.id}: {says}", mutated)
    for name, condition in rules.predicates.items():
        for says, when in changed(condition):
            mutated = replace(rules, predicates={**rules.predicates, name: when})
            yield Mutant("compare", ("predicates", name), f"{name}: {says}", mutated)
    for walk, node in _nodes(rules):
        for says, when in changed(node.when):
            mutated = _with_node(rules, walk, replace(node, when=when))
            path: Path = ("walks", walk.id, "nodes", node.id)
            yield Mutant("compare", path, f"{node.id}: {says}", mutated)


def _nodes(rules: RuleSet) -> Iterator[tuple[Walk, Node]]:
    for walk in rules.walks:
        for node in walk.nodes.values():
            yield walk, node


def _with_node(rules: RuleSet, walk: Walk, node: Node) -> RuleSet:
    changed_walk = replace(walk, nodes={**walk.nodes, node.id: node})
    walks = tuple(changed_walk if other.id == walk.id else other for other in rules.walks)
    return replace(rules, walks=walks)


def changed(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """The condition with one comparison turned round or moved, each in turn."""
    for number in count():
        turned = _Turn(number, _flip)
        result = turned.apply(condition)
        if turned.left >= 0:
            break
        if turned.says:
            yield turned.says, result
    for factor, word in _MOVES:
        for number in count():
            moved = _Turn(number, partial(_move, factor, word))
            result = moved.apply(condition)
            if moved.left >= 0:
                break
            if moved.says:
                yield moved.says, result


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
        return f"level of {atom.need} {level} instead of {atom.at_least}", replace(
            atom, at_least=level
        )
    # Constants and derived numbers are moved where they are defined.
    if not isinstance(atom, Threshold) or isinstance(atom.bound, Scale) or atom.constant:
        return None
    bound = atom.bound * factor
    return (f"bound of {atom.field} {word}", replace(atom, bound=bound)) if atom.bound else None


class _Turn:
    """Applies a change to the comparison of a number; the rest stays as it is."""

    def __init__(
        self, number: int, change: Callable[[Condition], tuple[str, Condition] | None]
    ) -> None:
        self.left = number
        self.change = change
        self.says = ""

    def apply(self, condition: Condition) -> Condition:
        """The condition with the change made."""
        match condition:
            case AllOf() | AnyOf():
                return replace(condition, parts=tuple(self.apply(p) for p in condition.parts))
            case NotOf():
                return NotOf(self.apply(condition.part))
            case _:
                self.left -= 1
                if self.left != -1:
                    return condition
                found = self.change(condition)
                if found is None:
                    return condition
                self.says, result = found
                return result


def _numbers(rules: RuleSet) -> Iterator[Mutant]:
    for constant in rules.constants.values():
        for factor, word in _MOVES:
            moved = replace(constant, value=constant.value * factor)
            mutated = with_constant(rules, moved)
            says = f"{constant.id} {word}"
            if constant.value and mutated is not None:
                yield Mutant("threshold", ("constants", constant.id), says, mutated)
    for derived in rules.derived.values():
        for factor, word in _MOVES:
            moved_derived = replace(derived, low=derived.low * factor, high=derived.high * factor)
            says = f"{derived.id} {word}"
            mutated = _with_derived(rules, moved_derived)
            if mutated is not None:
                yield Mutant("threshold", ("derived", derived.id), says, mutated)


def with_constant(rules: RuleSet, constant: Constant) -> RuleSet | None:
    """The rule set with a constant changed wherever it is compared with; nothing: nowhere is."""

    def moved(atom: Threshold) -> Threshold:
        same = atom.constant == constant.id
        return replace(atom, bound=constant.value) if same else atom

    return _everywhere(rules, moved)


def _with_derived(rules: RuleSet, derived: Derived) -> RuleSet | None:
    old = rules.derived[derived.id]

    def moved(atom: Threshold) -> Threshold:
        if not isinstance(atom.bound, Scale) or atom.bound.name != derived.id:
            return atom
        factor = derived.low if atom.bound.factor == old.low else derived.high
        return replace(atom, bound=replace(atom.bound, factor=factor))

    return _everywhere(rules, moved)


def _everywhere(rules: RuleSet, moved: Callable[[Threshold], Threshold]) -> RuleSet | None:
    def go(condition: Condition) -> Condition:
        match condition:
            case AllOf() | AnyOf():
                return replace(condition, parts=tuple(go(part) for part in condition.parts))
            case NotOf():
                return NotOf(go(condition.part))
            case Threshold():
                return moved(condition)
            case _:
                return condition

    def in_rule(rule: Rule) -> Rule:
        return replace(rule, when=go(rule.when))

    walks = tuple(
        replace(walk, nodes={name: replace(n, when=go(n.when)) for name, n in walk.nodes.items()})
        for walk in rules.walks
    )
    mutated = replace(
        rules,
        rules={name: in_rule(rule) for name, rule in rules.rules.items()},
        predicates={name: go(condition) for name, condition in rules.predicates.items()},
        walks=walks,
    )
    same = (mutated.rules, mutated.predicates, mutated.walks)
    return None if same == (rules.rules, rules.predicates, rules.walks) else mutated


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


def _strengths(rules: RuleSet) -> Iterator[Mutant]:
    for rule in rules.rules.values():
        for index, argument in enumerate(rule.arguments):
            step = _STEP[argument.strength]
            weighed = replace(argument, strength=step)
            arguments = (*rule.arguments[:index], weighed, *rule.arguments[index + 1 :])
            says = (
                f"{rule.id}: {step.value} instead of {argument.strength.value} on {argument.target}"
            )
            mutated = replace(
                rules, rules={**rules.rules, rule.id: replace(rule, arguments=arguments)}
            )
            yield Mutant("strength", ("rules", rule.id, "argues", index), says, mutated)
