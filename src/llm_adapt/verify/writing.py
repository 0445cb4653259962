"""How a rule set is written: what nothing uses, sources, dates, examples, texts, ids, addresses."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from llm_adapt.decide.conditions import UNKNOWN, WORDS, YES, names_in
from llm_adapt.decide.words import PLACEHOLDER
from llm_adapt.estimate.age import last_day
from llm_adapt.rules.model import Item, Question, Rule, RuleSet, Strength
from llm_adapt.rules.number import shifted
from llm_adapt.rules.plain import Path
from llm_adapt.verify.subject import SECTIONS, Flaw, Subject

# Longest texts that are read to their end; two sentences have some 200 characters.
LONGEST = {"title": 80, "because": 240, "text": 260, "ask": 100, "help": 300}
_READ = {Rule: ("title", "because"), Item: ("title", "text"), Question: ("ask", "help")}
ANECDOTE = "D"
UNDATED = "undated"
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d+)?(/[^\s<>\"{}|\\^`]*)?")
# A text: its path, what it says, and the condition under which it is shown.
Text = tuple[Path, str, str]


def check_use(subject: Subject) -> Iterator[Flaw]:
    """Predicates, questions, numbers, sources, tools and needs that nothing uses."""
    rules, used = subject.rules, {*_compared(subject), *_named(subject.rules)}
    argued = {a.target for rule in rules.rules.values() for a in rule.arguments}
    used -= {("needs", name) for name in rules.needs if name not in argued}
    sections: dict[str, tuple[str, Iterable[str]]] = {
        "V301": ("predicates", rules.predicates),
        "V302": ("questions", rules.questions),
        "V303": ("constants", rules.constants),
        "V304": ("derived", rules.derived),
        "V305": ("sources", rules.sources),
        "V306": ("tools", [item.id for item in rules.items.values() if item.kind == "tool"]),
        "V307": ("needs", rules.needs),
    }
    for code, (section, names) in sections.items():
        for name in names:
            if (section, name) not in used:
                yield Flaw(code, (section, name), f"nothing uses {name}")


def _compared(subject: Subject) -> Iterator[tuple[str, str]]:
    """What conditions look at."""
    conditions = [*subject.program.conditions.values(), *subject.rules.predicates.values()]
    # Those that ask how strong a need is are no conditions of a program.
    conditions += (node.when for walk in subject.rules.walks for node in walk.nodes.values())
    for condition in conditions:
        yield from names_in(condition)


def _named(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """What entries and texts name."""
    for _, said, _ in _texts(rules):
        for name in PLACEHOLDER.findall(said):
            yield from (("constants", name), ("derived", name))
    for _, entry in _entries(rules):
        yield from (("sources", source) for source in getattr(entry, "sources", ()))
    yield from (("tools", name) for item in rules.items.values() for name in item.tools)
    yield from (("needs", name) for each in rules.strategies.values() for name in each.serves)


def _texts(rules: RuleSet) -> Iterator[Text]:
    """The reasons and texts that may name answers and numbers."""
    for rule in rules.rules.values():
        yield ("rules", rule.id, "because"), rule.because, rule.id
    for item in rules.items.values():
        name = f"item:{item.id}" if item.when is not None else ""
        for key in ("text", "first_step", "check", "measure", "stop_when", "go_on_when"):
            yield (SECTIONS[item.kind], item.id, key), getattr(item, key), name
    for walk in rules.walks:
        for node in walk.nodes.values():
            for word, edge in zip(WORDS, node.edges, strict=True):
                yield ("walks", walk.id, "nodes", node.id, word), edge.because, ""


def _entries(rules: RuleSet) -> Iterator[tuple[Path, Any]]:
    """What is written with sources or for people; the first three sorts must cite sources."""
    yield from ((("rules", rule.id), rule) for rule in rules.rules.values())
    yield from (((SECTIONS[item.kind], item.id), item) for item in rules.items.values())
    for walk in rules.walks:
        yield from ((("walks", walk.id, "nodes", node.id), node) for node in walk.nodes.values())
    yield from ((("constants", each.id), each) for each in rules.constants.values())
    yield from ((("derived", each.id), each) for each in rules.derived.values())
    yield from ((("questions", each.id), each) for each in rules.questions.values())


def check_hygiene(subject: Subject) -> Iterator[Flaw]:
    """Everything about the writing that needs no search, then the texts."""
    rules = subject.rules
    yield from _sources(rules, subject.options.as_of, subject.options.shelf_life_days)
    for rule in rules.rules.values():
        yield from _rule(rules, rule)
        yield from _examples(subject, rule)
    for path, entry in _entries(rules):
        if path[0] not in {"constants", "derived", "questions"} and not entry.sources:
            yield Flaw("V401", path, f"{entry.id} names no source")
        for key in _READ.get(type(entry), ()):
            length, longest = len(getattr(entry, key)), LONGEST[key]
            if length > longest:
                message = f"{key} of {entry.id} has {length} characters, more than {longest}"
                yield Flaw("V407", (*path, key), message)
    for item in rules.items.values():
        lacks = [key for key in ("takes", "measure", "stop_when") if not getattr(item, key)]
        if item.kind == "plan" and lacks:
            path = (SECTIONS[item.kind], item.id)
            yield Flaw("V414", path, f"{item.id} does not say {', '.join(lacks)}")
    yield from _placeholders(subject)


def _sources(rules: RuleSet, as_of: date | None, shelf_life: int) -> Iterator[Flaw]:
    for source in rules.sources.values():
        path = ("sources", source.id)
        yield from _address(source.url, (*path, "url"))
        if as_of is None:
            continue
        if source.date == UNDATED:
            yield Flaw("V404", (*path, "date"), f"{source.id} has no date")
        elif last_day(source.date) < shifted(as_of, -shelf_life):
            message = f"{source.id} is of {source.date}, more than {shelf_life} days before {as_of}"
            yield Flaw("V403", (*path, "date"), message)
    for item in rules.items.values():
        yield from _address(item.url, (SECTIONS[item.kind], item.id, "url"))


def _address(url: str | None, path: Path) -> Iterator[Flaw]:
    if url and (not _ADDRESS.fullmatch(url) or url.endswith((".", ",", ";", ")"))):
        yield Flaw("V409", path, f"{url} is no address that can be followed")


def _rule(rules: RuleSet, rule: Rule) -> Iterator[Flaw]:
    path = ("rules", rule.id)
    if not _KEBAB.fullmatch(rule.id):
        yield Flaw("V408", path, f"{rule.id} is not in kebab-case")
    decisive = rule.rules_out or any(a.strength is Strength.DECISIVE for a in rule.arguments)
    grades = {rules.sources[name].grade for name in rule.sources}
    if decisive and grades == {ANECDOTE}:
        message = f"{rule.id} is decisive on sources of grade {ANECDOTE} alone"
        yield Flaw("V402", (*path, "sources"), message)


def _examples(subject: Subject, rule: Rule) -> Iterator[Flaw]:
    fires, silent = (
        subject.program.evaluate(subject.rules.read(raw)).holds(rule.id)
        for raw in (rule.examples.fires, rule.examples.silent)
    )
    path = ("rules", rule.id, "examples")
    if fires != YES:
        yield Flaw("V405", (*path, "fires"), f"no example of {rule.id} makes it fire")
    if silent == YES or not rule.examples.silent:
        yield Flaw("V406", (*path, "silent"), f"no example of {rule.id} leaves it silent")
    elif silent == UNKNOWN:
        message = f"the silent example of {rule.id} leaves it unknown, which shows little"
        yield Flaw("V412", (*path, "silent"), message)


def _placeholders(subject: Subject) -> Iterator[Flaw]:
    rules = subject.rules
    known = {*rules.questions, *rules.derived, *rules.constants}
    for path, text, condition in _texts(rules):
        for name in dict.fromkeys(PLACEHOLDER.findall(text)):
            if name not in known:
                yield Flaw("V410", path, f"the text names {{{name}}}, which is not there")
            elif name in rules.questions and condition:
                yield from _unknown(subject, path, name, condition)


def _unknown(subject: Subject, path: Path, name: str, condition: str) -> Iterator[Flaw]:
    """A text that names an answer which need not be known where the text is shown."""
    space, program = subject.space, subject.program
    yield from subject.ever(
        f"whether {name} is known there",
        Flaw("V411", path, f"the text says {{{name}}}, which need not be known"),
        space.truth(program.logic[condition], YES),
        *([space.unanswered(name)] if name in program.atoms.masks else []),
        shows=lambda found: found.holds(condition) == YES,
    )
