"""How the decision of a project stands in its rule set, without the parts a check does not need."""

import hashlib
import json

from llm_adapt.decide.advise import Adviser
from llm_adapt.decide.program import Program
from llm_adapt.decide.reasons import Reasons
from llm_adapt.decide.relevance import relevant
from llm_adapt.decide.tally import total
from llm_adapt.rules.advice import Status, Verdict
from llm_adapt.rules.check import Standing
from llm_adapt.rules.question import shown
from llm_adapt.rules.situation import Situation

NONE = "none"


def standing_of(program: Program, situation: Situation, strategy: str) -> Standing:
    """Where a strategy stands; empty for a project that holds no decision."""
    adviser = Adviser(program, situation)
    rules, verdict = program.rules, adviser.verdict()
    open_questions: tuple[str, ...] = ()
    if strategy and verdict is Verdict.UNDETERMINED:
        found = relevant(program, adviser.values, frozenset(adviser.values))
        open_questions = tuple(entry.question for entry in found)
    return Standing(
        ruleset=rules.name,
        version=rules.version,
        digest=rules.digest,
        answers=answers_digest(situation),
        strategy=strategy,
        first=adviser.first,
        verdict=verdict.value,
        status=status_of(adviser, strategy).value if strategy else "",
        possible=tuple(program.chart.names(adviser.possible)),
        reasons=_reasons(adviser, {strategy, adviser.first} - {NONE, ""}),
        open_questions=open_questions,
    )


def answers_digest(situation: Situation) -> str:
    """A digest of the answers; neither their order nor where they stand counts."""
    plain = {name: shown(value) for name, value in situation.values().items()}
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def status_of(adviser: Adviser, strategy: str) -> Status:
    """Where a strategy stands; `none` is a decision like any other."""
    if strategy == adviser.first:
        return Status.RECOMMENDED
    if strategy == NONE:
        return Status.VIABLE
    if strategy in adviser.vetoed:
        return Status.RULED_OUT
    scores = adviser.program.scores
    parts = adviser.program.rules.strategies[strategy].parts
    earned = all(total(scores[part], *adviser.state) >= 0 for part in parts)
    return Status.VIABLE if earned else Status.NOT_ADVISED


def _reasons(adviser: Adviser, strategies: set[str]) -> tuple[str, ...]:
    told = Reasons(adviser.program, adviser.values, adviser.state)
    return tuple(
        f"{strategy} {reason.effect} {reason.rule} {reason.strength}"
        for strategy in sorted(strategies)
        for reason in told.about(strategy)
    )
