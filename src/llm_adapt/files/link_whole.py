"""Cross-checks that no entry can show alone: circles, holes, and ids that are given twice."""

from itertools import islice, product
from math import prod
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.circles import circles, depths
from llm_adapt.files.link_condition import named_predicates
from llm_adapt.files.link_words import Words
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import mapping, text

ITEMS = ("variants", "warnings", "preparations", "tools", "plan", "data_plan")
# The engine follows definitions by name; deeper ones nobody could read anyway.
DEEPEST = 40
MOST_ENDS = 2000
MOST_HOLES = 20


def check_whole(words: Words) -> None:
    """Check the book as a whole."""
    _empty_sections(words)
    _items_twice(words)
    _joins(words)
    _predicates(words)


def _empty_sections(words: Words) -> None:
    first = next((entry for _, _, entry in words.book.entries()), None)
    where = Location(str(Path(first.document.name).parent)) if first else None
    for section in ("questions", "strategies", "rules", "walks"):
        if not words.ids[section]:
            message = f"this rule set has no {section}"
            words.faults.append(LlmAdaptError(message, where, f"add {section}: ..."))


def _items_twice(words: Words) -> None:
    # Advice names a variant, warning or step by its id alone.
    seen: dict[str, str] = {}
    for section in ITEMS:
        for name, entry in sorted(words.book.sections[section].items()):
            if name in seen:
                message = f"{name} is already an id of {seen[name]}"
                place = entry.place()
                words.faults.append(LlmAdaptError(message, place, "give one of them another id"))
            seen.setdefault(name, section)


def _joins(words: Words) -> None:
    walks = words.book.sections["walks"]
    names = sorted(walks)
    joined: dict[tuple[str, ...], str] = {}
    for join, entry in sorted(words.book.sections["join"].items()):
        chosen = mapping(mapping(entry.raw).get("results"))
        ends = tuple(text(chosen.get(walk)) for walk in names)
        if ends in joined:
            words.fault(f"{join} and {joined[ends]} join the same results", entry, ())
        joined.setdefault(ends, join)
    every = [list(mapping(mapping(walks[name].raw).get("results"))) for name in names]
    if not names:
        return
    place = walks[names[0]].place()
    if prod(map(len, every)) > MOST_ENDS:
        message = f"the walks end in more than {MOST_ENDS} ways together"
        words.faults.append(LlmAdaptError(message, place, "use fewer results"))
        return
    holes = (ends for ends in product(*every) if ends not in joined)
    for ends in islice(holes, MOST_HOLES):
        told = ", ".join(f"{w}: {r}" for w, r in zip(names, ends, strict=True))
        words.faults.append(LlmAdaptError(f"no join says what {told} stands for", place, "add it"))


def _predicates(words: Words) -> None:
    predicates = words.book.sections["predicates"]
    edges = {
        name: list(named_predicates(mapping(entry.raw).get("when")))
        for name, entry in predicates.items()
    }
    round_ = circles(edges)
    for name in round_:
        words.fault(f"the predicate {name} is defined by itself", predicates[name], ())
    if round_:
        return
    deep = [name for name, depth in depths(edges).items() if depth > DEEPEST]
    for name in sorted(deep)[:1]:
        message = f"the predicate {name} is defined through more than {DEEPEST} others"
        words.fault(message, predicates[name], (), "define it more directly")
