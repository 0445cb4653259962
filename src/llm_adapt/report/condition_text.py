"""A condition of the rule language in plain English."""

from collections.abc import Callable

from llm_adapt.report.phrases import listed
from llm_adapt.rules.advice import Known
from llm_adapt.rules.explanation import Weighed
from llm_adapt.rules.model import (
    AllOf,
    AnyOf,
    Condition,
    EndedAt,
    IsOneOf,
    Kind,
    Named,
    NotOf,
    RuleSet,
    Scale,
    Tally,
    Threshold,
)
from llm_adapt.rules.words import number_words, scale_words

_OPS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}


def condition_words(
    condition: Condition, rules: RuleSet, *, inside: bool = False, negated: bool = False
) -> str:
    """The condition as one phrase; `inside` another one what joins parts is put in brackets."""
    match condition:
        case NotOf():
            return condition_words(condition.part, rules, inside=inside, negated=not negated)
        case IsOneOf():
            return _one_of(condition, rules, negated=negated)
        case Threshold():
            op = f"is{' not' * negated} {_OPS[condition.op]}"
            return f"{condition.field} {op} {_bound(condition, rules)}"
        case Named():
            name = condition.predicate
            said = rules.predicate_texts.get(name, name).rstrip(".")
            return f'{"not: " * negated}"{said}"'
        case AllOf() | AnyOf() | Tally() | EndedAt():
            said = _positive(condition, rules, inside=inside and not negated)
            return f"not ({said})" if negated else said


def condition_head(condition: Condition, rules: RuleSet) -> str:
    """The condition without its parts, for where those are listed beneath it."""
    match condition:
        case AllOf():
            return "all of these:"
        case AnyOf():
            return "at least one of these:"
        case NotOf(part=AllOf()):
            return "not all of these:"
        case NotOf(part=AnyOf()):
            return "none of these:"
        case _:
            return condition_words(condition, rules)


def weighed(
    condition: Condition, rules: RuleSet, truth: Callable[[Condition], Known] | None = None
) -> Weighed:
    """A condition taken apart, with the truth of each part; predicates are opened up."""
    if isinstance(condition, NotOf) and isinstance(condition.part, NotOf):
        return weighed(condition.part.part, rules, truth)
    return Weighed(
        condition_words(condition, rules),
        condition_head(condition, rules),
        None if truth is None else truth(condition),
        tuple(weighed(part, rules, truth) for part in _parts(condition, rules)),
    )


def _parts(condition: Condition, rules: RuleSet) -> tuple[Condition, ...]:
    match condition:
        case AllOf() | AnyOf():
            return condition.parts
        case NotOf():
            return _parts(condition.part, rules)
        case Named():
            return (rules.predicates[condition.predicate],)
        case _:
            return ()


def _positive(condition: AllOf | AnyOf | Tally | EndedAt, rules: RuleSet, *, inside: bool) -> str:
    match condition:
        case AllOf() | AnyOf():
            parts = [condition_words(part, rules, inside=True) for part in condition.parts]
            joined = f" {'and' if isinstance(condition, AllOf) else 'or'} ".join(parts)
            return f"({joined})" if inside and len(parts) > 1 else joined
        case Tally():
            need = rules.needs[condition.need].title
            points = number_words(condition.at_least)
            return f'what speaks for "{need}" outweighs what speaks against it by {points} or more'
        case EndedAt():
            known = {walk.id: walk.results for walk in rules.walks}.get(condition.walk, {})
            ends = listed((f'"{known.get(name, name)}"' for name in condition.results), "or")
            return f"the walk {condition.walk} ended at {ends}"


def _one_of(condition: IsOneOf, rules: RuleSet, *, negated: bool) -> str:
    question = rules.questions.get(condition.field)
    several = question is not None and question.kind is Kind.SEVERAL
    verb = ("does not list" if negated else "lists") if several else f"is{' not' * negated}"
    choice = ("any of " if negated else "one of ") if len(condition.values) > 1 else ""
    return f"{condition.field} {verb} {choice}{listed(condition.values, 'or')}"


def _bound(condition: Threshold, rules: RuleSet) -> str:
    question = rules.questions.get(condition.field)
    unit = f" {question.unit}" if question is not None and question.unit else ""
    bound = condition.bound
    if isinstance(bound, Scale):
        derived = rules.derived.get(bound.name)
        title = derived.title if derived is not None else bound.name
        return f"the {title} ({scale_words(bound)})"
    named = f" ({condition.constant})" if condition.constant else ""
    return f"{number_words(bound)}{unit}{named}"
