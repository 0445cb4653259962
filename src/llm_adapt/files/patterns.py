"""Names with `*`, `?`, `[...]` and `**`, matched segment by segment: no pattern takes long.

Used for evidence, for the search for project files, and for `.gitignore`.
"""

import fnmatch
import os
import re
from collections.abc import Iterator
from pathlib import Path

from llm_adapt.rules.record import record

MAGIC = re.compile(r"[*?[]")
# Folders and files that one search looks at.
MAX_ENTRIES = 300_000
# Of a .gitignore; no path is longer than its longest line, and what lies behind is not obeyed.
MAX_IGNORE, MAX_LINES, _LONGEST = 1_000_000, 5_000, 4_096
_DEEP = None
_Segments = tuple["re.Pattern[str] | None", ...]


class TooManyEntriesError(Exception):
    """A search looked at more entries than is reasonable."""


def segments(pattern: str) -> _Segments:
    """A pattern, compiled segment by segment; `**` stands for any number of folders."""
    found: list[re.Pattern[str] | None] = []
    for part in pattern.split("/"):
        if part == "**":
            found += [] if found and found[-1] is _DEEP else [_DEEP]
        elif part not in {"", "."}:
            found.append(re.compile(fnmatch.translate(part)))
    return tuple(found)


def step(pattern: _Segments, states: frozenset[int], name: str) -> frozenset[int]:
    """The places in a pattern that are reached from some places by one more name."""
    after: set[int] = set()
    for state in states:
        part = pattern[state] if state < len(pattern) else ""
        if part is _DEEP:
            after.add(state)
        elif isinstance(part, re.Pattern) and part.match(name):
            after.add(state + 1)
    return closed(pattern, after)


def closed(pattern: _Segments, states: set[int]) -> frozenset[int]:
    """The places with those behind a `**`, which may stand for nothing."""
    for state in sorted(states):
        place = state
        while place < len(pattern) and pattern[place] is _DEEP:
            place += 1
            states.add(place)
    return frozenset(states)


def matching(folder: Path, pattern: str) -> Iterator[Path]:
    """Everything below a folder that a pattern takes, in no order; links are not followed down.

    Raises:
        TooManyEntriesError: There is more below it than a search looks at.
    """
    compiled = segments(pattern)
    waiting = [(folder, closed(compiled, {0}))]
    looked = 0
    while waiting:
        here, states = waiting.pop()
        for entry in _entries(here):
            looked += 1
            if looked > MAX_ENTRIES:
                raise TooManyEntriesError
            after = step(compiled, states, entry.name)
            if len(compiled) in after:
                yield Path(entry.path)
            if after - {len(compiled)} and entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry.path), after))


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


@record(frozen=True)
class _Line:
    pattern: _Segments
    folder: Path
    keeps: bool
    folders_only: bool


class Ignored:
    """What the `.gitignore` files of a repository leave out, read folder by folder on the way."""

    def __init__(self, lines: tuple[_Line, ...] = ()) -> None:
        self.lines = lines

    def within(self, folder: Path) -> "Ignored":
        """The same with the lines of one more folder; a file that cannot be read says nothing."""
        try:
            with (folder / ".gitignore").open("rb") as stream:
                written = stream.read(MAX_IGNORE).decode("utf-8", "replace")
        except OSError:
            return self
        lines = [line for raw in written.splitlines()[:MAX_LINES] if (line := _line(raw, folder))]
        return Ignored((*self.lines, *lines))

    def takes(self, path: Path, *, is_folder: bool) -> bool:
        """Whether a path is left out; the last line that speaks of it decides."""
        for line in reversed(self.lines):
            if line.folders_only and not is_folder:
                continue
            states = closed(line.pattern, {0})
            for name in path.relative_to(line.folder).parts:
                states = step(line.pattern, states, name)
            if len(line.pattern) in states:
                return not line.keeps
        return False


def _line(raw: str, folder: Path) -> _Line | None:
    text = raw.rstrip()
    if not text or text.startswith("#") or len(text) > _LONGEST:
        return None
    keeps, text = text.startswith("!"), text.removeprefix("!").removeprefix("\\")
    folders_only, text = text.endswith("/"), text.rstrip("/")
    anchored = "/" in text
    return _Line(segments(text if anchored else f"**/{text}"), folder, keeps, folders_only)
