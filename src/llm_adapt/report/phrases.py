"""Answers, numbers, strategies and sources in the words of a sentence."""

from collections.abc import Iterable

from llm_adapt.model.advice import Change, Citation
from llm_adapt.model.plain import Plain
from llm_adapt.model.question import Question
from llm_adapt.model.ruleset import RuleSet

NONE = "none"
NOBODY = "None of these yet"
GRADES = {
    "A": "several studies, or the primary source",
    "B": "one study",
    "C": "advice",
    "D": "anecdote or our own judgement",
}
STATUS = {
    "recommended": "recommended",
    "viable": "viable",
    "not_advised": "not advised",
    "ruled_out": "ruled out",
}
EFFECT = {"for": "for", "against": "against", "rules_out": "rules out"}
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def number_words(value: float) -> str:
    """`5000000000` as `5 billion`, `1234` as `1,234`, `0.85` as `0.85`."""
    for size, word in _SCALES:
        if abs(value) >= size:
            return f"{value / size:.4g} {word}"
    return f"{int(value):,}" if value == int(value) else f"{value:.4g}"


def raw_words(value: Plain) -> str:
    """An answer as a file would write it, with long numbers made readable."""
    if value is None:
        return "unknown"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "nothing"
    if isinstance(value, bool | str | dict):
        return str(value)
    return number_words(value)


def answer_words(question: Question | None, value: Plain) -> str:
    """An answer as a person would say it, with its unit."""
    if question is None or value is None:
        return raw_words(value)
    if value == "n/a":
        return "does not apply"
    if isinstance(value, list):
        return ", ".join(question.values.get(str(item), str(item)) for item in value) or "nothing"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{number_words(value)} {question.unit}".rstrip()
    return question.values.get(str(value), str(value))


def change_words(question: Question | None, change: Change) -> str:
    """A changed answer: what it is now, and what it would have to be."""
    before, after = change.before, change.after
    if isinstance(before, list) and isinstance(after, list):
        more = [item for item in after if item not in before]
        less = [item for item in before if item not in after]
        said = [f"also: {answer_words(question, more)}"] if more else []
        said += [f"without: {answer_words(question, less)}"] if less else []
        return "; ".join(said)
    return f"{answer_words(question, before)} -> {answer_words(question, after)}"


def strategy_words(rules: RuleSet, name: str) -> str:
    """The title of a strategy."""
    if name == NONE:
        return NOBODY
    return rules.strategies[name].title if name in rules.strategies else name


def cited(citation: Citation) -> str:
    """A source in brief; the full entry stands in the list of sources."""
    return f"{citation.id} ({citation.grade}, {citation.date})"


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    known = list(words)
    if len(known) < 2:  # noqa: PLR2004 (one word needs no joining)
        return "".join(known)
    return f"{', '.join(known[:-1])} {last} {known[-1]}"


def counted(count: int, noun: str) -> str:
    """`1 question`, `3 questions`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def stopped(text: str) -> str:
    """The text with a full stop, unless it ends in a mark of its own."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
