"""Where the entries of a rule set stand in its files; read only when something is to be shown."""

from functools import cached_property

from llm_adapt.files.rulebook import Book, Entry, open_book
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Path


class Places:
    """The places of a profile or folder and of what it extends."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _book(self) -> Book:
        return open_book(self._name)

    def at(self, path: Path) -> Location | None:
        """The place of a section's entry or of something in it; facts are named by number."""
        entry = self._entry(path)
        if entry is None:
            return None
        inside = (*entry.path, *path[2:])
        while inside not in entry.document.keys and inside not in entry.document.places:
            inside = inside[:-1]
        return entry.document.key_place(inside)

    def _entry(self, path: Path) -> Entry | None:
        entries = self._book.sections.get(str(path[0]), {})
        if len(path) == 1:
            return entries[min(entries)] if entries else None
        name = path[1]
        if isinstance(name, int):
            return entries[sorted(entries)[name]] if name < len(entries) else None
        return entries.get(name)

    def own(self, path: Path) -> bool:
        """Whether the entry stands in the rule set itself, not in one that it extends."""
        place = self.at(path)
        return place is None or place.file in self._book.own
