"""Finding project files, and the repository that one belongs to."""

import glob
from pathlib import Path

from llm_adapt.errors import LlmAdaptError

NAMES = ("llm-adapt.yaml", ".llm-adapt.yaml")


def find_files(patterns: list[str], start: Path) -> list[Path]:
    """The project files that names, folders and patterns take; without any, the nearest upward.

    Raises:
        LlmAdaptError: There is none, or a pattern takes none.
    """
    if not patterns:
        return [_nearest_file(start)]
    found: dict[Path, None] = {}
    for pattern in patterns:
        for path in _taken(pattern, start):
            found.setdefault(path)
    return list(found)


def _taken(pattern: str, start: Path) -> list[Path]:
    path = Path(pattern)
    if not glob.has_magic(pattern) or (start / path).exists():
        if (start / path).is_dir():
            names = [path / name for name in NAMES if (start / path / name).is_file()]
            return names[:1] or [path / NAMES[0]]
        return [path]
    try:
        # A pattern that the shell left alone: a quoted one, or one on Windows.
        matches = glob.glob(pattern, root_dir=start, recursive=True)  # noqa: PTH207 (as a shell)
    except (OSError, ValueError):
        matches = []
    if not matches:
        raise LlmAdaptError(f"no file is called {pattern}", None, "check the pattern")
    return [Path(match) for match in sorted(matches) if (start / match).is_file()]


def _nearest_file(start: Path) -> Path:
    root = repository_root(start)
    for folder in (start, *start.parents):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
        if folder == root:
            break
    message = f"there is no {NAMES[0]} here or above, up to the repository's root"
    raise LlmAdaptError(message, None, "write one: llm-adapt init; or name the file")


def repository_root(folder: Path) -> Path:
    """The root of the repository that a folder belongs to; the folder itself without one."""
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    return folder
