"""How entries are written: sources, dates, examples, texts, ids and addresses."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from llm_adapt.decide.logic import UNKNOWN, YES
from llm_adapt.rules.model import Rule, RuleSet, Strength
from llm_adapt.rules.plain import Path
from llm_adapt.verify.codes import SECTIONS, Flaw
from llm_adapt.verify.space import UndecidedError
from llm_adapt.verify.subject import Subject
from llm_adapt.verify.suite import read_answers
from llm_adapt.verify.use_check import PLACEHOLDER

# Longest texts that are read to their end; two sentences have some 200 characters.
LONGEST = {"title": 80, "because": 240, "text": 260, "ask": 100, "help": 300}
ANECDOTE = "D"
UNDATED = "undated"
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d+)?(/[^\s<>\"{}|\\^`]*)?")
_DECEMBER = 12


def check_hygiene(subject: Subject) -> Iterator[Flaw]:
    """Everything about the writing that needs no search, then the texts."""
    rules = subject.rules
    yield from _sources(rules, subject.options.as_of, subject.options.shelf_life_days)
    for rule in rules.rules.values():
        yield from _rule(rules, rule)
        yield from _examples(subject, rule)
    yield from _cited(rules)
    yield from _lengths(rules)
    yield from _placeholders(subject)


def _sources(rules: RuleSet, as_of: date | None, shelf_life: int) -> Iterator[Flaw]:
    for source in rules.sources.values():
        path = ("sources", source.id)
        yield from _address(source.url, (*path, "url"))
        if as_of is None:
            continue
        if source.date == UNDATED:
            yield Flaw("V404", (*path, "date"), f"{source.id} has no date")
        elif last_day(source.date) < as_of - timedelta(days=shelf_life):
            message = f"{source.id} is of {source.date}, more than {shelf_life} days before {as_of}"
            yield Flaw("V403", (*path, "date"), message)
    for item in rules.items.values():
        yield from _address(item.url, (SECTIONS[item.kind], item.id, "url"))


def _address(url: str | None, path: Path) -> Iterator[Flaw]:
    if url and (not _ADDRESS.fullmatch(url) or url.endswith((".", ",", ";", ")"))):
        yield Flaw("V409", path, f"{url} is no address that can be followed")


def last_day(written: str) -> date:
    """The last day that `2026`, `2026-11` or `2026-11-23` may mean."""
    year, month, day = [*map(int, written.split("-")), 0, 0][:3]
    if day:
        return date(year, month, day)
    if month and month < _DECEMBER:
        return date(year, month + 1, 1) - timedelta(days=1)
    return date(year, _DECEMBER, 31)


def _rule(rules: RuleSet, rule: Rule) -> Iterator[Flaw]:
    path = ("rules", rule.id)
    if not _KEBAB.fullmatch(rule.id):
        yield Flaw("V408", path, f"{rule.id} is not in kebab-case")
    decisive = rule.rules_out or any(a.strength is Strength.DECISIVE for a in rule.arguments)
    grades = {rules.sources[name].grade for name in rule.sources}
    if decisive and grades == {ANECDOTE}:
        message = f"{rule.id} is decisive on sources of grade {ANECDOTE} alone"
        yield Flaw("V402", (*path, "sources"), message)


def _cited(rules: RuleSet) -> Iterator[Flaw]:
    cited: list[tuple[Path, tuple[str, ...]]] = []
    cited += [(("rules", rule.id), rule.sources) for rule in rules.rules.values()]
    cited += [((SECTIONS[i.kind], i.id), i.sources) for i in rules.items.values()]
    for walk in rules.walks:
        cited += [(("walks", walk.id, "nodes", n.id), n.sources) for n in walk.nodes.values()]
    for path, sources in cited:
        if not sources:
            yield Flaw("V401", path, f"{path[-1]} names no source")


def _examples(subject: Subject, rule: Rule) -> Iterator[Flaw]:
    logic = subject.program.logic[rule.id]
    fires = logic.test(*subject.program.state(read_answers(subject.rules, rule.fires)))
    silent = logic.test(*subject.program.state(read_answers(subject.rules, rule.silent)))
    path = ("rules", rule.id, "examples")
    if fires != YES:
        yield Flaw("V405", (*path, "fires"), f"no example of {rule.id} makes it fire")
    if silent == YES or not rule.silent:
        yield Flaw("V406", (*path, "silent"), f"no example of {rule.id} leaves it silent")
    elif silent == UNKNOWN:
        message = f"the silent example of {rule.id} leaves it unknown, which shows little"
        yield Flaw("V412", (*path, "silent"), message)


def _lengths(rules: RuleSet) -> Iterator[Flaw]:
    written: list[tuple[Path, str]] = []
    for rule in rules.rules.values():
        path: Path = ("rules", rule.id)
        written += [((*path, "title"), rule.title), ((*path, "because"), rule.because)]
    for item in rules.items.values():
        path = (SECTIONS[item.kind], item.id)
        written += [((*path, "title"), item.title), ((*path, "text"), item.text)]
    for question in rules.questions.values():
        path = ("questions", question.id)
        written += [((*path, "ask"), question.ask), ((*path, "help"), question.help)]
    for path, text in written:
        longest = LONGEST[str(path[-1])]
        if len(text) > longest:
            message = f"{path[-1]} of {path[1]} has {len(text)} characters, more than {longest}"
            yield Flaw("V407", path, message)


def _placeholders(subject: Subject) -> Iterator[Flaw]:
    rules = subject.rules
    known = {*rules.questions, *rules.derived, *rules.constants}
    texts: list[tuple[Path, str, str]] = [
        (("rules", rule.id, "because"), rule.because, rule.id) for rule in rules.rules.values()
    ]
    for item in rules.items.values():
        name = f"item:{item.id}" if item.when is not None else ""
        texts.append(((SECTIONS[item.kind], item.id, "text"), item.text, name))
    for walk in rules.walks:
        for node in walk.nodes.values():
            for word, edge in (("yes", node.yes), ("no", node.no), ("unknown", node.unknown)):
                path: Path = ("walks", walk.id, "nodes", node.id, word)
                texts.append((path, edge.because, ""))
    for path, text, condition in texts:
        for name in dict.fromkeys(PLACEHOLDER.findall(text)):
            if name not in known:
                yield Flaw("V410", path, f"the text names {{{name}}}, which is not there")
            elif name in rules.questions and condition:
                yield from _unknown(subject, path, name, condition)


def _unknown(subject: Subject, path: Path, name: str, condition: str) -> Iterator[Flaw]:
    atoms = subject.program.atoms
    blocked = sum(atoms.variables[index].mask for index in atoms.by_question.get(name, ()))
    try:
        state = subject.space.find([(subject.program.logic[condition], YES)], blocked)
    except UndecidedError:
        return
    values = None if state is None else subject.space.values(state)
    if values is not None and name not in values:
        yield Flaw("V411", path, f"the text says {{{name}}}, which need not be known", values)
