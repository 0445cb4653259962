"""Whether the decision still stands first, and whether a dissent from it is still in order."""

from collections.abc import Iterator

from llm_adapt.files.faults import nearest
from llm_adapt.report.phrases import listed, strategy_words
from llm_adapt.rules.advice import Status, Verdict
from llm_adapt.rules.check import Noted, Standing, noted
from llm_adapt.rules.project import Decision
from llm_adapt.rules.ruleset import RuleSet

NONE = "none"
_TOLD = 5
_BEHIND = {Status.VIABLE.value: "C203", Status.NOT_ADVISED.value: "C202"}


def unknown_strategy(decision: Decision, rules: RuleSet) -> Noted | None:
    """A finding when the rule set has no such strategy."""
    known = [*rules.strategies, NONE]
    if decision.strategy in known:
        return None
    hint = nearest(decision.strategy, known) or f"it has {', '.join(known)}"
    message = f"{rules.name} {rules.version} has no strategy {decision.strategy}"
    return noted("C104", message, decision.where, decision.strategy, hint)


def decision_findings(decision: Decision, standing: Standing, rules: RuleSet) -> Iterator[Noted]:
    """Everything there is to say about a decision that names a strategy of the rule set."""
    name, dissent = decision.strategy, decision.dissent
    chosen, first = strategy_words(rules, name), strategy_words(rules, standing.first)
    ahead = f"{first} ({standing.first})"
    if standing.status == Status.RULED_OUT.value:
        message = f"{chosen} ({name}) is ruled out: {_vetoes(standing)}; first is {ahead}"
        yield noted("C201", message, decision.where, name)
    elif standing.status in _BEHIND and dissent is None:
        code = _BEHIND[standing.status]
        against = " and the arguments speak against it" if code == "C202" else ""
        message = f"{chosen} ({name}) is not first{against}: first is {ahead}"
        hint = _first_hint(standing.first, standing.verdict)
        yield noted(code, message, decision.where, name, hint)
    if dissent is not None and standing.first == name:
        yield noted("C204", f"{chosen} ({name}) stands first by itself", dissent.where, name)
    elif dissent is not None and dissent.against and dissent.against != standing.first:
        message = f"the dissent argues against {dissent.against}, but first is {ahead}"
        yield noted("C205", message, dissent.where, name)
    if standing.verdict == Verdict.UNDETERMINED.value:
        yield _open(decision, standing, rules)


def _vetoes(standing: Standing) -> str:
    rules = [
        reason.split(" ")[2]
        for reason in standing.reasons
        if reason.startswith(f"{standing.strategy} rules_out ")
    ]
    return f"by {listed(rules)}"


def _first_hint(first: str, verdict: str) -> str:
    if verdict == Verdict.UNDETERMINED.value:
        return "answer the open questions first: they could still put it back in first place"
    return f"set strategy: {first}, or say why not: dissent: {{reason: ..., against: {first}}}"


def _open(decision: Decision, standing: Standing, rules: RuleSet) -> Noted:
    others = [name for name in standing.possible if name != decision.strategy]
    names = list(standing.open_questions)
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    message = (
        f"open questions could still put {listed(others, 'or')} first: "
        f"{', '.join(names[:_TOLD])}{more}"
    )
    best = rules.questions[names[0]].ask if names else ""
    hint = f"answer {names[0]} first: {best}" if names else ""
    return noted("C206", message, decision.where, decision.strategy, hint)
