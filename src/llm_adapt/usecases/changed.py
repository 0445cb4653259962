"""Which projects a change touches, for repositories that do not check every one each time."""

from pathlib import Path

from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files import lock, settings
from llm_adapt.files.evidence.access import EvidenceError
from llm_adapt.files.evidence.age import git
from llm_adapt.usecases.project import Workplace


def changed_since(root: Path, revision: str) -> set[Path]:
    """What differs from a revision: committed, not committed, or new.

    Raises:
        UsageError: Git cannot say it.
    """
    if revision.startswith("-"):
        raise UsageError(f"{revision} names no revision", None, "write for example origin/main")
    try:
        # From where the branches parted: what others changed meanwhile is not this change.
        base = git(root, "merge-base", revision, "HEAD").strip()
        named = git(root, "diff", "--name-only", "--no-renames", "-z", base, "--").split("\0")
        named += git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    except EvidenceError as error:
        message = f"--changed-since {revision}: {error.message}"
        raise UsageError(message, None, "fetch the whole history (fetch-depth: 0)") from None
    return {root / name for name in named if name}


def touched(workplace: Workplace, path: Path, changes: set[Path]) -> bool:
    """Whether a change may alter what a project file comes to: rather once too often."""
    full = (workplace.start / path).resolve()
    root = workplace.root(full.parent)
    if changes & {full, full.parent / lock.NAME, *(root / name for name in settings.NAMES)}:
        return True
    try:
        found = workplace.read(path)
    except LlmAdaptError:
        return True
    named = {name for project in found.projects for name in (project.rules, project.record)}
    named |= {p.answers for p in found.projects if isinstance(p.answers, str)}
    named |= {t for p in found.projects for a in p.assumptions for t in a.evidence.files}
    # A pattern or a command may read anything below the folder.
    if any(
        a.evidence.runs or set("*?[") & set(a.evidence.path)
        for p in found.projects
        for a in p.assumptions
    ):
        named.add(".")
    places = [(full.parent / name).resolve() for name in named if name]
    places += [root / shared for shared in [workplace.settings(full.parent).rules] if shared]
    return any(
        change == place or change.is_relative_to(place) for place in places for change in changes
    )
