"""Rules and predicates by themselves: dead, always true, shadowed, contained, contradicting."""

from collections.abc import Iterator
from itertools import combinations

from llm_adapt.decide.logic import NO, YES, Logic
from llm_adapt.rules.model import Argument, Rule
from llm_adapt.verify.codes import Flaw
from llm_adapt.verify.space import UndecidedError
from llm_adapt.verify.subject import Subject, undecided

Group = tuple[str, str, bool]


def check_rules(subject: Subject) -> Iterator[Flaw]:
    """Every rule for itself, then against the others."""
    live: list[Rule] = []
    for rule in subject.rules.rules.values():
        path = ("rules", rule.id)
        try:
            flaws = list(_constant(subject, rule))
        except UndecidedError:
            yield undecided(path, f"whether {rule.id} can fire")
            continue
        yield from flaws
        if not flaws:
            live.append(rule)
    yield from _pairs(subject, live)
    yield from _shadowed(subject, live)


def check_predicates(subject: Subject) -> Iterator[Flaw]:
    """Predicates that are always the same, or the same as another."""
    varying: dict[str, Logic] = {}
    for name, logic in subject.predicates.items():
        path = ("predicates", name)
        try:
            if subject.space.find([(logic, YES)]) is None:
                yield Flaw("V206", path, f"{name} holds in no situation")
            elif subject.space.find([(logic, NO)]) is None:
                yield Flaw("V206", path, f"{name} holds in every situation")
            else:
                varying[name] = logic
        except UndecidedError:
            yield undecided(path, f"whether {name} can hold")
    for (one, first), (two, second) in combinations(varying.items(), 2):
        try:
            if _same(subject, first, second):
                yield Flaw("V207", ("predicates", two), f"{two} says what {one} says")
        except UndecidedError:
            yield undecided(("predicates", two), f"whether {two} says what {one} says")


def _constant(subject: Subject, rule: Rule) -> Iterator[Flaw]:
    logic = subject.program.logic[rule.id]
    if subject.space.find([(logic, YES)]) is None:
        yield Flaw("V201", ("rules", rule.id), f"{rule.id} fires in no situation")
    elif subject.space.find([(logic, NO)]) is None:
        yield Flaw("V202", ("rules", rule.id), f"{rule.id} fires in every situation")


def _pairs(subject: Subject, rules: list[Rule]) -> Iterator[Flaw]:
    logic = subject.program.logic
    for one, two in combinations(rules, 2):
        # Conditions that share no comparison neither imply nor equal each other.
        if not logic[one.id].mask & logic[two.id].mask:
            continue
        try:
            if _opposes(one, two) and _same(subject, logic[one.id], logic[two.id]):
                message = f"{two.id} argues against what {one.id} argues for, on one condition"
                yield Flaw("V205", ("rules", two.id), message)
            for inner, outer in ((two, one), (one, two)):
                if _says_no_more(inner, outer) and _implies(
                    subject, logic[inner.id], logic[outer.id]
                ):
                    message = f"{outer.id} says at least as much whenever {inner.id} fires"
                    yield Flaw("V204", ("rules", inner.id), message)
                    break
        except UndecidedError:
            yield undecided(("rules", two.id), f"how {two.id} relates to {one.id}")


def _implies(subject: Subject, one: Logic, two: Logic) -> bool:
    return subject.opposed(one, two, (YES, NO))


def _same(subject: Subject, one: Logic, two: Logic) -> bool:
    return _implies(subject, one, two) and _implies(subject, two, one)


def _opposes(one: Rule, two: Rule) -> bool:
    return any(
        mine.target == theirs.target and mine.favours != theirs.favours
        for mine in one.arguments
        for theirs in two.arguments
    )


def _says_no_more(inner: Rule, outer: Rule) -> bool:
    """Every effect of the one is an effect of the other, as strong or stronger."""
    return set(inner.rules_out) <= set(outer.rules_out) and all(
        any(
            mine.target == theirs.target
            and mine.favours == theirs.favours
            and mine.topic == theirs.topic
            and mine.strength.points <= theirs.strength.points
            for theirs in outer.arguments
        )
        for mine in inner.arguments
    )


def _shadowed(subject: Subject, rules: list[Rule]) -> Iterator[Flaw]:
    """Arguments that change no tally: two others, one as strong, hold whenever they do."""
    groups: dict[Group, list[tuple[Rule, Argument]]] = {}
    for rule in rules:
        for argument in rule.arguments:
            key = argument.target, argument.topic, argument.favours
            groups.setdefault(key, []).append((rule, argument))
    for (target, topic, _), members in groups.items():
        for index, (rule, argument) in enumerate(members):
            others = members[:index] + members[index + 1 :]
            try:
                counts = _counts(subject, rule, argument, others)
            except UndecidedError:
                yield undecided(("rules", rule.id), f"whether {rule.id} counts for {target}")
                continue
            if not counts:
                message = f"{rule.id} never changes the tally of {target} (topic {topic})"
                yield Flaw("V203", ("rules", rule.id), message)


def _counts(
    subject: Subject, rule: Rule, argument: Argument, others: list[tuple[Rule, Argument]]
) -> bool:
    logic = subject.program.logic
    alone = [(logic[rule.id], YES)]
    stronger = [
        (logic[other.id], NO)
        for other, theirs in others
        if theirs.strength.points >= argument.strength.points
    ]
    if len(others) < 2 or subject.space.find([*alone, *stronger]) is not None:  # noqa: PLR2004
        return True
    silent = [(logic[other.id], NO) for other, _ in others]
    return any(
        subject.space.find([*alone, *silent[:index], *silent[index + 1 :]]) is not None
        for index in range(len(silent))
    )
