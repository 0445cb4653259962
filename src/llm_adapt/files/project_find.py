"""Finding project files, and the repository that one belongs to."""

import os
from collections.abc import Iterator
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.patterns import MAGIC, Ignored, TooManyEntriesError, matching

NAMES = ("llm-adapt.yaml", ".llm-adapt.yaml")
_PASSED = {".git", ".hg", ".svn", "node_modules", "__pycache__"}


def find_files(patterns: list[str], start: Path) -> list[Path]:
    """The project files that names, folders and patterns take.

    A folder stands for every project file below it, without any pattern this folder does, and
    where there is none below it, the nearest one above. What `.gitignore` leaves out is passed
    over, and no linked folder is entered.

    Raises:
        LlmAdaptError: There is none, or a pattern takes none.
    """
    if not patterns:
        below, looked = _below(start, start)
        return below or [_nearest_file(start, looked)]
    found: dict[Path, None] = {}
    for pattern in patterns:
        found.update(dict.fromkeys(_taken(pattern, start)))
    return list(found)


def _taken(pattern: str, start: Path) -> list[Path]:
    path = start / pattern
    exact = not MAGIC.search(pattern) or _exists(path)
    if exact and not path.is_dir():
        return [Path(pattern)]
    try:
        # A pattern that the shell left alone: a quoted one, or one on Windows.
        chosen = [path] if exact else sorted(matching(start, pattern))
    except TooManyEntriesError:
        chosen = []
    found: dict[Path, None] = {}
    looked = 0
    for entry in chosen:
        if not exact and _left_out(entry, start):
            continue
        if entry.is_dir():
            below, seen = _below(entry, start)
            found.update(dict.fromkeys(below))
            looked += seen
        elif entry.name in NAMES:
            found.setdefault(_shown(entry, start))
    if not found:
        what = (
            f"{pattern} takes {len(chosen)} files and folders"
            if chosen
            else f"nothing is called {pattern}"
        )
        message = f"no project file: {what}, and looked into {looked} folders for {NAMES[0]}"
        raise LlmAdaptError(message, None, "check the pattern; write one: llm-adapt init")
    return list(found)


def _below(folder: Path, start: Path) -> tuple[list[Path], int]:
    """Every project file below a folder, and how many folders were looked into."""
    found: list[Path] = []
    looked = 0
    waiting = [(folder, _lines_above(folder))]
    while waiting:
        here, ignored = waiting.pop()
        looked += 1
        ignored = ignored.within(here)
        names = [
            n for n in NAMES if _exists(here / n) and not ignored.takes(here / n, is_folder=False)
        ]
        found += [_shown(here / name, start) for name in names[:1]]
        waiting += [
            (entry, ignored) for entry in _folders(here) if not ignored.takes(entry, is_folder=True)
        ]
    return sorted(found), looked


def _lines_above(folder: Path) -> Ignored:
    root, ignored = repository_root(folder), Ignored()
    above = [f for f in reversed(folder.absolute().parents) if f == root or f.is_relative_to(root)]
    for parent in above:
        ignored = ignored.within(parent)
    return ignored


def _left_out(path: Path, start: Path) -> bool:
    """Whether a walk from a folder down would not come to a path."""
    here, ignored = start, _lines_above(start)
    for name in path.relative_to(start).parts:
        ignored = ignored.within(here)
        here /= name
        if name in _PASSED or here.is_symlink() or ignored.takes(here, is_folder=here.is_dir()):
            return True
    return False


def _folders(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and entry.name not in _PASSED:
                    yield Path(entry.path)
    except OSError:
        return


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _shown(path: Path, start: Path) -> Path:
    return path.relative_to(start) if path.is_relative_to(start) else path


def _nearest_file(start: Path, looked: int) -> Path:
    root = repository_root(start)
    for folder in (start, *start.parents):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
        if folder == root:
            break
    message = (
        f"0 projects: there is no {NAMES[0]} in the {looked} folders from here down, nor above"
    )
    raise LlmAdaptError(message, None, "write one: llm-adapt init; or name the file")


def repository_root(folder: Path) -> Path:
    """The root of the repository that a folder belongs to; the folder itself without one."""
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    return folder
