"""The JSON Schema of the result, `llm-adapt/advice/v1`."""

from typing import Any

from llm_adapt.report.json_v1 import SCHEMA
from llm_adapt.rules.advice import Status, Verdict
from llm_adapt.rules.model import Strength
from llm_adapt.rules.situation import Origin

_TEXT = {"type": "string"}
_ANY = {"type": ["string", "number", "boolean", "array", "null"]}
_ANSWERS = {"type": "object", "additionalProperties": _ANY}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def advice_schema() -> dict[str, Any]:
    """The schema; readers must accept keys it does not name, as later versions may add some."""
    differs = _object({"strategy": _TEXT, "because": _TEXT})
    body = _object(
        {
            "schema": {"const": SCHEMA},
            "ruleset": _object({"name": _TEXT, "version": _TEXT, "digest": _TEXT}),
            "verdict": {"enum": [verdict.value for verdict in Verdict]},
            "ranking": _list(_place()),
            "path": _list(_node()),
            "plan": _list(_step()),
            "preparations": _list(_ADVISED),
            "ask_next": _list(
                _object(
                    {"field": _TEXT, "why": _TEXT, "could_change": _list(_TEXT)},
                    ask=_TEXT,
                    undecided={"type": "boolean"},
                )
            ),
            "flips": _list(_flip()),
            "article_differs": {"anyOf": [{"type": "null"}, differs]},
        },
        summary=_TEXT,
        data_plan=_list(_ADVISED),
        open_but_idle=_list(_TEXT),
        flips_undecided=_list(_TEXT),
        answers={
            "type": "object",
            "additionalProperties": _object(
                {"value": _ANY, "origin": {"enum": [origin.value for origin in Origin]}}
            ),
        },
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "llm-adapt advice, version 1",
        **body,
    }


def _place() -> dict[str, Any]:
    score = {"type": "integer"}
    return _object(
        {
            "rank": {"type": "integer", "minimum": 1},
            "strategy": _TEXT,
            "status": {"enum": [status.value for status in Status]},
            "score": score,
            "score_range": {"type": "array", "items": score, "minItems": 2, "maxItems": 2},
            "can_win": {"type": "boolean"},
            "reasons": _list(_reason()),
            "how": _list(_ADVISED),
            "warnings": _list(_ADVISED),
        },
        title=_TEXT,
        tied={"type": "boolean"},
        takes={"anyOf": [_takes(), {"type": "null"}]},
    )


def _takes() -> dict[str, Any]:
    ends = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    span = _object({"range": ends, "unit": _TEXT, "sources": _list(_SOURCE)})
    known = {"anyOf": [span, {"type": "null"}]}
    amounts = ("first_version", "production", "once_usd", "monthly_usd")
    return _object(
        {
            **dict.fromkeys(amounts, known),
            "skills": _list(_TEXT),
            "assumes": _list(_TEXT),
            "estimates": {"type": "object", "additionalProperties": span},
        }
    )


def _reason() -> dict[str, Any]:
    return _object(
        {
            "rule": _TEXT,
            "effect": {"enum": ["for", "against", "rules_out"]},
            "strength": {"enum": [strength.value for strength in Strength]},
            "text": _TEXT,
            "answers": _ANSWERS,
            "sources": _list(_SOURCE),
        }
    )


def _node() -> dict[str, Any]:
    result = {"enum": ["yes", "no", "unknown"]}
    return _object(
        {"node": _TEXT, "text": _TEXT, "result": result, "answers": _ANSWERS},
        walk=_TEXT,
        because=_TEXT,
        to=_TEXT,
    )


def _step() -> dict[str, Any]:
    return _object(
        {
            "step": {"type": "integer", "minimum": 1},
            "strategy": _TEXT,
            "do": _TEXT,
            "stop_when": _TEXT,
            "go_on_when": _TEXT,
        },
        id=_TEXT,
    )


def _flip() -> dict[str, Any]:
    change = _object({"field": _TEXT, "from": _ANY, "to": _ANY})
    return _object({"to": _TEXT, "changes": _list(change)})


_SOURCE = _object(
    {"id": _TEXT, "title": _TEXT, "url": {"type": ["string", "null"]}, "date": _TEXT},
    grade={"enum": ["A", "B", "C", "D"]},
)
_ADVISED = _object(
    {"id": _TEXT, "title": _TEXT, "text": _TEXT, "first_step": _TEXT},
    tools=_list({"type": "object"}),
    sources=_list(_SOURCE),
)
