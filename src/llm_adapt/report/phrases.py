"""Answers, numbers, strategies and sources in the words of a sentence."""

from collections.abc import Iterable, Mapping

from llm_adapt.rules.advice import Change, Citation, Span
from llm_adapt.rules.model import Question, RuleSet
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.words import answer_words, number_words, raw_words

NONE = "none"
NOBODY = "None of these yet"
GRADES = {
    "A": "several studies, or the primary source",
    "B": "one study",
    "C": "advice",
    "D": "anecdote or our own judgement",
}


def spaced(name: str) -> str:
    """A name of ours in words: `not_advised` as `not advised`."""
    return name.replace("_", " ")


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


def answers_words(answers: Mapping[str, Plain]) -> str:
    """The answers that something looked at, by name."""
    return ", ".join(f"{name}: {raw_words(value)}" for name, value in answers.items())


def cited(citation: Citation) -> str:
    """A source in brief; the full entry stands in the list of sources."""
    return f"{citation.id} ({citation.grade}, {citation.date})"


def span_words(span: Span) -> str:
    """A range with its unit: `3 to 10 days`, `USD 0 to 500`."""
    money = span.unit.startswith("USD")
    # Nobody counts cents in what a project takes.
    counted_in = (max(round(v), v > 0) if money else v for v in span.range)
    # Three digits say all that the range of an estimate can mean.
    low, high = (number_words(float(f"{v:.3g}")) for v in counted_in)
    ends = low if low == high else f"{low} to {high}"
    return f"USD {ends}{span.unit.removeprefix('USD')}" if money else f"{ends} {span.unit}"


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


def sentence(text: str, longest: int, otherwise: str = "") -> str:
    """The first sentences or clauses of a text that fit.

    A clause that is longer by itself gives way to another text, or is cut and says so.
    """
    if len(text) <= longest:
        return text
    end = max(text.rfind(mark, 0, longest) for mark in (". ", "? ", "! ", "; "))
    if end > 0:
        return stopped(text[: end + 1].removesuffix(";"))
    if otherwise:
        return stopped(otherwise)
    return f"{text[: longest - 4].rpartition(' ')[0].rstrip(',;:')} ..."
