"""How a decision stands in its rule set, and every finding about it, its owner and its dates."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from llm_adapt.decide.advice import Adviser
from llm_adapt.decide.program import Program
from llm_adapt.files.findings import noted
from llm_adapt.report.phrases import counted, listed, strategy_words
from llm_adapt.rules.advice import Status, Verdict
from llm_adapt.rules.check import Standing
from llm_adapt.rules.finding import Finding, Fix
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.number import shifted
from llm_adapt.rules.outlook import Outlook, Stability
from llm_adapt.rules.project import Decision, Project
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import nearest, shown
from llm_adapt.usecases.advise import inquire

NONE = "none"
_REVIEW = 180
_TOLD = 5
_BEHIND = {Status.VIABLE.value: "C203", Status.NOT_ADVISED.value: "C202"}


def standing_of(program: Program, situation: Situation, strategy: str) -> Standing:
    """Where a strategy stands; empty for a project that holds no decision."""
    adviser = Adviser(program, situation)
    if all(name in adviser.values for name in program.atoms.masks):
        # All that a rule looks at is answered: there is nothing to search for.
        outlook = Outlook((adviser.first,), (), Stability(1.0, 0, "proved"))
    else:
        outlook = inquire(program, situation).outlook()
    rules, verdict = program.rules, adviser.verdict(outlook)
    # Neither the order of answers counts nor where they stand.
    plain = {name: shown(value) for name, value in adviser.values.items()}
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    open_questions: tuple[str, ...] = ()
    stability: tuple[float, int] | None = None
    if strategy and verdict is Verdict.UNDETERMINED:
        open_questions = tuple(entry.question for entry in outlook.open)
        stability = outlook.stability.share, outlook.stability.completions
    return Standing(
        ruleset=rules.name,
        version=rules.version,
        digest=rules.digest,
        answers=hashlib.sha256(canonical.encode()).hexdigest()[:16],
        strategy=strategy,
        first=adviser.first,
        verdict=verdict.value,
        status=adviser.status(strategy).value if strategy else "",
        possible=outlook.possible,
        reasons=tuple(
            f"{name} {reason.effect} {reason.rule} {reason.strength}"
            for name in sorted({strategy, adviser.first} - {NONE, ""})
            for reason in adviser.reasons.about(name)
        ),
        open_questions=open_questions,
        stability=stability,
    )


def unknown_strategy(decision: Decision, rules: RuleSet) -> Finding | None:
    """A finding when the rule set has no such strategy."""
    known = [*rules.strategies, NONE]
    if decision.strategy in known:
        return None
    hint = nearest(decision.strategy, known) or f"it has {', '.join(known)}"
    message = f"{rules.name} {rules.version} has no strategy {decision.strategy}"
    return noted("C104", message, decision.where("strategy"), decision.strategy, hint)


def decision_findings(decision: Decision, standing: Standing, rules: RuleSet) -> Iterator[Finding]:
    """Everything there is to say about a decision that names a strategy of the rule set."""
    name, dissent, where = decision.strategy, decision.dissent, decision.where("strategy")
    chosen, first = strategy_words(rules, name), strategy_words(rules, standing.first)
    ahead = f"{first} ({standing.first})"
    if standing.status == Status.RULED_OUT.value:
        message = f"{chosen} ({name}) is ruled out: {_vetoes(standing)}; first is {ahead}"
        yield noted("C201", message, where, name)
    elif standing.status in _BEHIND and dissent is None:
        code = _BEHIND[standing.status]
        against = " and the arguments speak against it" if code == "C202" else ""
        message = f"{chosen} ({name}) is not first{against}: first is {ahead}"
        yield noted(code, message, where, name, _first_hint(standing.first, standing.verdict))
    if dissent is not None and standing.first == name:
        yield noted("C204", f"{chosen} ({name}) stands first by itself", dissent.where(), name)
    elif dissent is not None and dissent.against and dissent.against != standing.first:
        message = f"the dissent argues against {dissent.against}, but first is {ahead}"
        yield noted("C205", message, dissent.where(), name)
    if standing.verdict == Verdict.UNDETERMINED.value:
        yield _open(decision, standing, rules)


def _vetoes(standing: Standing) -> str:
    start = f"{standing.strategy} rules_out "
    rules = [reason.split(" ")[2] for reason in standing.reasons if reason.startswith(start)]
    return f"by {listed(rules)}"


def _first_hint(first: str, verdict: str) -> str:
    if verdict == Verdict.UNDETERMINED.value:
        return "answer the open questions first: they could still put it back in first place"
    return f"set strategy: {first}, or say why not: dissent: {{reason: ..., against: {first}}}"


def _open(decision: Decision, standing: Standing, rules: RuleSet) -> Finding:
    others = [name for name in standing.possible if name != decision.strategy]
    names = list(standing.open_questions)
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    message = (
        f"open questions could still put {listed(others, 'or')} first: "
        f"{', '.join(names[:_TOLD])}{more}"
    )
    if standing.stability is not None:
        message = f"{stability_words(standing)}; {message}"
    best = rules.questions[names[0]].ask if names else ""
    hint = f"answer {names[0]} first: {best}" if names else ""
    return noted("C206", message, decision.where("strategy"), decision.strategy, hint)


def stability_words(standing: Standing) -> str:
    """In how many of the plausible ways to answer the rest the first place stays."""
    share, looked_at = standing.stability or (0.0, 0)
    kept = round(share * looked_at)
    verb = "holds" if standing.first == standing.strategy else "first place stays"
    return f"{verb} in {kept} of {looked_at} plausible completions"


def date_findings(project: Project, as_of: date, due_within: int) -> Iterator[Finding]:
    """A review that is overdue or due, a decision of the future, and nobody who owns it."""
    decision = project.decision
    if decision is not None and not decision.by:
        yield noted("C801", "the decision has no owner", decision.where(), "by", "add by: ...")
    if decision is not None and decision.since and (decision.since - as_of).days > 1:
        message = f"the decision is of {decision.since}, after the day of the check, {as_of}"
        yield noted("C803", message, decision.where("since"), "since")
    if project.review_by is None:
        yield noted("C802", "the decision has no review date", project.where(), "review_by")
        return
    left, where = (project.review_by - as_of).days, project.where("review_by")
    if left < 0:
        message = f"the review was due on {project.review_by}, {counted(-left, 'day')} ago"
        told = noted("C401", message, where, "review_by")
        # As long again as it was put off the last time.
        since = decision.since if decision and decision.since else None
        days = (project.review_by - since).days if since and since < project.review_by else _REVIEW
        again = shifted(as_of, days).isoformat()
        yield replace(told, fix=Fix(project.file, (*project.path, "review_by"), again))
    elif left <= due_within:
        when = f"in {counted(left, 'day')}" if left else "today"
        message = f"the review is due on {project.review_by}, {when}"
        yield noted("C402", message, where, "review_by")
