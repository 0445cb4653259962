"""The day a file speaks for: that of its last commit, or when it was last written."""

import os
import subprocess
from datetime import date
from functools import partial
from pathlib import Path

from llm_adapt.files.evidence.access import Access, EvidenceError
from llm_adapt.files.evidence.limits import day

_TIMEOUT_S = 30
_FETCH = "fetch the whole history (fetch-depth: 0; GIT_DEPTH: 0), or say dated_by: file"
_SAFE = "core.fsmonitor=false", "log.showSignature=false", "core.quotePath=false"
# Of git's own variables, those that would point it elsewhere.
_MISLEADING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES")
AgeUnknownError = partial(EvidenceError, code="C310")  # nothing says how old it is
FromTheFutureError = partial(EvidenceError, code="C311")  # its date lies after the day of the check


def day_of(access: Access, name: str, by: str, as_of: date) -> date:
    """The day of the oldest file of a name: of its last commit (`commit`) or of the disk (`file`).

    A file that is about to be committed speaks for the day of the check.

    Raises:
        EvidenceError: It is missing, it cannot be known, or lies in the future.
    """
    found = min(
        _committed(path, access.root, name, as_of) if by == "commit" else _written(path, name)
        for path in access.all(name)
    )
    return past(found, as_of, name)


def past(found: date, as_of: date, name: str) -> date:
    """The day, unless it lies in the future; a day is spared for time zones.

    Raises:
        EvidenceError: It does.
    """
    if (found - as_of).days > 1:
        raise FromTheFutureError(f"{name} is dated {found}, after the day of the check, {as_of}")
    return found


def _written(path: Path, name: str) -> date:
    found = day(path.stat().st_mtime)
    if found is None:
        raise AgeUnknownError(f"{name} does not say when it was written")
    return found


def _committed(path: Path, root: Path, name: str, as_of: date) -> date:
    if not (root / ".git").exists() or not path.is_relative_to(root):
        raise AgeUnknownError(f"{name} is in no git repository", "say dated_by: file")
    where = str(path.relative_to(root))
    changed = git(root, "status", "--porcelain=v1", "--ignored=matching", "--", where)
    kinds = {line[:2] for line in changed.splitlines()}
    if kinds - {"??", "!!"}:
        return as_of
    shown = git(root, "log", "-1", "--format=%ct", "--", where)
    if not shown:
        hint = "commit it, or say dated_by: file where a step before the check makes it"
        raise AgeUnknownError(f"{name} is not committed, so its age is unknown", hint)
    if git(root, "rev-parse", "--is-shallow-repository") == "true":
        message = f"this checkout has no history, so the age of {name} is unknown"
        raise AgeUnknownError(message, _FETCH)
    found = day(int(shown)) if shown.isdigit() and len(shown) < 12 else None  # noqa: PLR2004
    if found is None:
        raise AgeUnknownError(f"the last commit of {name} has no date that can be")
    return found


def git(root: Path, *arguments: str) -> str:
    """What a git command prints; names are taken as they are, and no setting runs a program.

    Raises:
        EvidenceError: There is no git, or it refuses.
    """
    safe = [word for setting in _SAFE for word in ("-c", setting)]
    command = ("git", "--no-pager", "--literal-pathspecs", *safe, "-C", str(root), *arguments)
    env = {key: value for key, value in os.environ.items() if key not in _MISLEADING}
    try:
        done = subprocess.run(  # noqa: S603 (fixed program, no shell)
            command, capture_output=True, timeout=_TIMEOUT_S, check=False, env=env
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        raise AgeUnknownError("git cannot be run, so no age is known", "install git") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else f"it ended with {done.returncode}"
        hint = "git config --global --add safe.directory DIR" if "dubious" in reason else _FETCH
        raise AgeUnknownError(f"git does not answer: {reason[:200]}", hint)
    return done.stdout.decode("utf-8", "replace").strip("\n")
