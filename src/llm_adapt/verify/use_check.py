"""What a rule set defines and nothing uses."""

import re
from collections.abc import Iterable, Iterator

from llm_adapt.decide.logic import YES
from llm_adapt.decide.reach import Budget, reachable
from llm_adapt.rules.model import IsOneOf, Item, Named, RuleSet, Scale, Tally, Threshold
from llm_adapt.verify.codes import SECTIONS, Flaw
from llm_adapt.verify.space import UndecidedError
from llm_adapt.verify.subject import Subject, undecided

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
# What is shown for the strategy in first place only; the rest goes with every place.
_WITH_FIRST = {"preparation", "plan", "data"}


def check_use(subject: Subject) -> Iterator[Flaw]:
    """Predicates, questions, numbers, sources, tools and needs that nothing uses."""
    rules = subject.rules
    named = {single.predicate for single in subject.singles if isinstance(single, Named)}
    asked, constants, derived = set[str](), set[str](), set[str]()
    for single in subject.singles:
        if isinstance(single, IsOneOf | Threshold):
            asked.add(single.field)
        if isinstance(single, Threshold) and single.constant:
            constants.add(single.constant)
        if isinstance(single, Threshold) and isinstance(single.bound, Scale):
            asked.add(single.bound.of)
            derived.add(single.bound.name)
    written = {name for text in texts(rules) for name in PLACEHOLDER.findall(text)}
    tools = {name for item in rules.items.values() for name in item.tools}
    all_tools = [item.id for item in rules.items.values() if item.kind == "tool"]
    yield from _unused("V301", "predicates", rules.predicates, named)
    yield from _unused("V302", "questions", rules.questions, asked)
    yield from _unused("V303", "constants", rules.constants, constants | written)
    yield from _unused("V304", "derived", rules.derived, derived | written)
    yield from _unused("V305", "sources", rules.sources, cited(rules))
    yield from _unused("V306", "tools", all_tools, tools)
    read = {single.need for single in subject.singles if isinstance(single, Tally)}
    served = {need for strategy in rules.strategies.values() for need in strategy.serves}
    argued = {a.target for rule in rules.rules.values() for a in rule.arguments}
    yield from _unused("V307", "needs", rules.needs, (read | served) & argued)


def _unused(code: str, section: str, names: Iterable[str], used: set[str]) -> Iterator[Flaw]:
    for name in names:
        if name not in used:
            yield Flaw(code, (section, name), f"nothing uses {name}")


def texts(rules: RuleSet) -> Iterator[str]:
    """Every text into which answers and numbers are filled."""
    for rule in rules.rules.values():
        yield rule.because
    for walk in rules.walks:
        for node in walk.nodes.values():
            yield from (edge.because for edge in (node.yes, node.no, node.unknown))
    for item in rules.items.values():
        yield from (item.text, item.first_step, item.check, item.stop_when, item.go_on_when)


def cited(rules: RuleSet) -> set[str]:
    """Every source that something cites."""
    found: set[str] = set()
    for entries in (rules.rules, rules.items, rules.constants, rules.derived):
        found |= {name for entry in entries.values() for name in entry.sources}
    for walk in rules.walks:
        found |= {name for node in walk.nodes.values() for name in node.sources}
    return found


def check_items(subject: Subject) -> Iterator[Flaw]:
    """Items whose condition never holds, or never beside a strategy they go with."""
    for item in subject.rules.items.values():
        path = (SECTIONS[item.kind], item.id)
        try:
            if not _shown(subject, item):
                yield Flaw("V208", path, f"{item.id} is shown in no situation")
        except UndecidedError:
            yield undecided(path, f"whether {item.id} can be shown")


def _shown(subject: Subject, item: Item) -> bool:
    if item.when is None:
        return True
    chart = subject.program.chart
    allowed = sum(
        chart.outcome_bit[name]
        for name, strategy in subject.rules.strategies.items()
        if set(strategy.parts) & set(item.parts)
    )
    others = sum(chart.outcome_bit.values()) & ~allowed
    logic = subject.program.logic[f"item:{item.id}"]
    for state in subject.space.all([(logic, YES)]):
        if item.kind not in _WITH_FIRST or not item.parts:
            return True
        budget = Budget(subject.options.steps)
        found = reachable(subject.program, state, subject.space.splitter, budget, others)
        if found & allowed:
            return True
    return False
