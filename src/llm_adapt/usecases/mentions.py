"""Which parts of a rule set look at something, and conditions taken apart."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from llm_adapt.rules.explanation import Weighed
from llm_adapt.rules.model import AllOf, AnyOf, Condition, Named, NotOf, RuleSet, Single, singles


def mentioned(rules: RuleSet, looks: Callable[[Single], bool]) -> list[str]:
    """Everything whose condition has a comparison of that sort, a line for each kind."""
    return grouped(
        owner
        for owner, condition in _conditions(rules)
        if any(looks(atom) for atom in singles(condition))
    )


def grouped(owners: Iterable[tuple[str, str]]) -> list[str]:
    """Kinds and ids as a line for each kind: `rule: a, b`."""
    found: dict[str, list[str]] = {}
    for kind, name in owners:
        found.setdefault(kind, []).append(name)
    return [f"{kind}: {', '.join(names)}" for kind, names in found.items()]


def _conditions(rules: RuleSet) -> Iterator[tuple[tuple[str, str], Condition]]:
    for rule in rules.rules.values():
        yield ("rule", rule.id), rule.when
    for name, condition in rules.predicates.items():
        yield ("predicate", name), condition
    for walk in rules.walks:
        for node in walk.nodes.values():
            yield ("node", node.id), node.when
    for item in rules.items.values():
        if item.when is not None:
            yield (item.kind, item.id), item.when


def weighed(
    condition: Condition,
    predicates: Mapping[str, Condition],
    truth: Callable[[Condition], str] = lambda _: "",
) -> Weighed:
    """A condition with its parts and the truth of each; predicates are opened up."""
    if isinstance(condition, NotOf) and isinstance(condition.part, NotOf):
        return weighed(condition.part.part, predicates, truth)
    parts = tuple(weighed(part, predicates, truth) for part in _parts(condition, predicates))
    return Weighed(condition, truth(condition), parts)


def _parts(condition: Condition, predicates: Mapping[str, Condition]) -> tuple[Condition, ...]:
    match condition:
        case AllOf() | AnyOf():
            return condition.parts
        case NotOf():
            return _parts(condition.part, predicates)
        case Named():
            return (predicates[condition.predicate],)
        case _:
            return ()
