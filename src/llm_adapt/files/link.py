"""Cross-checks of a merged book: every id that is named exists, every value is one."""

from collections.abc import Callable

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.circles import circles
from llm_adapt.files.faults import nearest
from llm_adapt.files.link_condition import check_condition
from llm_adapt.files.link_whole import ITEMS, check_whole
from llm_adapt.files.link_words import Words, at
from llm_adapt.files.rulebook import Book, Entry
from llm_adapt.rules.advice import Verdict
from llm_adapt.rules.plain import Path, Plain, mapping, sequence, text, texts
from llm_adapt.rules.value import quoted


def link(book: Book) -> list[LlmAdaptError]:
    """Every dangling id, wrong value, cycle and hole of the book."""
    words = Words(book)
    checks: dict[str, Callable[[Words, str, Entry], None]] = {
        "questions": _question,
        "derived": _derived,
        "strategies": _strategy,
        "predicates": _predicate,
        "rules": _rule,
        "walks": _walk,
        "join": _join,
        "monotone": _monotone,
        "cases": _case,
        **dict.fromkeys(ITEMS, _item),
    }
    for section, name, entry in book.entries():
        words.all_known(entry, ("sources",), "sources", "source")
        if section in checks:
            checks[section](words, name, entry)
    check_whole(words)
    return words.faults


def _question(words: Words, name: str, entry: Entry) -> None:
    raw, question = mapping(entry.raw), words.questions[name]
    chooses = raw["type"] in {"choice", "several"}
    if chooses != bool(question.values):
        need = "needs values" if chooses else "takes no values"
        words.fault(f"the question {name} {need}", entry, ("type",))
    if question.maximum is not None and question.maximum < question.minimum:
        words.fault(f"the maximum of {name} is below its minimum", entry, ("maximum",))


def _derived(words: Words, name: str, entry: Entry) -> None:
    raw = mapping(entry.raw)
    of = text(raw.get("of"))
    words.known(of, "questions", "question", entry, ("of",))
    question = words.questions.get(of)
    if question and not (question.numeric and question.positive):
        hint = "it must follow from a number above zero"
        words.fault(f"{name} cannot follow from {of}", entry, ("of",), hint)


def _strategy(words: Words, name: str, entry: Entry) -> None:
    words.all_known(entry, ("otherwise",), "strategies", "strategy")
    words.all_known(entry, ("serves",), "needs", "need")
    words.all_of(entry, ("parts",), words.single, "single strategy")
    parts = texts(at(entry.raw, ("parts",)))
    if parts and "+".join(parts) != name:
        words.fault(f"the parts of {name} do not spell its name", entry, ("parts",))


def _predicate(words: Words, _name: str, entry: Entry) -> None:
    check_condition(words, entry, ("when",))


def _rule(words: Words, _name: str, entry: Entry) -> None:
    check_condition(words, entry, ("when",))
    targets = words.single | words.ids["needs"]
    for index, raw in enumerate(sequence(at(entry.raw, ("argues",)))):
        key = "for" if "for" in mapping(raw) else "against"
        target, where = text(mapping(raw).get(key)), ("argues", index, key)
        words.one_of(target, targets, "need or single strategy", entry, where)
    words.all_known(entry, ("rules_out",), "strategies", "strategy")
    for key in ("fires", "silent"):
        words.answers(entry, ("examples", key))


def _item(words: Words, _name: str, entry: Entry) -> None:
    if at(entry.raw, ("when",)) is not None:
        check_condition(words, entry, ("when",))
    words.all_known(entry, ("tools",), "tools", "tool")
    words.all_of(entry, ("parts",), words.single, "single strategy")


def _monotone(words: Words, _name: str, entry: Entry) -> None:
    raw = mapping(entry.raw)
    words.known(text(raw.get("answer")), "questions", "question", entry, ("answer",))
    strategy = text(raw.get("never_drops"))
    words.known(strategy, "strategies", "strategy", entry, ("never_drops",))
    question = words.questions.get(text(raw.get("answer")))
    if question:
        words.all_of(entry, ("among",), question.values, f"value of {question.id}")


def _case(words: Words, _name: str, entry: Entry) -> None:
    words.answers(entry, ("answers",))
    strategies = words.ids["strategies"] | {"none"}
    for key in ("first", "not_first", "ruled_out", "differs"):
        words.all_of(entry, ("expect", key), strategies, "strategy")
    for index, pair in enumerate(sequence(at(entry.raw, ("expect", "before")))):
        where = ("expect", "before", index)
        words.all_of(entry, where, strategies, "strategy")
        if len(sequence(pair)) != 2:  # noqa: PLR2004 (a pair)
            words.fault("a pair has two strategies", entry, where, "write [first, second]")
    for key, section, what in (
        ("fires", "rules", "rule"),
        ("silent", "rules", "rule"),
        ("how", "variants", "variant"),
        ("warns", "warnings", "warning"),
        ("prepares", "preparations", "preparation"),
    ):
        words.all_known(entry, ("expect", key), section, what)
    words.all_of(entry, ("expect", "verdict"), [verdict.value for verdict in Verdict], "verdict")


def _walk(words: Words, name: str, entry: Entry) -> None:
    nodes, results = mapping(at(entry.raw, ("nodes",))), mapping(at(entry.raw, ("results",)))
    for word in sorted(set(nodes) & set(results)):
        words.fault(f"{word} names a node and a result", entry, ("nodes", word))
    words.one_of(text(at(entry.raw, ("start",))), nodes, "node", entry, ("start",))
    for node in nodes:
        check_condition(words, entry, ("nodes", node, "when"), name)
        words.all_known(entry, ("nodes", node, "sources"), "sources", "source")
        for edge in ("yes", "no", "unknown"):
            path: Path = ("nodes", node, edge)
            to = edge_target(at(entry.raw, path))
            words.one_of(to, [*nodes, *results], "node or result", entry, path)
    for node in circles({node: _targets(body) for node, body in nodes.items()}):
        words.fault(f"the walk {name} can go round in a circle", entry, ("nodes", node))


def _targets(node: Plain) -> list[str]:
    return [edge_target(mapping(node).get(edge)) for edge in ("yes", "no", "unknown")]


def edge_target(raw: Plain) -> str:
    """Where an edge leads, whether written short or with its reason."""
    return text(raw.get("to")) if isinstance(raw, dict) else text(raw)


def _join(words: Words, name: str, entry: Entry) -> None:
    strategies = words.ids["strategies"] | {"none"}
    words.one_of(text(at(entry.raw, ("strategy",))), strategies, "strategy", entry, ("strategy",))
    chosen = mapping(at(entry.raw, ("results",)))
    if set(chosen) != words.ids["walks"]:
        words.fault(f"{name} must name one result of each walk", entry, ("results",))
    for walk, result in chosen.items():
        body = words.book.sections["walks"].get(walk)
        results = mapping(mapping(body.raw).get("results")) if body else {}
        if body and text(result) not in results:
            hint = nearest(text(result), results)
            message = f"{walk} has no result {quoted(text(result))}"
            words.fault(message, entry, ("results", walk), hint)
