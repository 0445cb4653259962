"""Anything a rule set names, explained: what it says, who says so, how it stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from llm_adapt.advisor.entries import ENTRIES, Subject
from llm_adapt.advisor.standing import Standings
from llm_adapt.engine.program import Program
from llm_adapt.engine.reasons import citations
from llm_adapt.errors import UsageError
from llm_adapt.model.explanation import Explanation
from llm_adapt.model.ruleset import RuleSet
from llm_adapt.model.situation import Situation

NEAREST = 3


def explain(
    program: Program, name: str, situation: Situation | None = None
) -> tuple[Explanation, ...]:
    """Everything that carries a name; `kind:name` picks one kind, `walk/node` a node.

    Raises:
        UsageError: The rule set names nothing so.
    """
    rules = program.rules
    kind, _, bare = name.rpartition(":")
    found = [
        subject
        for subject in subjects(rules)
        if bare in subject.names and kind in {"", subject.kind}
    ]
    if not found:
        raise UsageError(f"there is nothing called {name}", None, _hint(rules, name))
    standings = None if situation is None else Standings(program, situation)
    return tuple(_explained(program, subject, standings) for subject in found)


def subjects(rules: RuleSet) -> Iterator[Subject]:
    """Everything of a rule set that can be explained, in a fixed order."""
    for entry in ENTRIES:
        yield from entry(rules)


def _explained(program: Program, subject: Subject, standings: Standings | None) -> Explanation:
    return Explanation(
        kind=subject.kind,
        id=subject.id,
        title=subject.title,
        text=subject.text,
        condition=None,
        notes=subject.notes,
        sources=citations(program, subject.sources),
        where=subject.where,
        standing=None,
    )
