"""A profile's name or a folder in, the rule set out; compiled once and kept."""

import hashlib
import json
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files import cache
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.compile import ruleset_from
from llm_adapt.files.faults import nearest
from llm_adapt.files.rulebook import HEAD, Book, Files, profile_folder, rule_files, shown
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Plain, as_plain, mapping, text
from llm_adapt.rules.value import quoted

DEFAULT = "current"
# Raised whenever the compiled form changes, so that an old cache is not read as a new one.
FORM = "2"


def load_rules(name: str = DEFAULT, *, use_cache: bool = True, cases: bool = False) -> RuleSet:
    """The rule set of a shipped profile or of a folder.

    Files of cases are read only when asked for: they test the rules and decide nothing.

    Raises:
        LlmAdaptError: It does not exist or has faults; all are told at once.
    """
    chain = _chain(profile_folder(name), cases=cases)
    key = _key(chain)
    compiled = cache.read(key) if use_cache else None
    if compiled is not None:
        try:
            return ruleset_from(compiled)
        except (LookupError, TypeError, ValueError, AttributeError):
            pass  # a damaged cache is worth no more than a missing one
    compiled = _compiled(chain)
    if use_cache:
        cache.write(key, compiled)
    return ruleset_from(compiled)


def _chain(folder: Path, *, cases: bool) -> list[Files]:
    chain = [rule_files(folder, cases=cases)]
    seen = [folder.resolve()]
    while (named := _extends(chain[0])) is not None:
        name, where = named
        folder = _parent(folder, name, where)
        if folder.resolve() in seen:
            raise LlmAdaptError("this rule set extends itself", where, "extend another one")
        seen.append(folder.resolve())
        # What a profile inherits does not include cases.
        chain.insert(0, rule_files(folder, cases=False))
    return chain


def _parent(folder: Path, name: str, where: Location) -> Path:
    if name in PROFILES:
        return profile_folder(name)
    beside = folder.resolve().parent / name
    if beside.is_dir():
        return beside
    hint = nearest(name, PROFILES) or f"use one of {', '.join(PROFILES)}, or a folder beside this"
    raise LlmAdaptError(f"there is no rule set {quoted(name)} to extend", where, hint)


def _extends(files: Files) -> tuple[str, Location] | None:
    # Read ahead of YAML, so that the cache can be found without a parser.
    for path, raw in files:
        lines = raw.decode("utf-8", "replace").splitlines() if path.name == HEAD else []
        for number, line in enumerate(lines, 1):
            if line.startswith("extends:"):
                name = line.removeprefix("extends:").split("#")[0].strip().strip("'\"")
                where = Location(shown(path), number, len("extends: ") + 1)
                return (name, where) if name else None
    return None


def _key(chain: list[Files]) -> str:
    digest = hashlib.sha256(FORM.encode())
    for files in chain:
        for path, raw in files:
            named = f"\0{shown(path)}\0{len(raw)}\0"
            digest.update(named.encode("utf-8", "surrogateescape"))
            digest.update(raw)
        digest.update(b"\1")
    return digest.hexdigest()


def _compiled(chain: list[Files]) -> dict[str, Plain]:
    from llm_adapt.files.link import link  # noqa: PLC0415 (only while compiling)
    from llm_adapt.files.rulebook import read_book  # noqa: PLC0415

    book = read_book(chain)
    raise_all(link(book))
    sections: dict[str, Plain] = {
        section: {name: entries[name].raw for name in sorted(entries)}
        for section, entries in book.sections.items()
    }
    return {
        "headings": dict(book.headings),
        "extends": list(book.extends),
        "departures": dict(book.departures),
        "digest": meaning_digest(sections),
        "sections": sections,
        "places": _places(book),
    }


def meaning_digest(sections: dict[str, Plain]) -> str:
    """A digest that changes when the meaning can: neither cases, examples nor order count."""
    meaning = {
        section: {
            name: {k: v for k, v in mapping(raw).items() if k != "examples"}
            for name, raw in mapping(entries).items()
        }
        for section, entries in sections.items()
        if section != "cases"
    }
    canonical = json.dumps(as_plain(meaning), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _places(book: Book) -> dict[str, Plain]:
    places: dict[str, Plain] = {}
    for section, name, entry in book.entries():
        rows = mapping(places.setdefault(section, {}))
        where = entry.place()
        rows[name] = [where.file, where.line, where.column]
        for node in mapping(mapping(entry.raw).get("nodes")) if section == "walks" else ():
            where = entry.place("nodes", text(node))
            rows[f"{name}/{node}"] = [where.file, where.line, where.column]
    return places
