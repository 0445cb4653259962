"""Facts that must hold everywhere: moving one answer one way never drops a part.

A fact names an answer, a direction and a part. Take two situations that differ in that answer
alone, by one step in the direction, everything else answered. If the first has a strategy in
first place that keeps the part, so has the second. A strategy keeps a part that it contains; one
that contains a dearer part serving the same needs keeps it too (full tuning keeps tuning).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llm_adapt.decide.chart import NONE
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Path, Plain, text, texts
from llm_adapt.rules.value import NOT_APPLICABLE, NotApplicable, Value
from llm_adapt.verify.codes import Flaw
from llm_adapt.verify.pairs import Parting
from llm_adapt.verify.shrink import shrunk
from llm_adapt.verify.space import UndecidedError
from llm_adapt.verify.steps import Pair, steps_up
from llm_adapt.verify.subject import Subject, undecided

Fact = Mapping[str, Plain]
# Of the pool so many situations are tried with each step of each fact.
TRIED = 80


def check_monotone(subject: Subject) -> Iterator[Flaw]:
    """Every fact, proved or refuted; then tried on partial situations."""
    for index, fact in enumerate(subject.rules.monotone):
        path: Path = ("monotone", index)
        if text(fact["answer"]) in subject.program.atoms.by_question:
            yield from _one(subject, fact, path)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A fact with the outcomes that keep its part, as bits."""

    fact: Fact
    path: Path
    keeps: int


def _one(subject: Subject, fact: Fact, path: Path) -> Iterator[Flaw]:
    question = text(fact["answer"])
    keeps = keeping(subject, text(fact["never_drops"]))
    claim = _Claim(fact, path, keeps)
    parting = Parting(subject.space, keeps, keeps, subject.options.steps)
    pairs = list(steps_up(subject.space, question, lambda found: scale(subject.rules, fact, found)))
    doubt = False
    for pair in pairs:
        try:
            state = parting.find(pair)
        except UndecidedError:
            doubt = True
            continue
        values = None if state is None else subject.space.values(state)
        if state is None:
            continue
        broken = values is not None and _broken(subject, claim, pair, values)
        if broken:
            yield broken
            return
        doubt = True
    for values in subject.pool[:: max(1, len(subject.pool) // TRIED)]:
        for pair in pairs:
            broken = _broken(subject, claim, pair, values)
            if broken:
                yield broken
                return
    if doubt:
        yield undecided(path, _named(fact))


def _broken(
    subject: Subject, claim: _Claim, pair: Pair, values: Mapping[str, Value]
) -> Flaw | None:
    """The flaw, when two situations show that a fact does not hold."""
    chart, state = subject.program.chart, subject.program.state
    beside = {**values, **pair.beside, pair.question: pair.one}

    def places(answers: Mapping[str, Value]) -> tuple[str, str]:
        after = {**answers, pair.question: pair.two}
        return chart.first(*state(answers)), chart.first(*state(after))

    def parts(answers: Mapping[str, Value]) -> bool:
        first, then = places(answers)
        kept = chart.outcome_bit[first] & claim.keeps and not chart.outcome_bit[then] & claim.keeps
        return bool(kept) and pair.question in answers

    if not parts(beside):
        return None
    before = shrunk(beside, parts)
    first, then = places(before)
    after = {**before, pair.question: pair.two}
    message = (
        f"{_named(claim.fact)}: {pair.question} from {_shown(pair.one)} to {_shown(pair.two)} "
        f"turns {first} into {then}"
    )
    return Flaw("V106", claim.path, message, after)


def _named(fact: Fact) -> str:
    return f"{fact['answer']} {fact['direction']} never drops {fact['never_drops']}"


def _shown(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def keeping(subject: Subject, part: str) -> int:
    """The outcomes that keep a part, as bits."""
    strategies = subject.rules.strategies
    mine = strategies[part]
    kept = {
        name
        for name, other in strategies.items()
        if name == part
        or (
            len(other.parts) == 1
            and other.effort > mine.effort
            and mine.serves
            and set(mine.serves) <= set(other.serves)
        )
    }
    bits = subject.program.chart.outcome_bit
    return sum(
        bits[name]
        for name, strategy in strategies.items()
        if name != NONE and kept & set(strategy.parts)
    )


def scale(rules: RuleSet, fact: Fact, found: list[Value]) -> list[Value]:
    """The answers that lie on a fact's scale, in its direction."""
    question = rules.questions[text(fact["answer"])]
    listed = texts(fact.get("among")) or tuple(question.values) or ("no", "yes")
    on_scale = [
        value
        for value in found
        if value != NOT_APPLICABLE and (question.numeric or value in listed)
    ]

    def place(value: Value) -> float:
        if isinstance(value, str):
            return listed.index(value)
        assert not isinstance(value, tuple | NotApplicable)  # noqa: S101 (numbers remain)
        return value

    return sorted(on_scale, key=place, reverse=fact["direction"] == "down")
