"""A rule set in an archive on this disk: a ZIP or a tar file, `rules.zip` or `all.tar.gz:house`."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.rulebook import (
    HEAD,
    MAX_ENTRIES,
    MAX_TOTAL,
    Files,
    chosen,
    read_chain,
    too_much,
)
from llm_adapt.files.rules import rules_of
from llm_adapt.files.yaml_file import MAX_BYTES
from llm_adapt.rules.location import Location
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.record import record

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz")
# Of what else lies in the archive; it is passed over, but has to be unpacked on the way.
_PASSED = 64_000_000
_DAMAGED = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, tarfile.TarError,
            zlib.error, lzma.LZMAError)  # fmt: skip


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
