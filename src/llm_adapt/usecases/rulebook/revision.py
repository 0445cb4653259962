"""A rule set by its name: a shipped profile, a folder, or a folder at a git revision."""

import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.rulebook import (
    HEAD,
    MAX_ENTRIES,
    MAX_TOTAL,
    Files,
    chosen,
    read_chain,
    too_much,
)
from llm_adapt.files.rules import load_rules, rules_of
from llm_adapt.files.yaml_file import MAX_BYTES, too_large
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.record import record

PATIENCE_S = 60


def rules_at(name: str, home: Path | None = None) -> RuleSet:
    """The rule set of a profile, a folder, or `REVISION:FOLDER` of a git repository.

    A folder at a revision is looked for from `home`, else from here.

    Raises:
        LlmAdaptError: It does not exist or has faults.
    """
    revision, colon, folder = name.partition(":")
    if not colon or name in PROFILES or Path(name).is_dir():
        return load_rules(name)
    if not revision or revision.startswith("-"):
        hint = "write for example HEAD~1:rules/current"
        raise UsageError(f"{name} names no revision", None, hint)
    return rules_of(read_chain(Path(folder or "."), Revision(revision, home), cases=False))


@record(frozen=True)
class Revision:
    """The folders of a revision, read as they would be read on disk; paths count from here."""

    name: str
    home: Path | None = None

    def holds(self, folder: Path) -> bool:
        """Whether a folder is a rule set."""
        found = self._git("cat-file", "-t", self._object(folder.as_posix(), HEAD))
        return found.returncode == 0 and found.stdout.strip() == b"blob"

    def files(self, folder: Path, *, cases: bool) -> Files:
        """The YAML files of a folder with their bytes.

        Raises:
            LlmAdaptError: It has none or too many, or one is too large or leads elsewhere.
        """
        place = folder.as_posix()
        listed = self._git("ls-tree", "--full-tree", "-r", "-z", "--name-only", self._object(place))
        if listed.returncode:
            said = listed.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = said[-1].removeprefix("fatal: ") if said else "git failed"
            hint = "paths count from this folder"
            raise UsageError(f"{self.name}:{place}: {reason}", None, hint)
        names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
        if len(names) > MAX_ENTRIES:
            raise too_much(folder)
        paths = [path for path in chosen(names, folder, cases=cases) if "\n" not in path]
        sizes = self._sizes(place, paths)
        if sum(sizes) > MAX_TOTAL:
            raise too_much(folder)
        asked = [self._object(place, path) for path in paths]
        raw = self._git("cat-file", "--batch", "--follow-symlinks", names=asked).stdout
        found: Files = []
        for path, size in zip(paths, sizes, strict=True):
            body = raw.partition(b"\n")[2]
            found.append((Path(self._shown(place, path)), body[:size]))
            raw = body[size + 1 :]
        return found

    def _sizes(self, place: str, paths: Sequence[str]) -> list[int]:
        asked = [self._object(place, path) for path in paths]
        told = self._git("cat-file", "--batch-check", "--follow-symlinks", names=asked).stdout
        sizes: list[int] = []
        lines = iter(told.decode("utf-8", "replace").splitlines())
        for path in paths:
            words = next(lines, "").split(" ")
            where = Location(self._shown(place, path))
            if len(words) != 3 or words[1] != "blob":  # noqa: PLR2004 (object, type, size)
                message = "this link leads out of the repository, or nowhere"
                raise LlmAdaptError(message, where, "put a copy of the file here")
            if int(words[2]) > MAX_BYTES:
                raise too_large(where.file)
            sizes.append(int(words[2]))
        return sizes

    def _object(self, *path: str) -> str:
        joined = PurePosixPath(*path).as_posix()
        return f"{self.name}:./{'' if joined == '.' else joined}"

    def _shown(self, *path: str) -> str:
        return f"{self.name}:{PurePosixPath(*path).as_posix()}"

    def _git(
        self, *arguments: str, names: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[bytes]:
        given = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
        command = ("git", "--literal-pathspecs", "--no-pager", *arguments)
        try:
            return subprocess.run(  # noqa: S603 (arguments, no shell; a revision begins with no dash)
                command,
                cwd=self.home,
                input=given,
                capture_output=True,
                check=False,
                timeout=PATIENCE_S,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            raise UsageError("git cannot be run", None, "compare folders instead") from None
