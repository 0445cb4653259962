"""Rule sets with their conditions changed."""

from collections.abc import Callable
from dataclasses import replace

from llm_adapt.rules.model import AllOf, AnyOf, Condition, NotOf, RuleSet, singles

Change = Callable[[Condition], Condition]


def with_comparisons(condition: Condition, change: Change) -> Condition:
    """A condition with each of its comparisons changed."""
    match condition:
        case AllOf() | AnyOf():
            parts = tuple(with_comparisons(part, change) for part in condition.parts)
            return replace(condition, parts=parts)
        case NotOf():
            return NotOf(with_comparisons(condition.part, change))
        case _:
            return change(condition)


def with_comparison(condition: Condition, place: int, other: Condition) -> Condition:
    """A condition with another in place of one of its comparisons, by its number."""
    given = list(singles(condition))
    following = iter([*given[:place], other, *given[place + 1 :]])
    return with_comparisons(condition, lambda _: next(following))


def with_all_comparisons(rules: RuleSet, change: Change) -> RuleSet:
    """A rule set with every comparison of its conditions changed."""

    def of(condition: Condition) -> Condition:
        return with_comparisons(condition, change)

    walks = tuple(
        replace(
            walk, nodes={n: replace(node, when=of(node.when)) for n, node in walk.nodes.items()}
        )
        for walk in rules.walks
    )
    items = {
        name: replace(item, when=item.when and of(item.when), past=item.past and of(item.past))
        for name, item in rules.items.items()
    }
    return replace(
        rules,
        rules={name: replace(rule, when=of(rule.when)) for name, rule in rules.rules.items()},
        predicates={name: of(condition) for name, condition in rules.predicates.items()},
        walks=walks,
        items=items,
        implies=tuple(replace(each, when=of(each.when)) for each in rules.implies),
    )
