"""Compiled rule sets beside the user's other caches: JSON, keyed by content, safe to lose.

Nothing that another user could have written is read: the folder and the file are this user's, and
nobody else may write there. The digest of a rule set is taken of what was read, so that a changed
file cannot go by the name of the genuine one.
"""

import hashlib
import os
import re
import stat
import sys
from contextlib import suppress
from pathlib import Path

# Old rule sets are worthless; a few suffice for someone who works on several folders.
KEEP = 24
_FIRST = b"llm-adapt compiled rules "
_NAME = re.compile(r"[0-9a-f]{64}\.rules")
_LARGEST = 64_000_000


def folder() -> Path | None:
    """The cache folder of this tool, or nothing when the user has switched it off."""
    chosen = os.environ.get("LLM_ADAPT_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "llm-adapt" / "cache" if base else None
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "llm-adapt"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "llm-adapt"


def read(key: str) -> tuple[bytes, bytes] | None:
    """The two parts kept under a key, or nothing; what is not whole, or not ours, is nothing."""
    try:
        place = folder()
        if place is None or not _private(place.stat()):
            return None
        with (place / f"{key}.rules").open("rb") as stream:
            found = os.fstat(stream.fileno())
            if not _private(found) or not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                return None
            first, _, body = stream.read().partition(b"\n")
    except (OSError, ValueError, RuntimeError):
        return None
    if first != _FIRST + _digest(body):
        return None
    meaning, _, rest = body.partition(b"\n")
    return meaning, rest


def write(key: str, meaning: bytes, rest: bytes) -> None:
    """Keep two parts without line breaks; a full disk or a read-only home is no error."""
    from llm_adapt.files.text_file import replaced  # noqa: PLC0415 (the usual case is to read)

    with suppress(OSError, RuntimeError, ValueError):
        place = folder()
        if place is None:
            return
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _private(place.stat()):
            return
        body = meaning + b"\n" + rest
        with replaced(place / f"{key}.rules", private=True) as stream:
            stream.write(_FIRST + _digest(body) + b"\n" + body)
        _sweep(place)


def _private(found: os.stat_result) -> bool:
    """Whether it belongs to this user and nobody else may write to it."""
    if sys.platform == "win32":
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _sweep(place: Path) -> None:
    """Delete the oldest of what this tool wrote here."""
    own: list[tuple[float, Path]] = []
    for path in place.iterdir():
        if _NAME.fullmatch(path.name):
            with suppress(OSError), path.open("rb") as stream:
                if stream.read(len(_FIRST)) == _FIRST:
                    own.append((path.stat().st_mtime, path))
    for _, path in sorted(own, reverse=True)[KEEP:]:
        path.unlink(missing_ok=True)


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
