"""A folder of YAML, and the profiles it extends, merged into one book of entries."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from llm_adapt.errors import LlmAdaptError, raise_all
from llm_adapt.files.builtin import PROFILES, builtin_rules
from llm_adapt.files.faults import nearest, translate
from llm_adapt.files.yaml_file import MAX_FAULTS, Document, decode, read_bytes, read_yaml
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping, text
from llm_adapt.rules.value import quoted

SECTIONS = (
    "sources", "questions", "constants", "derived", "needs", "strategies", "predicates",
    "rules", "walks", "join", "variants", "warnings", "preparations", "tools", "plan",
    "data_plan", "monotone",
)  # fmt: skip
# The file that says what a rule set is called and what it extends.
HEAD = "ruleset.yaml"
# A rule set has some dozens of files; someone who names a home folder by mistake has more.
MAX_ENTRIES = 5000
Files: TypeAlias = list[tuple[Path, bytes]]
HEADINGS = ("name", "version", "title", "extends", "flowchart_note")
# A profile's cases speak of that profile alone, so they are not inherited.
OWN = ("cases", "departures", "removes")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a section, with the document it stands in."""

    raw: Plain
    document: Document
    path: PlainPath

    def place(self, *steps: str | int) -> Location:
        """The place of something inside the entry."""
        if not steps:
            return self.document.key_place(self.path)
        return self.document.place((*self.path, *steps))


@dataclass(slots=True)
class Book:
    """All entries by section and id, and the headings of the last profile."""

    sections: dict[str, dict[str, Entry]] = field(
        default_factory=lambda: {name: {} for name in (*SECTIONS, "cases")}
    )
    headings: dict[str, str] = field(default_factory=dict[str, str])
    departures: dict[str, str] = field(default_factory=dict[str, str])
    extends: list[str] = field(default_factory=list[str])

    def entries(self) -> Iterator[tuple[str, str, Entry]]:
        """Section, id and entry, in a fixed order."""
        for section, entries in self.sections.items():
            for name in sorted(entries):
                yield section, name, entries[name]


def profile_folder(name: str) -> Path:
    """The folder of a shipped profile, or a folder of the user's own.

    Raises:
        LlmAdaptError: There is neither.
    """
    if name in PROFILES:
        return builtin_rules() / name
    folder = Path(name)
    # A name that no file system takes (too long, a zero in it) is one that is not there.
    with suppress(OSError, ValueError):
        if folder.is_dir():
            return folder
        if folder.exists():
            message, hint = "a rule set is a folder, not a file", "name the folder it is in"
            raise LlmAdaptError(message, Location(name), hint)
    hint = nearest(name, PROFILES) or f"use one of {', '.join(PROFILES)}, or a folder"
    raise LlmAdaptError(f"there is no rule set {quoted(name)}", None, hint)


def rule_files(folder: Path, *, cases: bool = True) -> Files:
    """The YAML files of a profile with their bytes, in a fixed order; hidden ones are left out.

    Files named `...cases.yaml` hold nothing but cases; without `cases` they are left out, too.

    Raises:
        LlmAdaptError: The folder has none or too many, or one cannot be read.
    """
    found: list[Path] = []
    entries = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        entries += len(folders) + len(names)
        if entries > MAX_ENTRIES:
            message, hint = "this folder holds too much for a rule set", "name the rules alone"
            raise LlmAdaptError(message, Location(str(folder)), hint)
        plain = (name for name in names if not name.startswith("."))
        found += [Path(root, name) for name in plain if name.endswith((".yaml", ".yml"))]
    if not found:
        raise LlmAdaptError("this folder holds no YAML file", Location(str(folder)))
    kept = [path for path in found if cases or not path.stem.endswith("cases")]
    return [(path, read_bytes(path, shown(path))) for path in sorted(kept)]


def shown(path: Path) -> str:
    """A file as messages name it: shipped ones from `rules/` on, others as given."""
    try:
        return f"rules/{path.relative_to(builtin_rules()).as_posix()}"
    except ValueError:
        return str(path)


def read_book(chain: list[Files]) -> Book:
    """Merge profiles, parent first.

    Raises:
        LlmAdaptError: Any fault of any file; all are told at once.
    """
    faults: list[LlmAdaptError] = []
    book = Book()
    for files in chain:
        documents: list[Document] = []
        for path, raw in files:
            try:
                document, told = _checked(raw, shown(path))
                documents.append(document)
                faults += told
            except LlmAdaptError as error:
                faults += getattr(error, "faults", [error])
        if not faults:
            faults += _add_profile(book, documents)
    raise_all(faults)
    return book


