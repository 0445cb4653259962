"""A rule set by its name: a shipped profile, a folder, a folder at a git revision, or an archive.

Archives are ZIP or tar files on this disk: `rules.zip` or `all.tar.gz:house`.
"""

import lzma
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
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
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz")
# Of what else lies in the archive; it is passed over, but has to be unpacked on the way.
_PASSED = 64_000_000
_DAMAGED = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, tarfile.TarError,
            zlib.error, lzma.LZMAError)  # fmt: skip


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


def rules_in(archive: Path, folder: str = "") -> RuleSet:
    """The rule set of a folder of an archive; without a folder, of the only one that it holds.

    Raises:
        LlmAdaptError: It cannot be read, holds too much or no rule set, or that has faults.
    """
    found = Archive.opened(archive)
    if not folder:
        heads = sorted(path for path in found.members if path.rpartition("/")[2] == HEAD)
        if len(heads) != 1:
            message = f"this archive holds {len(heads) or 'no'} rule sets"
            raise LlmAdaptError(message, Location(str(archive)), f"name one: {archive}:FOLDER")
        folder = heads[0].rpartition("/")[0] or "."
    return rules_of(read_chain(Path(folder), found, cases=False))


@record(frozen=True, eq=False)
class Archive:
    """The YAML files of an archive by their names in it, and where it lies."""

    name: str
    members: dict[str, bytes]

    @staticmethod
    def opened(path: Path) -> "Archive":
        """An archive, read.

        Raises:
            LlmAdaptError: It cannot be read, or holds too much.
        """
        members: dict[str, bytes] = {}
        try:
            for name, raw in _zipped(path) if path.suffix == ".zip" else _tarred(path):
                members[PurePosixPath(name).as_posix()] = raw
                if sum(map(len, members.values())) > MAX_TOTAL or len(raw) > MAX_BYTES:
                    raise too_much(path)
        except LlmAdaptError:
            raise
        except _DAMAGED as error:
            where = Location(str(path))
            raise LlmAdaptError(f"this archive cannot be read: {error}", where) from None
        return Archive(str(path), members)

    def holds(self, folder: Path) -> bool:
        """Whether a folder of it is a rule set."""
        return (PurePosixPath(folder.as_posix()) / HEAD).as_posix() in self.members

    def files(self, folder: Path, *, cases: bool) -> Files:
        """The YAML files of a folder of it.

        Raises:
            LlmAdaptError: There are none.
        """
        start = "" if folder.as_posix() == "." else f"{folder.as_posix()}/"
        names = [name.removeprefix(start) for name in self.members if name.startswith(start)]
        return [
            (Path(f"{self.name}:{start}{name}"), self.members[f"{start}{name}"])
            for name in chosen(names, folder, cases=cases)
        ]


def _wanted(name: str, number: int, passed: int, path: Path) -> bool:
    if number > MAX_ENTRIES or passed > _PASSED:
        raise too_much(path)
    return name.endswith((".yaml", ".yml"))


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for number, member in enumerate(archive.infolist()):
            if _wanted(member.filename, number, 0, path):
                with archive.open(member) as stream:
                    yield member.filename, stream.read(MAX_BYTES + 1)


def _tarred(path: Path) -> Iterator[tuple[str, bytes]]:
    passed = 0
    with tarfile.open(path) as archive:
        for number, member in enumerate(archive):
            passed += member.size
            if _wanted(member.name, number, passed, path) and member.isfile():
                stream = archive.extractfile(member)
                yield member.name, stream.read(MAX_BYTES + 1) if stream else b""
