"""What the cross-checks of a book share: the known ids, and faults at the place of a word."""

from collections.abc import Iterable

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.compile import question_from
from llm_adapt.files.faults import nearest
from llm_adapt.files.rulebook import Book, Entry
from llm_adapt.rules.plain import Path, Plain, mapping, texts
from llm_adapt.rules.value import Unreadable, quoted


class Words:
    """The ids of a book by section, and the faults found so far."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.faults: list[LlmAdaptError] = []
        self.ids = {section: set(entries) for section, entries in book.sections.items()}
        self.questions = {
            name: question_from(name, mapping(entry.raw))
            for name, entry in book.sections["questions"].items()
        }
        self.single = {
            name
            for name, entry in book.sections["strategies"].items()
            if not mapping(entry.raw).get("parts")
        }

    def fault(self, message: str, entry: Entry, path: Path, hint: str | None = None) -> None:
        """Something is wrong at a place inside an entry."""
        self.faults.append(LlmAdaptError(message, entry.place(*path), hint))

    def one_of(self, word: str, known: Iterable[str], what: str, entry: Entry, path: Path) -> None:
        """A word must be one of the known ones."""
        names = set(known)
        if word not in names:
            self.fault(f"there is no {what} {quoted(word)}", entry, path, nearest(word, names))

    def known(self, word: str, section: str, what: str, entry: Entry, path: Path) -> None:
        """A word must be an id of a section."""
        self.one_of(word, self.ids[section], what, entry, path)

    def all_of(self, entry: Entry, path: Path, known: Iterable[str], what: str) -> None:
        """Every word of a list must be one of the known ones."""
        names = set(known)
        written = at(entry.raw, path)
        for index, word in enumerate(texts(written)):
            where = (*path, index) if isinstance(written, list) else path
            self.one_of(word, names, what, entry, where)

    def all_known(self, entry: Entry, path: Path, section: str, what: str) -> None:
        """Every word of a list must be an id of a section."""
        self.all_of(entry, path, self.ids[section], what)

    def answers(self, entry: Entry, path: Path) -> None:
        """A mapping must be answers to questions of the book."""
        for name, raw in mapping(at(entry.raw, path)).items():
            question = self.questions.get(name)
            if question is None:
                hint = nearest(name, self.ids["questions"])
                self.fault(f"there is no question {quoted(name)}", entry, (*path, name), hint)
                continue
            value = question.read(raw)
            if isinstance(value, Unreadable):
                self.fault(value.message, entry, (*path, name), value.hint)


def at(raw: Plain, path: Path) -> Plain:
    """What stands at a path, or nothing."""
    for step in path:
        if isinstance(raw, dict):
            raw = raw.get(str(step))
        elif isinstance(raw, list) and isinstance(step, int):
            raw = raw[step]
        else:
            return None
    return raw
