"""Cross-checks of one condition: what it names exists, and is compared with what fits."""

from collections.abc import Iterator

from llm_adapt.files.faults import nearest
from llm_adapt.files.link_words import Words, at
from llm_adapt.files.rulebook import Entry
from llm_adapt.rules.model import Question
from llm_adapt.rules.plain import Path, Plain, mapping, number, sequence, text, texts
from llm_adapt.rules.value import quoted

_VALUE_OPS = {"is", "in", "has", "has_any"}
_NUMBER_OPS = {"at_least", "above", "at_most", "below"}


def check_condition(words: Words, entry: Entry, path: Path, walk: str | None = None) -> None:
    """Check the condition at a path; `walk` is the line of the flowchart it belongs to, if any."""
    raw = at(entry.raw, path)
    if isinstance(raw, str):
        words.known(raw, "predicates", "predicate", entry, path)
        return
    form = mapping(raw)
    for key in ("all", "any"):
        for index, _ in enumerate(sequence(form.get(key))):
            check_condition(words, entry, (*path, key, index), walk)
    if "not" in form:
        check_condition(words, entry, (*path, "not"), walk)
    if "answer" in form:
        _comparison(words, entry, path, form)
    for key, section in (("need", "needs"), ("walk", "walks")):
        if key in form and walk is None:
            words.fault(f"{key} is for the flowchart only", entry, (*path, key))
        elif key in form:
            words.known(text(form[key]), section, key, entry, (*path, key))
    if walk is not None and text(form.get("walk")) in words.ids["walks"]:
        _earlier(words, entry, path, walk)


def _earlier(words: Words, entry: Entry, path: Path, walk: str) -> None:
    named = text(at(entry.raw, (*path, "walk")))
    other = mapping(words.book.sections["walks"][named].raw)
    own = mapping(words.book.sections["walks"][walk].raw)
    if number(other["order"]) >= number(own["order"]):
        message = f"{named} is not walked before {walk}"
        words.fault(message, entry, (*path, "walk"), "name a walk with a lower order")
    results = mapping(other.get("results"))
    words.all_of(entry, (*path, "ended_at"), results, f"result of {named}")


def _comparison(words: Words, entry: Entry, path: Path, form: dict[str, Plain]) -> None:
    name = text(form["answer"])
    words.known(name, "questions", "question", entry, (*path, "answer"))
    question = words.questions.get(name)
    ops = [key for key, value in form.items() if key != "answer" and value is not None]
    if not ops:
        message, hint = f"{name} is compared with nothing", "add is: or at_least: ..."
        words.fault(message, entry, path, hint)
    if question is None:
        return
    for op in ops:
        if (op in _NUMBER_OPS) != question.numeric:
            hint = f"it takes {question.allowed()}"
            words.fault(f"{op} does not fit {name}", entry, (*path, op), hint)
        elif op in _VALUE_OPS:
            _values(words, question, entry, (*path, op))
        else:
            _bound(words, form[op], entry, (*path, op))


def _values(words: Words, question: Question, entry: Entry, path: Path) -> None:
    allowed = list(question.values) or ["yes", "no"]
    written = at(entry.raw, path)
    for index, word in enumerate(texts(written)):
        if word not in allowed:
            hint = nearest(word, allowed) or f"it takes {question.allowed()}"
            where = (*path, index) if isinstance(written, list) else path
            words.fault(f"{question.id} has no value {quoted(word)}", entry, where, hint)


def _bound(words: Words, raw: Plain, entry: Entry, path: Path) -> None:
    if isinstance(raw, str):
        words.known(raw, "constants", "constant", entry, path)
    elif isinstance(raw, dict):
        where = (*path, "derived")
        words.known(text(raw.get("derived")), "derived", "derived number", entry, where)


def named_predicates(raw: Plain) -> Iterator[str]:
    """The predicates that a condition uses by name."""
    if isinstance(raw, str):
        yield raw
    for key in ("all", "any"):
        for part in sequence(mapping(raw).get(key)):
            yield from named_predicates(part)
    if "not" in mapping(raw):
        yield from named_predicates(mapping(raw)["not"])
