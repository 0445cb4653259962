"""What a trainer will do with rows: kinds of rows that trainers treat each in their own way."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import pairwise

from llm_adapt.audit.check import RowRule
from llm_adapt.audit.formats import NAMES
from llm_adapt.audit.row import Row

Test = Callable[[Row], str | None]
_CALLS = ("tool_calls", "function_call")
_ASKS, _SAYS = {"user", "tool"}, {"assistant"}


def checks(fates: Mapping[str, Sequence[str]], length: int | None) -> list[RowRule]:
    """A check for each fate of rows; no more is said of one that is stopped at or left out.

    Args:
        fates: By rule (`trainer-drops`), the kinds of rows; `long` are those beyond the length.
        length: What the trainer takes of a row, in tokens.
    """
    found: list[RowRule] = []
    gone: list[Test] = []
    for rule, kinds in fates.items():
        tests = [KINDS[kind] for kind in kinds if kind != "long"]
        if "long" in kinds and length is not None:
            tests.append(partial(_long, length))
        found.append(RowRule(rule, partial(_first, tests, tuple(gone))))
        gone += tests if rule in {"trainer-stops", "trainer-drops"} else []
    return found


def _first(tests: Sequence[Test], gone: Sequence[Test], row: Row) -> str | None:
    said = next((said for test in tests if (said := test(row)) is not None), None)
    return None if said is not None and any(test(row) is not None for test in gone) else said


def _long(length: int, row: Row) -> str | None:
    return f"{row.tokens:,} tokens: {row.text}" if row.tokens > length else None


def _no_answer(row: Row) -> str | None:
    missing = row.answered and row.output is None and not row.turns
    return f"no answer to: {row.prompt}" if missing else None


def _null_prompt(row: Row) -> str | None:
    talk = row.turns and not row.pair
    return None if row.prompt or talk or None not in row.fields.values() else "null for a text"


def _null_side(row: Row) -> str | None:
    """A side of a pair that is null, or a list of no messages."""
    names = (name for side in ("chosen", "rejected") for name in NAMES[side])
    null = row.pair and any(row.fields.get(name, "") in (None, []) for name in names)
    return f"null for an answer to: {row.prompt}" if null else None


def _prompt_inside(row: Row) -> str | None:
    """A pair of texts whose prompt stands in them, not in a column of its own."""
    apart = any(name in row.fields for name in (*NAMES["prompt"], *NAMES["turns"]))
    texts = row.pair and not any(isinstance(said, list | dict) for said in row.fields.values())
    return f"no prompt beside: {row.text}" if texts and not apart else None


def _prompts_apart(row: Row) -> str | None:
    """Two conversations, written as messages, that differ from the first one on."""
    written = all(isinstance(row.fields.get(side), list) for side in ("chosen", "rejected"))
    first = [side.turns[0].text for side in row.pair if side.turns and written]
    return " / ".join(first) if len(set(first)) > 1 else None


def _empty_text(row: Row) -> str | None:
    return None if row.answered or row.prompt else "an empty text"


def _empty_answer(row: Row) -> str | None:
    empty = any(not answer.strip() for answer in row.answers)
    return f"an empty answer to: {row.prompt}" if empty else None


def _no_assistant(row: Row) -> str | None:
    silent = row.turns and not row.pair and all(t.role != "assistant" for t in row.turns)
    return f"nothing by the assistant: {row.prompt}" if silent else None


def _silent(row: Row, *, roles: Collection[str] = (), null: bool = False) -> str | None:
    """A message as it is written that has no content and calls nothing; a blank is content."""
    listed = next((held for held in row.fields.values() if isinstance(held, list)), [])
    for message in listed if row.turns else ():
        if not isinstance(message, Mapping) or any(message.get(call) for call in _CALLS):
            continue
        role = message.get("role", message.get("from"))
        said = message.get("content", message.get("value"))
        if (said is None if null else not said) and (not roles or role in roles):
            return f"a message of the {role} without content"
    return None


def _no_messages(row: Row) -> str | None:
    said = row.turns or row.pair or row.prompt
    return None if said or [] not in row.fields.values() else "a list of no messages"


def _no_turns(row: Row) -> str | None:
    silent = row.answered and row.output is None and not row.pair
    return "no turns" if silent and all(turn.role == "system" for turn in row.turns) else None


def _ends_unanswered(row: Row) -> str | None:
    roles = [turn.role for turn in row.turns if turn.role != "system"]
    if len(roles) == 1:
        return None if roles == ["user"] else f"nothing but a turn of the {roles[0]}"
    return f"the last turn is of the {roles[-1]}" if roles and roles[-1] != "assistant" else None


def _tool_out_of_place(row: Row) -> str | None:
    pairs = pairwise(turn.role for turn in row.turns)
    wrong = {("user", "tool"), ("tool", "user")}
    return next((f"a {two} turn follows a {one} turn" for one, two in pairs if (one, two) in wrong),
                None)  # fmt: skip


def _turns_unpaired(row: Row) -> str | None:
    """Who asks and who says take turns, from the one who asks on; a pair may end with a request."""
    turns = row.turns[1:] if row.turns and row.turns[0].role == "system" else row.turns
    for index, turn in enumerate(turns):
        if turn.role not in (_ASKS, _SAYS)[index % 2]:
            return f"turn {index + 1} is of the {turn.role}: {turn.text}"
    paired = len(turns) % 2 == 0 and (turns or not row.turns)
    return None if paired or row.pair else "no answer at the end"


KINDS: dict[str, Test] = {
    "no-answer": _no_answer,
    "null-prompt": _null_prompt,
    "null-side": _null_side,
    "prompt-inside": _prompt_inside,
    "prompts-apart": _prompts_apart,
    "empty-text": _empty_text,
    "empty-answer": _empty_answer,
    "no-assistant": _no_assistant,
    "no-messages": _no_messages,
    "no-turns": _no_turns,
    "message-without-content": _silent,
    "message-null": partial(_silent, null=True),
    "assistant-without-content": partial(_silent, roles=("assistant",)),
    "ends-unanswered": _ends_unanswered,
    "tool-out-of-place": _tool_out_of_place,
    "turns-unpaired": _turns_unpaired,
}
