"""Compiled rule sets beside the user's other caches: JSON, keyed by content, safe to lose."""

import hashlib
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from llm_adapt.rules.plain import Plain, as_plain

# Old rule sets are worthless; a few suffice for someone who works on several folders.
KEEP = 24


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


def read(key: str) -> dict[str, Plain] | None:
    """What was kept under a key, or nothing; what is not whole counts as nothing."""
    try:
        place = folder()
        if place is None:
            return None
        raw = (place / f"{key}.json").read_bytes()
        digest, _, body = raw.partition(b"\n")
        if digest != _digest(body):
            return None
        kept = as_plain(json.loads(body))
    except (OSError, ValueError, RuntimeError):
        return None
    return kept if isinstance(kept, dict) else None


def write(key: str, compiled: dict[str, Plain]) -> None:
    """Keep something under a key; a full disk or a read-only home is no error."""
    with suppress(OSError, RuntimeError, ValueError):
        place = folder()
        if place is None:
            return
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        body = json.dumps(compiled, separators=(",", ":")).encode()
        _put(place, f"{key}.json", _digest(body) + b"\n" + body)
        kept = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in kept[KEEP:]:
            old.unlink(missing_ok=True)


def _put(place: Path, name: str, content: bytes) -> None:
    import tempfile  # noqa: PLC0415 (reading, the usual case, does not need it)

    with tempfile.NamedTemporaryFile(dir=place, delete=False) as stream:
        temporary = Path(stream.name)
        try:
            stream.write(content)
            stream.close()
            temporary.replace(place / name)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
