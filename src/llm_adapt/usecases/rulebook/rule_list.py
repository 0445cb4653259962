"""The rules of a rule set, picked by what they speak of and who says so."""

from collections.abc import Collection, Iterator

from llm_adapt.decide.conditions import fields_of
from llm_adapt.errors import UsageError
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.faults import nearest
from llm_adapt.rules.model import Argument, Rule, RuleSet
from llm_adapt.rules.record import record
from llm_adapt.rules.rule_row import RuleRow
from llm_adapt.rules.value import quoted

# As many names as one line of a hint holds.
FEW = 15


@record(frozen=True)
class Picks:
    """What a rule must have to be listed; empty asks for nothing."""

    strategy: str = ""
    question: str = ""
    source: str = ""
    grade: str = ""
    family: str = ""
    profile: str = ""


def rule_rows(rules: RuleSet, picks: Picks | None = None) -> tuple[RuleRow, ...]:
    """The rules that have everything asked for, by family and id.

    Raises:
        UsageError: The rule set has nothing of a name that is asked for.
    """
    picks = picks or Picks()
    rows = [rule_row(rules, rule) for rule in rules.rules.values()]
    _check("strategy", picks.strategy, {*rules.strategies, *rules.needs})
    _check("question", picks.question, rules.questions)
    _check("source", picks.source, rules.sources)
    _check("grade", picks.grade, ("A", "B", "C", "D"))
    _check("family", picks.family, {row.family for row in rows})
    _check("profile", picks.profile, {row.profile for row in rows})
    targets = _targets(rules, picks.strategy)
    found = (row for row in rows if _has(rules.rules[row.id], row, picks, targets))
    return tuple(sorted(found, key=lambda row: (row.family, row.id)))


def _check(what: str, name: str, known: Collection[str]) -> None:
    if name and name not in known:
        named = f"there are {', '.join(sorted(known))}"
        listed = named if len(known) <= FEW else "see: llm-adapt rules docs --all"
        message = f"there is no {what} {quoted(name)}"
        raise UsageError(message, None, nearest(name, sorted(known)) or listed)


def _targets(rules: RuleSet, name: str) -> frozenset[str]:
    """What an argument may be about to speak of a strategy: its parts and the needs it serves."""
    strategy = rules.strategies.get(name)
    return frozenset({name} if strategy is None else {*strategy.parts, *strategy.serves})


def _has(rule: Rule, row: RuleRow, picks: Picks, targets: frozenset[str]) -> bool:
    speaks = picks.strategy in rule.rules_out or any(a.target in targets for a in rule.arguments)
    return (
        (not picks.strategy or speaks)
        and (not picks.question or picks.question in row.questions)
        and (not picks.source or picks.source in rule.sources)
        and picks.grade in {"", row.grade}
        and picks.family in {"", row.family}
        and picks.profile in {"", row.profile}
    )


def rule_row(rules: RuleSet, rule: Rule) -> RuleRow:
    """One rule in brief."""
    grades = sorted(rules.sources[name].grade for name in rule.sources)
    looked_at = dict.fromkeys(fields_of(rule.when, rules.predicates))
    return RuleRow(
        id=rule.id,
        title=rule.title,
        family=rule.family,
        profile=profile_of(rules, rule),
        effects=tuple(_effects(rule)),
        grade=grades[0] if grades else "",
        questions=tuple(looked_at),
        sources=rule.sources,
        carries=rule.carries,
        because=rule.because,
        where=rule.where,
    )


def profile_of(rules: RuleSet, rule: Rule) -> str:
    """The rule set that a rule was written in: a shipped one, or the one at hand."""
    parts = rule.where.file.split("/") if rule.where is not None else []
    shipped = parts[:1] == ["rules"] and parts[1:2] and parts[1] in PROFILES
    return parts[1] if shipped else rules.name


def _effects(rule: Rule) -> Iterator[str]:
    yield from map(_argues, rule.arguments)
    if rule.rules_out:
        yield f"rules out {', '.join(rule.rules_out)}"


def _argues(argument: Argument) -> str:
    side = "for" if argument.favours else "against"
    return f"{side} {argument.target} ({argument.strength.value})"
