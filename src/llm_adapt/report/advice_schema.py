"""The JSON Schema of the result, `llm-adapt/advice/v1`."""

from typing import Any

from llm_adapt.model.advice import Status, Verdict
from llm_adapt.report.json_v1 import SCHEMA

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
    source = _object(
        {"id": _TEXT, "title": _TEXT, "url": {"type": ["string", "null"]}, "date": _TEXT},
        grade={"enum": ["A", "B", "C", "D"]},
    )
    advised = _object(
        {"id": _TEXT, "title": _TEXT, "text": _TEXT, "first_step": _TEXT},
        tools=_list({"type": "object"}),
        sources=_list(source),
    )
    reason = _object(
        {
            "rule": _TEXT,
            "effect": {"enum": ["for", "against", "rules_out"]},
            "strength": {"enum": ["weak", "moderate", "strong", "decisive"]},
            "text": _TEXT,
            "answers": _ANSWERS,
            "sources": _list(source),
        }
    )
    place = _object(
        {
            "rank": {"type": "integer", "minimum": 1},
            "strategy": _TEXT,
            "status": {"enum": [status.value for status in Status]},
            "score": {"type": "integer"},
            "score_range": {
                "type": "array",
                "items": {"type": "integer"},
                "minItems": 2,
                "maxItems": 2,
            },
            "can_win": {"type": "boolean"},
            "reasons": _list(reason),
            "how": _list(advised),
            "warnings": _list(advised),
        },
        title=_TEXT,
        tied={"type": "boolean"},
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "llm-adapt advice, version 1",
        **_object(
            {
                "schema": {"const": SCHEMA},
                "ruleset": _object({"name": _TEXT, "version": _TEXT, "digest": _TEXT}),
                "verdict": {"enum": [verdict.value for verdict in Verdict]},
                "ranking": _list(place),
                "path": _list(
                    _object(
                        {
                            "node": _TEXT,
                            "text": _TEXT,
                            "result": {"enum": ["yes", "no", "unknown"]},
                            "answers": _ANSWERS,
                        }
                    )
                ),
                "plan": _list(
                    _object(
                        {
                            "step": {"type": "integer"},
                            "strategy": _TEXT,
                            "do": _TEXT,
                            "stop_when": _TEXT,
                            "go_on_when": _TEXT,
                        }
                    )
                ),
                "preparations": _list(advised),
                "ask_next": _list(
                    _object({"field": _TEXT, "why": _TEXT, "could_change": _list(_TEXT)})
                ),
                "flips": _list(
                    _object(
                        {
                            "to": _TEXT,
                            "changes": _list(_object({"field": _TEXT, "from": _ANY, "to": _ANY})),
                        }
                    )
                ),
                "article_differs": {
                    "anyOf": [
                        {"type": "null"},
                        _object({"strategy": _TEXT, "because": _TEXT}),
                    ]
                },
            },
            summary=_TEXT,
            data_plan=_list(advised),
            open_but_idle=_list(_TEXT),
            answers={"type": "object"},
        ),
    }
