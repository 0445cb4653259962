"""Compiled rule sets beside the user's other caches: JSON, keyed by content, safe to lose."""

import json
import os
import sys
import tempfile
from pathlib import Path

from llm_adapt.model.plain import Plain

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
    """What was kept under a key, or nothing."""
    try:
        place = folder()
        if place is None:
            return None
        kept = json.loads((place / f"{key}.json").read_text("utf-8"))
    except (OSError, ValueError, RuntimeError):
        return None
    return kept if isinstance(kept, dict) else None


def write(key: str, compiled: dict[str, Plain]) -> None:
    """Keep something under a key; a full disk or a read-only home is no error."""
    try:
        place = folder()
        if place is None:
            return
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=place, delete=False, encoding="utf-8") as stream:
            json.dump(compiled, stream, separators=(",", ":"))
        Path(stream.name).replace(place / f"{key}.json")
        kept = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in kept[KEEP:]:
            old.unlink(missing_ok=True)
    except (OSError, RuntimeError, ValueError):
        return
