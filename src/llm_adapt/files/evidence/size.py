"""The bytes of a file, or of all files of a folder."""

import os
from pathlib import Path

from llm_adapt.files.evidence.access import Access, EvidenceError

MAX_FILES = 1_000_000
UNITS = {"bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}


def total_bytes(access: Access, name: str) -> tuple[int, int]:
    """Bytes and number of files; links and hidden files do not count.

    Raises:
        EvidenceError: It is missing, outside, or holds more files than can be looked at.
    """
    path = access.find(name)
    try:
        if path.is_file():
            return path.stat().st_size, 1
        return _folder(path, name)
    except OSError as error:
        raise EvidenceError("C303", f"{name} cannot be read: {error.strerror}") from None


def _folder(path: Path, name: str) -> tuple[int, int]:
    size = files = 0
    for folder, below, names in os.walk(path):
        below[:] = [entry for entry in below if not entry.startswith(".")]
        for entry in names:
            file = Path(folder, entry)
            if entry.startswith(".") or file.is_symlink():
                continue
            size += file.stat().st_size
            files += 1
        if files > MAX_FILES:
            raise EvidenceError("C305", f"{name} holds more than {MAX_FILES:,} files")
    if not files:
        raise EvidenceError("C302", f"there is no file in {name}")
    return size, files
