"""The result for programs: schema `llm-adapt/advice/v1`. Keys may be added, never changed."""

import json
from collections.abc import Mapping
from typing import Any

from llm_adapt.rules.advice import (
    Advice,
    Advised,
    Citation,
    Passed,
    Place,
    Reason,
    Span,
    Step,
    Takes,
)

SCHEMA = "llm-adapt/advice/v1"


def advice_data(advice: Advice) -> dict[str, Any]:
    """The advice as plain data, in the published shape."""
    differs = advice.article_differs
    return {
        "schema": SCHEMA,
        "ruleset": {
            "name": advice.ruleset,
            "version": advice.version,
            "digest": advice.digest,
        },
        "verdict": advice.verdict.value,
        "summary": advice.summary,
        "ranking": [_place(place) for place in advice.ranking],
        "path": [_passed(node) for node in advice.path],
        "plan": [_step(step) for step in advice.plan],
        "preparations": [_advised(item) for item in advice.preparations],
        "data_plan": [_advised(item) for item in advice.data_plan],
        "ask_next": [
            {
                "field": ask.field,
                "ask": ask.ask,
                "why": ask.why,
                "could_change": list(ask.could_change),
                "undecided": ask.undecided,
            }
            for ask in advice.ask_next
        ],
        "open_but_idle": list(advice.open_but_idle),
        "flips": [
            {
                "to": flip.to,
                "changes": [
                    {"field": change.field, "from": change.before, "to": change.after}
                    for change in flip.changes
                ],
            }
            for flip in advice.flips
        ],
        "flips_undecided": list(advice.flips_undecided),
        "article_differs": differs and {"strategy": differs.strategy, "because": differs.because},
        "answers": {
            name: {"value": value, "origin": advice.origins[name]}
            for name, value in advice.answers.items()
        },
    }


def advice_json(advice: Advice) -> str:
    """The advice as JSON text, the same bytes for the same advice."""
    return json.dumps(advice_data(advice), indent=2, ensure_ascii=False) + "\n"


def _passed(node: Passed) -> dict[str, Any]:
    return {
        "node": node.node,
        "walk": node.walk,
        "text": node.text,
        "result": node.result,
        "because": node.because,
        "to": node.to,
        "answers": dict(node.answers),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "step": step.step,
        "id": step.id,
        "strategy": step.strategy,
        "do": step.do,
        "stop_when": step.stop_when,
        "go_on_when": step.go_on_when,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "rank": place.rank,
        "strategy": place.strategy,
        "title": place.title,
        "status": place.status.value,
        "score": place.score,
        "score_range": list(place.score_range),
        "can_win": place.can_win,
        "tied": place.tied,
        "reasons": [_reason(reason) for reason in place.reasons],
        "how": [_advised(item) for item in place.how],
        "warnings": [_advised(item) for item in place.warnings],
        "takes": place.takes and _takes(place.takes),
    }


def _takes(takes: Takes) -> dict[str, Any]:
    return {
        "first_version": _span(takes.first_version),
        "production": _span(takes.production),
        "once_usd": _span(takes.once_usd),
        "monthly_usd": _span(takes.monthly_usd),
        "skills": list(takes.skills),
        "assumes": list(takes.assumes),
        "estimates": {title: _span(span) for title, span in takes.estimates.items()},
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    sources = [_source(source) for source in span.sources]
    return {"range": [span.low, span.high], "unit": span.unit, "sources": sources}


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "effect": reason.effect,
        "strength": reason.strength,
        "text": reason.text,
        "answers": dict(reason.answers),
        "sources": [_source(source) for source in reason.sources],
    }


def _source(source: Citation) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": source.title,
        "url": source.url,
        "date": source.date,
        "grade": source.grade,
    }


def _advised(item: Advised) -> Mapping[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "text": item.text,
        "first_step": item.first_step,
        "tools": [dict(tool) for tool in item.tools],
        "sources": [_source(source) for source in item.sources],
    }
