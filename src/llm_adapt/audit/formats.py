"""What the columns of training data mean, and a `Row` made of what is written in them.

Formats are those that trainers take: Alpaca, ShareGPT, OpenAI messages, prompt and response,
preference pairs (DPO), judged answers (KTO), a text with its label, plain text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from llm_adapt.audit.row import Row, Side, Turn
from llm_adapt.rules.record import record

FORMATS = ("alpaca", "sharegpt", "messages", "prompt-response", "preference", "kto",
           "text-label", "text")  # fmt: skip
# What a column may be called, the likeliest name first.
NAMES: dict[str, tuple[str, ...]] = {
    "turns": ("messages", "conversations", "conversation", "dialogue", "dialog", "turns"),
    "chosen": ("chosen", "chosen_response", "preferred_output", "preferred"),
    "rejected": ("rejected", "rejected_response", "non_preferred_output", "dispreferred"),
    "instruction": ("instruction",),
    "input": ("input", "context"),
    "prompt": ("prompt", "question", "query", "input", "problem", "user", "instruction"),
    "output": ("output", "response", "completion", "answer", "target", "solution", "assistant",
               "reply", "label", "labels"),
    "text": ("text", "sentence", "utterance", "content", "review", "document"),
    "label": ("label", "category", "intent", "class", "labels", "sentiment", "target"),
    "system": ("system", "system_prompt"),
    "history": ("history",),
}  # fmt: skip
_ROLES = {
    "human": "user", "user": "user", "prompter": "user", "gpt": "assistant",
    "assistant": "assistant", "model": "assistant", "bot": "assistant", "chatgpt": "assistant",
    "function_call": "assistant",
    "system": "system", "developer": "system", "tool": "tool", "function": "tool",
    "observation": "tool", "function_response": "tool", "ipython": "tool",
}  # fmt: skip
_SPEAKERS = re.compile(r"(?:^|\n\n)(Human|Assistant): ?")
_TEXTS = ("content", "value", "text")


@record(frozen=True)
class Format:
    """A format, and which column plays which part."""

    name: str
    columns: Mapping[str, str]


def recognised(
    samples: Iterable[object], given: Mapping[str, str], name: str = ""
) -> Format | None:
    """The format that most of some rows have; nothing where nobody can know it.

    `given` are parts with the columns that the user says they stand in, `name` a format he says.
    """
    votes = Counter(
        (found.name, tuple(found.columns.items()))
        for raw in samples
        if (found := format_of(raw, given, name)) is not None
    )
    if not votes:
        return None
    (chosen, columns), _ = votes.most_common(1)[0]
    return Format(chosen, dict(columns))


def format_of(raw: object, given: Mapping[str, str], name: str = "") -> Format | None:
    """The format of one row by its columns."""
    if isinstance(raw, list):
        return Format("messages", {}) if _messages(raw) else None
    if not isinstance(raw, dict):
        return None
    has = {
        part: next((n for n in (given.get(part), *names) if n is not None and n in raw), "")
        for part, names in NAMES.items()
    }
    turns = raw.get(has["turns"])
    kinds = _fitting(raw, has, turns if isinstance(turns, list) else None, given)
    for kind, parts in kinds:
        if name in {"", kind} or {name, kind} == {"sharegpt", "messages"}:
            columns = {part: has[part] for part in parts if has[part] in raw}
            return Format(kind, columns)
    return None


def _fitting(
    raw: Mapping[str, Any],
    has: Mapping[str, str],
    turns: list[Any] | None,
    given: Mapping[str, str],
) -> list[tuple[str, tuple[str, ...]]]:
    """The formats whose columns are there, the likeliest first, each with its parts."""
    judged = isinstance(raw.get(has["label"]), bool)
    output = has["output"] and (has["output"] not in {"label", "labels"} or "output" in given)
    found: list[tuple[str, tuple[str, ...]]] = []
    if has["chosen"] and has["rejected"]:
        found.append(("preference", ("turns", "prompt", "chosen", "rejected", "system")))
    if turns is not None and (judged or "chosen" in raw):
        found.append(("kto", ("turns", "label", "system")))
    if turns is not None and _messages(turns):
        said = any("from" in turn for turn in turns if isinstance(turn, dict))
        found.append(("sharegpt" if said else "messages", ("turns", "system", "chosen")))
    if judged and has["prompt"] and output:
        found.append(("kto", ("prompt", "output", "label")))
    if has["instruction"] and output and not {"prompt"} & given.keys():
        found.append(("alpaca", ("instruction", "input", "output", "system", "history")))
    if has["prompt"] and output and has["prompt"] != has["output"]:
        found.append(("prompt-response", ("prompt", "output", "system")))
    if has["text"] and has["label"] and has["text"] != has["label"]:
        found.append(("text-label", ("text", "label")))
    if has["text"] and isinstance(raw.get(has["text"]), str | None):
        found.append(("text", ("text",)))
    return found


def _messages(turns: list[Any]) -> bool:
    return all(isinstance(turn, dict) and ({"role", "from"} & turn.keys()) for turn in turns)


def row_of(number: int, raw: Any, form: Format) -> Row | None:  # noqa: ANN401, PLR0911
    """A row of a format; nothing where what is written has not its columns."""
    if isinstance(raw, list):
        return _conversation(number, raw, {}) if _messages(raw) else None
    if not isinstance(raw, dict) or not _has_all(raw, form):
        return None
    columns = form.columns

    def said(part: str) -> str | None:
        return _text(raw.get(columns.get(part, "")))

    turns = raw.get(columns.get("turns", ""))
    match form.name:
        case "preference":
            return _pair(number, raw, columns)
        case "sharegpt" | "messages":
            if not isinstance(turns, list) or not _messages(turns):
                return None
            return _conversation(number, turns, raw, said("system"))
        case "kto" if "turns" in columns:
            made = _conversation(number, turns if isinstance(turns, list) else [], raw)
            made.label = said("label")
            return made
        case "alpaca":
            asked, before = said("instruction") or "", said("input") or ""
            prompt = f"{asked}\n{before}" if before else asked
            return Row(number, prompt, said("output"), input=before, fields=raw)
        case "prompt-response" | "kto":
            prompt = said("prompt") or ""
            return Row(number, prompt, said("output"), label=said("label"), fields=raw)
        case _:
            text = said("text") or ""
            return Row(number, text, None, answered=False, label=said("label"), fields=raw)


def _has_all(raw: Mapping[str, Any], form: Format) -> bool:
    needed = [form.columns[part] for part in _NEEDED[form.name] if part in form.columns]
    # Without its judgement a row is an answer, and no judged one.
    judged = form.name != "kto" or raw.get(form.columns.get("label", ""), "") is not None
    return judged and all(column in raw for column in needed)


# What a row must have to be of a format; the rest may be left out.
_NEEDED: dict[str, tuple[str, ...]] = {
    "alpaca": ("instruction",),
    "sharegpt": ("turns",),
    "messages": ("turns",),
    "prompt-response": ("prompt",),
    "preference": ("prompt", "chosen", "rejected"),
    "kto": ("turns", "prompt"),
    "text-label": ("text",),
    "text": ("text",),
}


def _text(value: object) -> str | None:
    """What is written, as text: the parts of a message joined; None for nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, map(_part, value)))
    if isinstance(value, dict):
        return _part(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _part(part: object) -> str | None:
    if not isinstance(part, dict):
        return _text(part)
    found = next((part[key] for key in _TEXTS if isinstance(part.get(key), str)), None)
    return found if found is not None else f"[{part['type']}]" if "type" in part else None


def _turn(raw: Mapping[str, Any]) -> Turn:
    role = str(raw.get("role", raw.get("from")))
    said = _text(next((raw[key] for key in _TEXTS if key in raw), None))
    calls = raw.get("tool_calls") or raw.get("function_call")
    if not said and calls:
        said = str(calls)
    return Turn(_ROLES.get(role.lower(), role), said or "")


def _conversation(
    number: int, raws: list[Any], fields: Mapping[str, Any], system: str | None = None
) -> Row:
    turns = tuple(_turn(raw) for raw in raws if isinstance(raw, dict))
    if system:
        turns = (Turn("system", system), *turns)
    asked, output = _last_answer(turns)
    return Row(number, asked, output, turns=turns, fields=fields)


def _last_answer(turns: tuple[Turn, ...]) -> tuple[str, str | None]:
    """What stands before the last answer, and that answer; no answer where another has the word."""
    ends = bool(turns) and turns[-1].role == "assistant"
    before = turns[:-1] if ends else turns
    return "\n".join(turn.text for turn in before), turns[-1].text if ends else None


def _pair(number: int, raw: Mapping[str, Any], columns: Mapping[str, str]) -> Row:
    asked: tuple[Turn, ...] = ()
    before = raw.get(columns.get("turns", ""))
    if isinstance(before, list):
        asked = tuple(_turn(turn) for turn in before if isinstance(turn, dict))
    if not asked and "prompt" in columns:
        asked = (Turn("user", _text(raw.get(columns["prompt"])) or ""),)
    chosen, rejected = (_side(raw.get(columns[part]), asked) for part in ("chosen", "rejected"))
    turns = chosen.turns or (*asked, Turn("assistant", chosen.answer))
    pair = (chosen, rejected)
    return Row(number, chosen.prompt, chosen.answer, turns=turns, pair=pair, fields=raw)


def _side(value: object, asked: tuple[Turn, ...]) -> Side:
    """One answer of a pair: messages, a transcript with speakers, or the answer alone."""
    turns: tuple[Turn, ...] = ()
    if isinstance(value, list) and _messages(value):
        turns = tuple(map(_turn, value))
    elif isinstance(value, dict):
        turns = (_turn(value),) if {"role", "from"} & value.keys() else ()
    elif isinstance(value, str) and len(said := _SPEAKERS.split(value)) > 2:  # noqa: PLR2004
        pairs = zip(said[1::2], said[2::2], strict=True)
        turns = tuple(Turn("user" if who == "Human" else "assistant", text) for who, text in pairs)
    if not turns:
        return Side("\n".join(turn.text for turn in asked), _text(value) or "")
    whole = (*asked, *turns) if len(turns) == 1 else turns
    prompt, answer = _last_answer(whole)
    return Side(prompt, answer or "", whole)