@lru_cache(maxsize=256)
def _checked(raw: bytes, name: str) -> tuple[Document, tuple[LlmAdaptError, ...]]:
    """A file read, its form checked; kept, since profiles that extend each other share files."""
    document = read_yaml(decode(raw, name), name)
    return document, tuple(check_form(document))


def check_form(document: Document) -> list[LlmAdaptError]:
    """The faults of one file's form."""
    from pydantic import ValidationError  # noqa: PLC0415 (a compiled rule set needs no pydantic)

    from llm_adapt.files.rule_format import RuleFile  # noqa: PLC0415
    from llm_adapt.files.schema import format_keys  # noqa: PLC0415

    if not isinstance(document.data, dict):
        where = document.place(())
        return [LlmAdaptError("a rule file is a mapping of sections, not a list", where)]
    try:
        RuleFile.model_validate(document.data)
    except ValidationError as error:
        known = format_keys()
        told: dict[object, LlmAdaptError] = {}
        for item in error.errors(include_url=False)[:MAX_FAULTS]:
            fault = translate(dict(item), document, known)
            told.setdefault((fault.where, fault.message), fault)
        return list(told.values())
    return []


def _add_profile(book: Book, documents: list[Document]) -> list[LlmAdaptError]:
    inherited = {section: dict(entries) for section, entries in book.sections.items()}
    book.sections["cases"] = {}
    departures: dict[str, Entry] = {}
    own: dict[tuple[str, str], Entry] = {}
    faults: list[LlmAdaptError] = []
    if book.headings:
        book.extends.append(book.headings.get("name", ""))
    book.headings = {}
    for document in documents:
        data = mapping(document.data)
        faults += _take_headings(book, document)
        for key in ("departures", "removes"):
            for name, reason in mapping(data.get(key)).items():
                departures[name] = Entry(reason, document, (key, name))
        for section in (*SECTIONS, "cases"):
            for name, raw in mapping(data.get(section)).items():
                entry = Entry(raw, document, (section, name))
                faults += _twice(own.get((section, name)), entry)
                own[section, name] = entry
    faults += _overlay(book, inherited, own, departures)
    faults += _headings(book, documents)
    return faults


def _take_headings(book: Book, document: Document) -> list[LlmAdaptError]:
    faults: list[LlmAdaptError] = []
    for heading in HEADINGS:
        if heading not in mapping(document.data):
            continue
        place = document.key_place((heading,))
        if heading in book.headings:
            faults.append(LlmAdaptError(f"{heading} is said twice", place, "say it once"))
        if heading == "extends" and not document.name.endswith(HEAD):
            message = f"extends belongs in {HEAD}"
            faults.append(LlmAdaptError(message, place, "move it there"))
        book.headings[heading] = text(mapping(document.data)[heading])
    return faults


def _twice(first: Entry | None, entry: Entry) -> list[LlmAdaptError]:
    if first is None:
        return []
    message = f"{entry.path[-1]} is already defined at {first.place()}"
    return [LlmAdaptError(message, entry.place(), "give one of them another id")]


def _overlay(
    book: Book,
    inherited: dict[str, dict[str, Entry]],
    own: dict[tuple[str, str], Entry],
    departures: dict[str, Entry],
) -> list[LlmAdaptError]:
    faults: list[LlmAdaptError] = []
    known = {name for entries in inherited.values() for name in entries}
    for name, entry in departures.items():
        if name not in known:
            message = f"{name} is not in the rule set this one extends"
            faults.append(LlmAdaptError(message, entry.place(), nearest(name, known)))
        book.departures[name] = text(entry.raw)
        if entry.path[0] == "removes":
            for entries in book.sections.values():
                entries.pop(name, None)
    for (section, name), entry in own.items():
        if section != "cases" and name in inherited[section] and name not in departures:
            message = f"{name} is already defined at {inherited[section][name].place()}"
            hint = f"say why this one replaces it: departures: {{{name}: ...}}"
            faults.append(LlmAdaptError(message, entry.place(), hint))
        book.sections[section][name] = entry
    return faults


def _headings(book: Book, documents: list[Document]) -> list[LlmAdaptError]:
    missing = [key for key in ("name", "version", "title") if key not in book.headings]
    folder = Location(str(Path(documents[0].name).parent)) if documents else None
    return [
        LlmAdaptError(f"no file of this rule set says its {key}", folder, f"add {key}: ...")
        for key in missing
    ]
