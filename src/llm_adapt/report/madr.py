"""A decision record in the form of MADR 4, from a project and its result."""

import hashlib
from collections.abc import Iterable, Iterator

from llm_adapt.report.borders import front_matter
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.phrases import cited, spaced, stopped, strategy_words
from llm_adapt.rules.advice import Reason, Verdict
from llm_adapt.rules.check import Standing
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import Project
from llm_adapt.rules.record import record
from llm_adapt.rules.words import answer_words

_MARK = "<!-- llm-adapt record "
_WORD = {"for": "Good", "against": "Bad", "rules_out": "Ruled out"}


@record(frozen=True)
class Option:
    """A strategy as it was considered: where it stands and what speaks about it."""

    strategy: str
    status: str
    reasons: tuple[Reason, ...]


def record_text(
    project: Project,
    standing: Standing,
    options: list[Option],
    answers: dict[str, Plain],
    rules: RuleSet,
) -> str:
    """The whole record; its last line tells later whether it still keeps step."""
    parts = [
        *_head(project, standing, rules),
        *_context(project, answers, rules),
        *_outcome(project, standing, options, rules),
        *_confirmation(project),
        *_options(options, rules),
        *_more(project, standing),
    ]
    body = "\n".join(parts) + "\n"
    # The rule set may change without changing anything here: its digest is no part of the mark.
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    return f"{body}\n{_MARK}{mark} by rules {standing.digest} -->\n"


def record_mark(text: str) -> str:
    """The mark that a record carries, or nothing: what stands around it may be edited."""
    start = text.rfind(_MARK)
    return text[start + len(_MARK) :].partition(" ")[0] if start >= 0 else ""


def _head(project: Project, standing: Standing, rules: RuleSet) -> Iterator[str]:
    decision = project.decision
    yield "---"
    undetermined = standing.verdict == Verdict.UNDETERMINED.value
    yield f"status: {'proposed' if undetermined else 'accepted'}"
    if decision and decision.since:
        yield f"date: {decision.since}"
    if decision and decision.by:
        yield f"decision-makers: {front_matter(decision.by)}"
    yield "---"
    yield from ("", "<!-- markdownlint-disable MD013 -->", "")
    yield f"# How {escaped(project.name)} adapts its model: {_title(rules, standing.strategy)}"


def _context(project: Project, answers: dict[str, Plain], rules: RuleSet) -> Iterator[str]:
    yield from ("", "## Context and Problem Statement", "")
    name = escaped(project.name)
    yield f"{name} needs a language model to do more than it does out of the box. Known of it:"
    yield ""
    for field, value in answers.items():
        question = rules.questions[field]
        yield f"* {escaped(question.ask)} {escaped(answer_words(question, value))}"
    drivers = [assumption.says for assumption in project.assumptions if assumption.says]
    if drivers:
        yield from ("", "## Decision Drivers", "")
        yield from (f"* {escaped(says)}" for says in drivers)


def _outcome(
    project: Project, standing: Standing, options: list[Option], rules: RuleSet
) -> Iterator[str]:
    yield from ("", "## Considered Options", "")
    yield from (f"* {_title(rules, option.strategy)}" for option in options)
    if standing.strategy not in {option.strategy for option in options}:
        yield f"* {_title(rules, standing.strategy)}"
    yield from ("", "## Decision Outcome", "")
    dissent = project.decision.dissent if project.decision else None
    chosen, first = _title(rules, standing.strategy), _title(rules, standing.first)
    if dissent is not None:
        why = f"against the advice, which puts {first} first: {escaped(dissent.reason)}"
    else:
        why = f"because it is {spaced(standing.status)} by the rule set"
    yield f'Chosen option: "{chosen}", {stopped(why)}'
    reasons = next((o.reasons for o in options if o.strategy == standing.strategy), ())
    if reasons:
        yield from ("", "### Consequences", "")
        yield from _reasons(reasons)


def _confirmation(project: Project) -> Iterator[str]:
    yield from ("", "### Confirmation", "")
    yield "`llm-adapt check` confirms this decision in CI, and with it:"
    yield ""
    for assumption in project.assumptions:
        yield f"* {escaped(assumption.id)}, measured by {escaped(assumption.evidence.path)}"
    yield "* that the rules still put it where they put it when it was taken"
    if project.review_by:
        yield f"* that it is looked at again by {project.review_by}"


def _options(options: list[Option], rules: RuleSet) -> Iterator[str]:
    yield from ("", "## Pros and Cons of the Options")
    for option in options:
        yield from ("", f"### {_title(rules, option.strategy)}", "")
        yield f"{spaced(option.status).capitalize()}."
        if option.reasons:
            yield ""
            yield from _reasons(option.reasons)


def _more(project: Project, standing: Standing) -> Iterator[str]:
    yield from ("", "## More Information", "")
    yield (
        f"Advice of llm-adapt with the rule set {escaped(standing.ruleset)} "
        f"{escaped(standing.version)}, verdict: {standing.verdict}. "
        f"`llm-adapt explain` tells more about each rule named here. Written by "
        f"`llm-adapt record` from {escaped(project.file.rpartition('/')[2])}."
    )


def _reasons(reasons: Iterable[Reason]) -> Iterator[str]:
    """Each sentence once: what speaks for one part and against another is neither good nor bad."""
    told: dict[str, list[Reason]] = {}
    for reason in reasons:
        told.setdefault(reason.text, []).append(reason)
    for text, same in told.items():
        effects = list(dict.fromkeys(reason.effect for reason in same))
        word = _WORD[effects[0]] if len(effects) == 1 else "Neutral"
        sources = "; ".join(dict.fromkeys(cited(s) for reason in same for s in reason.sources))
        names = ", ".join(dict.fromkeys(reason.rule for reason in same))
        behind = f"{names}: {sources}" if sources else names
        yield f"* {word}, because: {escaped(text).rstrip('.')}. ({escaped(behind)})"


def _title(rules: RuleSet, strategy: str) -> str:
    return escaped(strategy_words(rules, strategy))
