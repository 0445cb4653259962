"""Everything a rule set names, by its name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from llm_adapt.decide.program import Program
from llm_adapt.rules.explanation import Explanation
from llm_adapt.usecases.described import (
    of_node,
    of_predicate,
    of_question,
    of_rule,
    of_strategy,
    of_walk,
)
from llm_adapt.usecases.described_items import of_constant, of_derived, of_item, of_need, of_source


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that has a name; `tell` says what it is."""

    kind: str
    names: tuple[str, ...]
    tell: Callable[[], Explanation]


def entries(program: Program) -> Iterator[Entry]:
    """Everything that can be explained, in a fixed order."""
    rules = program.rules
    for rule in rules.rules.values():
        yield Entry("rule", (rule.id,), partial(of_rule, program, rule))
    for question in rules.questions.values():
        yield Entry("question", (question.id,), partial(of_question, program, question))
    yield from _flowchart(program)
    for strategy in rules.strategies.values():
        yield Entry("strategy", (strategy.id,), partial(of_strategy, program, strategy))
    for name in rules.predicates:
        yield Entry("predicate", (name,), partial(of_predicate, program, name))
    for need in rules.needs.values():
        yield Entry("need", (need.id,), partial(of_need, program, need))
    for item in rules.items.values():
        yield Entry(item.kind, (item.id,), partial(of_item, program, item))
    yield from _numbers_and_sources(program)


def _flowchart(program: Program) -> Iterator[Entry]:
    for walk in program.rules.walks:
        yield Entry("walk", (walk.id,), partial(of_walk, walk))
        for node in walk.nodes.values():
            names = (node.id, f"{walk.id}/{node.id}")
            yield Entry("node", names, partial(of_node, program, walk, node))


def _numbers_and_sources(program: Program) -> Iterator[Entry]:
    rules = program.rules
    for constant in rules.constants.values():
        yield Entry("constant", (constant.id,), partial(of_constant, program, constant))
    for derived in rules.derived.values():
        yield Entry("derived", (derived.id,), partial(of_derived, program, derived))
    for source in rules.sources.values():
        yield Entry("source", (source.id,), partial(of_source, program, source))
