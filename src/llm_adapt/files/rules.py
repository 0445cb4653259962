"""A profile's name or a folder in, the rule set out; compiled once and kept."""

import hashlib
import json

from llm_adapt.errors import raise_all
from llm_adapt.files import cache
from llm_adapt.files.compile import Raw, ruleset_from
from llm_adapt.files.rulebook import (
    DISK,
    OWN,
    SECTIONS,
    Book,
    Files,
    profile_folder,
    read_book,
    read_chain,
    shown,
)
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import mapping, text

DEFAULT = "current"
# Raised whenever the compiled form changes, so that an old cache is not read as a new one.
FORM = "3"


def load_rules(name: str = DEFAULT, *, cases: bool = False) -> RuleSet:
    """The rule set of a shipped profile or of a folder.

    Files of cases are read only when asked for: they test the rules and decide nothing.

    Raises:
        LlmAdaptError: It does not exist or has faults; all are told at once.
    """
    chain = read_chain(profile_folder(name), DISK, cases=cases)
    key = _key(chain)
    kept = cache.read(key)
    if kept is not None:
        try:
            return _opened(*kept)
        except (LookupError, TypeError, ValueError, AttributeError):
            pass  # a damaged cache is worth no more than a missing one
    meaning, rest = compiled(chain)
    cache.write(key, meaning, rest)
    return _opened(meaning, rest)


def rules_of(chain: list[Files]) -> RuleSet:
    """The rule set of files that were read elsewhere; nothing is kept.

    Raises:
        LlmAdaptError: It has faults; all are told at once.
    """
    return _opened(*compiled(chain))


def _key(chain: list[Files]) -> str:
    digest = hashlib.sha256(FORM.encode())
    for files in chain:
        for path, raw in files:
            named = f"\0{shown(path)}\0{len(raw)}\0"
            digest.update(named.encode("utf-8", "surrogateescape"))
            digest.update(raw)
        digest.update(b"\1")
    return digest.hexdigest()


def compiled(chain: list[Files]) -> tuple[bytes, bytes]:
    """What a rule set means, as bytes that the digest is taken of, and all that goes with it.

    The same meaning is the same bytes: neither order of files, entries and keys, nor cases and
    examples count; the order of what is a list or a choice does.

    Raises:
        LlmAdaptError: It has faults; all are told at once.
    """
    from llm_adapt.files.link import link  # noqa: PLC0415 (only while compiling)

    book = read_book(chain)
    raise_all(link(book))
    meaning: Raw = {}
    rest: Raw = {
        "headings": dict(book.headings),
        "extends": list(book.extends),
        "departures": dict(book.departures),
        "places": _places(book),
    }
    for section in (*SECTIONS, OWN):
        entries = book.sections[section]
        raws: Raw = {name: entries[name].raw for name in sorted(entries)}
        (rest if section == OWN else meaning)[section] = raws
    rules = {name: dict(mapping(raw)) for name, raw in mapping(meaning["rules"]).items()}
    rest["examples"] = {name: rule.pop("examples") for name, rule in rules.items()}
    meaning = {**meaning, "rules": dict(rules)}
    return _bytes(meaning), _bytes(rest)


def _opened(meaning: bytes, rest: bytes) -> RuleSet:
    sections, beside = json.loads(meaning), json.loads(rest)
    for name, examples in beside["examples"].items():
        sections["rules"][name]["examples"] = examples
    sections[OWN] = beside[OWN]
    digest = hashlib.sha256(meaning).hexdigest()[:16]
    return ruleset_from({**beside, "sections": sections, "digest": digest})


def _bytes(data: Raw) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()


def _places(book: Book) -> Raw:
    places: Raw = {}
    for section, name, entry in book.entries():
        rows = mapping(places.setdefault(section, {}))
        where = entry.place()
        rows[name] = [where.file, where.line, where.column]
        for node in mapping(mapping(entry.raw).get("nodes")) if section == "walks" else ():
            where = entry.place("nodes", text(node))
            rows[f"{name}/{node}"] = [where.file, where.line, where.column]
    return places
