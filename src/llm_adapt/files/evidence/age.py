"""The day a file speaks for: that of its last commit, or when it was last written."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

from llm_adapt.files.evidence.access import Access, EvidenceError

_TIMEOUT_S = 30


def day_of(access: Access, name: str, by: str) -> date:
    """The day of a file, from its last commit (`commit`) or its last change on disk (`file`).

    A file that git does not know has only the second.

    Raises:
        EvidenceError: It is missing, or its history is not there.
    """
    path = access.find(name)
    committed = _last_commit(path, access.root, name) if by == "commit" else None
    if committed is not None:
        return committed
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except (OSError, OverflowError, ValueError):
        raise EvidenceError("C303", f"{name} does not say when it was written") from None


def _last_commit(path: Path, root: Path, name: str) -> date | None:
    if not (root / ".git").exists() or not path.is_relative_to(root):
        return None
    shown = _git(root, "log", "-1", "--format=%ct", "--", str(path.relative_to(root)))
    if not shown.isdigit():
        return None
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        message = f"this checkout has no history, so the age of {name} is unknown"
        hint = "fetch all of it (actions/checkout: fetch-depth: 0), or use dated_by: file"
        raise EvidenceError("C303", message, hint)
    return datetime.fromtimestamp(int(shown), UTC).date()


def _git(root: Path, *arguments: str) -> str:
    # Settings of the repository must not start other programs.
    safe = ("-c", "core.fsmonitor=false", "-c", "log.showSignature=false")
    command = ("git", "--no-pager", *safe, "-C", str(root), *arguments)
    try:
        done = subprocess.run(  # noqa: S603 (fixed program, no shell)
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
