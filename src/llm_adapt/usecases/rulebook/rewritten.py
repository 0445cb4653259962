"""Which entries of two rule sets are written differently, whether or not that means anything."""

from collections.abc import Iterator, Mapping
from typing import Any

from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.rule_diff import Rewritten

# Where an entry stands, and what shows that it works, is no part of what it says.
_BESIDE = ("where", "examples")


def rewritten(old: RuleSet, new: RuleSet) -> tuple[Rewritten, ...]:
    """The sections with entries that were added, removed or changed."""
    after = dict(_sections(new))
    found = (_compared(name, before, after[name]) for name, before in _sections(old))
    return tuple(entry for entry in found if entry.added or entry.removed or entry.changed)


def _sections(rules: RuleSet) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "rules", rules.rules
    yield "nodes", {f"{w.id}/{n.id}": n for w in rules.walks for n in w.nodes.values()}
    yield "join", {" + ".join(ends): strategy for ends, strategy in rules.join.items()}
    yield "predicates", rules.predicates
    yield "constants", rules.constants
    yield "derived numbers", rules.derived
    yield "questions", rules.questions
    yield "needs", rules.needs
    yield "strategies", rules.strategies
    yield "advice", rules.items
    yield "sources", rules.sources


def _compared(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Rewritten:
    both = [name for name in old if name in new]
    return Rewritten(
        section=section,
        added=tuple(sorted(name for name in new if name not in old)),
        removed=tuple(sorted(name for name in old if name not in new)),
        changed=tuple(sorted(name for name in both if _said(old[name]) != _said(new[name]))),
    )


def _said(entry: Any) -> object:  # noqa: ANN401 (any dataclass of a rule set)
    names = getattr(entry, "__dataclass_fields__", None)
    if names is None:
        return entry
    return {name: getattr(entry, name) for name in names if name not in _BESIDE}
