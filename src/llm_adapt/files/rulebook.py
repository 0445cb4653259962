"""A folder of YAML, and the profiles it extends, merged into one book of entries."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from llm_adapt.errors import LlmAdaptError, faults_of, raise_all
from llm_adapt.files.builtin import PROFILES, builtin_rules
from llm_adapt.files.compile import specs
from llm_adapt.files.rule_file import RuleFile
from llm_adapt.files.yaml_file import MAX_BYTES, MAX_FAULTS, Document, decode, read_bytes, read_yaml
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path as PlainPath
from llm_adapt.rules.plain import Plain, mapping, sequence, text
from llm_adapt.rules.record import record
from llm_adapt.rules.value import nearest, quoted

if TYPE_CHECKING:
    from llm_adapt.files.form import Reader

# The file that says what a rule set is called and what it extends.
HEAD = "ruleset.yaml"
# A rule set has some dozens of files of some hundred kilobytes together, all profiles that it is
# made of counted; someone who names a home folder by mistake has more.
MAX_ENTRIES = 5000
MAX_TOTAL = 6_000_000
MAX_TOTAL_VALUES = 250_000
Files: TypeAlias = list[tuple[Path, bytes]]
HEADINGS = ("name", "version", "title", "extends", "flowchart_note")
# A profile's cases speak of that profile alone, so they are not inherited.
OWN = "cases"
SECTIONS = tuple(
    spec.key
    for spec in specs(RuleFile)
    if spec.key not in {*HEADINGS, "departures", "removes", OWN}
)
_EXTENDS = re.compile(r"""(?:extends|"extends"|'extends') *: *(["']?)([^"'#\s]+)\1 *(?:#.*)?$""")


@record(frozen=True)
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
    """All entries by section and id, and the headings of the last profile; readers by file."""

    sections: dict[str, dict[str, Entry]] = field(
        default_factory=lambda: {name: {} for name in (*SECTIONS, OWN)}
    )
    headings: dict[str, str] = field(default_factory=dict[str, str])
    departures: dict[str, str] = field(default_factory=dict[str, str])
    extends: list[str] = field(default_factory=list[str])
    own: frozenset[str] = frozenset()
    readers: dict[str, "Reader"] = field(default_factory=dict[str, "Reader"])

    def entries(self) -> Iterator[tuple[str, str, Entry]]:
        """Section, id and entry, in a fixed order."""
        for section, entries in self.sections.items():
            for name in sorted(entries):
                yield section, name, entries[name]

    def at(self, path: PlainPath) -> Location | None:
        """The place of a section, an entry of it or something in that, as near as there is one.

        Facts are named by number.
        """
        entries = self.sections.get(str(path[0]), {})
        name = path[1] if len(path) > 1 else 0
        if isinstance(name, int):
            name = "".join(sorted(entries)[name : name + 1])
        entry = entries.get(name)
        if entry is None:
            return None
        inside = (*entry.path, *path[2:])
        while inside not in entry.document.keys and inside not in entry.document.places:
            inside = inside[:-1]
        return entry.document.key_place(inside)


class Shelf(Protocol):
    """Where folders of rules stand: on a disk, or in a revision of a repository."""

    def files(self, folder: Path, *, cases: bool) -> Files:
        """The YAML files of a folder."""

    def holds(self, folder: Path) -> bool:
        """Whether a folder is a rule set."""


class Disk:
    """Folders on this machine."""

    def files(self, folder: Path, *, cases: bool) -> Files:
        """The YAML files of a folder with their bytes.

        Raises:
            LlmAdaptError: It has none or too many, or one cannot be read or leads elsewhere.
        """
        paths: list[str] = []
        entries = 0
        for root, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            entries += len(folders) + len(names)
            if entries > MAX_ENTRIES:
                raise too_much(folder)
            paths += [Path(root, name).relative_to(folder).as_posix() for name in names]
        found = [folder / path for path in chosen(paths, folder, cases=cases)]
        sizes = [_size(path) for path in found]
        if max(sizes) <= MAX_BYTES < MAX_TOTAL < sum(sizes):
            raise too_much(folder)
        return [(path, read_bytes(path, shown(path))) for path in found]

    def holds(self, folder: Path) -> bool:
        """Whether a folder is a rule set."""
        return (folder / HEAD).is_file()


DISK = Disk()


def chosen(paths: Iterable[str], folder: Path, *, cases: bool) -> list[str]:
    """The files of a folder that belong to a rule set, in a fixed order; hidden ones do not.

    Files named `...cases.yaml` hold nothing but cases; without `cases` they are left out, too.

    Raises:
        LlmAdaptError: There is none.
    """
    plain = [path for path in paths if not any(step.startswith(".") for step in path.split("/"))]
    found = sorted(path for path in plain if path.endswith((".yaml", ".yml")))
    if not found:
        raise LlmAdaptError("this folder holds no YAML file", Location(str(folder)))
    return [path for path in found if cases or not path.rpartition(".")[0].endswith("cases")]


def too_much(folder: Path) -> LlmAdaptError:
    """What is said of a folder with too many entries or bytes."""
    message, hint = "this folder holds too much for a rule set", "name the rules alone"
    return LlmAdaptError(message, Location(str(folder)), hint)


def _size(path: Path) -> int:
    """The size of a regular file; a link is followed inside the repository, not out of it."""
    where = Location(shown(path))
    try:
        if path.is_symlink():
            from llm_adapt.files.project_find import repository_root  # noqa: PLC0415 (rare)

            if not path.resolve().is_relative_to(repository_root(path.absolute().parent)):
                hint = "put a copy of the file here"
                raise LlmAdaptError("this link leads out of the repository", where, hint)
        found = path.stat()
    except OSError as error:
        raise LlmAdaptError(f"cannot be read: {error.strerror or error}", where) from None
    if not stat.S_ISREG(found.st_mode):
        raise LlmAdaptError("this is no regular file", where, "put the rules into a file")
    return found.st_size


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


def read_chain(folder: Path, shelf: Shelf, *, cases: bool) -> list[Files]:
    """The files of a rule set and of all that it extends, parent first.

    A rule set beside it goes before a shipped one of the same name.

    Raises:
        LlmAdaptError: A folder cannot be read, does not exist, or extends itself.
    """
    chain = [shelf.files(folder, cases=cases)]
    seen = [(shelf, folder.resolve())]
    while (named := _extends(chain[0])) is not None:
        name, where = named
        beside = (folder.resolve() if folder.name in {"", ".."} else folder).parent / name
        if Path(name).name == name and shelf.holds(beside):
            folder = beside
        elif name in PROFILES:
            folder, shelf = builtin_rules() / name, DISK
        else:
            hint = f"use one of {', '.join(PROFILES)}, or a folder beside this"
            message = f"there is no rule set {quoted(name)} to extend"
            fault = LlmAdaptError(message, where, nearest(name, PROFILES) or hint)
            raise_all([fault, *(told for files in chain for told in _read(files)[1])])
        if (shelf, folder.resolve()) in seen:
            raise LlmAdaptError("this rule set extends itself", where, "extend another one")
        seen.append((shelf, folder.resolve()))
        # What a profile inherits does not include cases.
        chain.insert(0, shelf.files(folder, cases=False))
        if sum(len(raw) for files in chain for _, raw in files) > MAX_TOTAL:
            raise too_much(folder)
    return chain


def _extends(files: Files) -> tuple[str, Location] | None:
    # Read ahead of YAML, so that the cache can be found without a parser; `read_book` compares.
    for path, raw in files:
        named = path.name.rpartition(":")[2]  # `REVISION:file` too
        lines = raw.decode("utf-8-sig", "replace").splitlines() if named == HEAD else []
        for number, line in enumerate(lines, 1):
            if found := _EXTENDS.match(line):
                return found[2], Location(shown(path), number, found.start(2) - len(found[1]) + 1)
    return None


def shown(path: Path) -> str:
    """A file as messages name it: shipped ones from `rules/` on, others as given."""
    try:
        return f"rules/{path.relative_to(builtin_rules()).as_posix()}"
    except ValueError:
        return str(path)


def open_book(name: str, *, cases: bool = True) -> Book:
    """The book of a shipped profile or of a folder, with the place of everything in it.

    Raises:
        LlmAdaptError: It does not exist or cannot be read; all faults are told at once.
    """
    return read_book(read_chain(profile_folder(name), DISK, cases=cases))


def read_book(chain: list[Files]) -> Book:
    """Merge profiles, parent first.

    Raises:
        LlmAdaptError: Any fault of any file; all are told at once.
    """
    faults: list[LlmAdaptError] = []
    book = Book()
    values = 0
    for files in chain:
        readers, told = _read(files)
        faults += told
        documents = [reader.document for reader in readers]
        values += sum(len(document.places) for document in documents)
        if values > MAX_TOTAL_VALUES:
            raise too_much(files[0][0].parent)
        if not faults:
            book.readers |= {reader.document.name: reader for reader in readers}
            found = _extends(files)
            faults += _Profile(book, documents).merge(found[0] if found else "")
    raise_all(faults)
    return book


def _read(files: Files) -> tuple[list["Reader"], list[LlmAdaptError]]:
    """The files, each read and checked by itself, and the faults of those that have any."""
    readers: list[Reader] = []
    faults: list[LlmAdaptError] = []
    for path, raw in files:
        try:
            readers.append(_checked(raw, shown(path)))
            faults += readers[-1].faults[:MAX_FAULTS]
        except LlmAdaptError as error:
            faults += faults_of(error)
        if sum(len(reader.document.places) for reader in readers) > MAX_TOTAL_VALUES:
            break
    return readers, faults


@lru_cache(maxsize=256)
def _checked(raw: bytes, name: str) -> "Reader":
    """A file read, its form checked; kept, since profiles that extend each other share files."""
    from llm_adapt.files.form import Reader  # noqa: PLC0415 (a compiled rule set needs no checks)

    document = read_yaml(decode(raw, name), name)
    reader = Reader(document, "remove it, or see: llm-adapt schema rules")
    if isinstance(document.data, dict):
        reader.document = replace(document, data=reader.record(RuleFile, document.data, ()))
    else:
        reader.fault("a rule file is a mapping of sections, not a list", ())
    return reader


class _Profile:
    """One profile, laid over what it extends."""

    def __init__(self, book: Book, documents: list[Document]) -> None:
        self.book = book
        self.documents = documents
        self.inherited = {section: dict(entries) for section, entries in book.sections.items()}
        self.faults: list[LlmAdaptError] = []

    def merge(self, extends: str) -> list[LlmAdaptError]:
        """Put everything into the book; `extends` is what was read ahead."""
        book = self.book
        book.sections[OWN] = {}
        book.own = frozenset(document.name for document in self.documents)
        if book.headings:
            book.extends.append(book.headings.get("name", ""))
        book.headings = {}
        for document in self.documents:
            self._take_headings(document, extends)
        replaced = self._replaced()
        for section in (*SECTIONS, OWN):
            self._take_section(section, replaced)
        folder = Location(str(Path(self.documents[0].name).parent)) if self.documents else None
        for key in ("name", "version", "title"):
            if key not in book.headings:
                message = f"no file of this rule set says its {key}"
                self.faults.append(LlmAdaptError(message, folder, f"add {key}: ..."))
        return self.faults

    def _replaced(self) -> set[str]:
        """What of the parent is replaced or dropped here, with the reason."""
        known = {name for entries in self.inherited.values() for name in entries}
        replaced: set[str] = set()
        for document, key in product(self.documents, ("departures", "removes")):
            for name, reason in mapping(mapping(document.data).get(key)).items():
                replaced.add(name)
                self.book.departures[name] = text(reason)
                if name not in known:
                    message = f"{name} is not in the rule set this one extends"
                    self._fault(message, document.key_place((key, name)), nearest(name, known))
                for entries in self.book.sections.values() if key == "removes" else ():
                    entries.pop(name, None)
        return replaced

    def _take_headings(self, document: Document, extends: str) -> None:
        data = mapping(document.data)
        for heading in HEADINGS:
            if heading not in data:
                continue
            place = document.key_place((heading,))
            if heading in self.book.headings:
                self._fault(f"{heading} is said twice", place, "say it once")
            if heading == "extends" and not document.name.endswith(HEAD):
                self._fault(f"extends belongs in {HEAD}", place, "move it there")
            elif heading == "extends" and text(data[heading]) != extends:
                hint = f"write a line of its own: extends: {text(data[heading])}"
                self._fault("extends cannot be read here", place, hint)
            self.book.headings[heading] = text(data[heading])

    def _take_section(self, section: str, replaced: set[str]) -> None:
        inherited = self.inherited[section]
        own: dict[str, Entry] = {}
        for document in self.documents:
            written = mapping(document.data).get(section)
            # What has no id is numbered.
            first = len(inherited) + len(own)
            numbered = enumerate(sequence(written), first)
            named = [*mapping(written).items(), *((f"{n:04}", raw) for n, raw in numbered)]
            for step, (name, raw) in enumerate(named):
                path = (section, name if isinstance(written, dict) else step)
                entry = Entry(raw, document, path)
                if name in own:
                    message = f"{name} is already defined at {own[name].place()}"
                    self._fault(message, entry.place(), "give one of them another id")
                elif section != OWN and name in inherited and name not in replaced:
                    message = f"{name} is already defined at {inherited[name].place()}"
                    hint = f"say why this one replaces it: departures: {{{name}: ...}}"
                    self._fault(message, entry.place(), hint)
                own[name] = entry
        self.book.sections[section].update(own)

    def _fault(self, message: str, where: Location, hint: str | None) -> None:
        self.faults.append(LlmAdaptError(message, where, hint))
