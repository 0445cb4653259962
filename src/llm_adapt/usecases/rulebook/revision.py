"""A rule set by its name: a shipped profile, a folder, or a folder at a git revision."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path, PurePosixPath

from llm_adapt.errors import UsageError, raise_all
from llm_adapt.files.builtin import PROFILES
from llm_adapt.files.compile import ruleset_from
from llm_adapt.files.link import link
from llm_adapt.files.rulebook import profile_folder, read_book, rule_files
from llm_adapt.files.rules import load_rules, meaning_digest
from llm_adapt.files.yaml_file import MAX_BYTES
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import Plain

Files = list[tuple[Path, bytes]]
DEEPEST = 8
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
        raise UsageError(
            f"{name} names no revision", None, "write for example HEAD~1:rules/current"
        )
    return _compiled(_chain(revision, folder.rstrip("/"), home))


def _chain(revision: str, folder: str, home: Path | None) -> list[Files]:
    chain = [_files_at(revision, folder, home)]
    parent = _parent(chain[0])
    while parent and len(chain) < DEEPEST:
        # A profile beside it belongs to the same revision; any other is the installed one.
        beside = str(PurePosixPath(folder).parent / parent)
        chain.insert(0, _files_at(revision, beside, home, must=False))
        if not chain[0]:
            chain[0] = rule_files(profile_folder(parent))
        parent = _parent(chain[0])
    return chain


def _parent(files: Files) -> str:
    for path, raw in files:
        if path.name == "ruleset.yaml":
            for line in raw.decode("utf-8", "replace").splitlines():
                if line.startswith("extends:"):
                    return line.removeprefix("extends:").split("#")[0].strip()
    return ""


def _files_at(revision: str, folder: str, home: Path | None, *, must: bool = True) -> Files:
    command = ["git", "archive", "--format=tar", revision, "--", folder]
    try:
        done = subprocess.run(  # noqa: S603 (arguments, no shell; a revision begins with no dash)
            command, cwd=home, capture_output=True, check=False, timeout=PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired):
        raise UsageError("git cannot be run", None, "compare folders instead") from None
    if done.returncode:
        if not must:
            return []
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1].removeprefix("fatal: ") if said else "git failed"
        raise UsageError(f"{revision}:{folder}: {reason}", None, "paths count from this folder")
    return _yaml_files(revision, done.stdout)


def _yaml_files(revision: str, archive: bytes) -> Files:
    found: Files = []
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        for member in tar.getmembers():
            if not member.isfile() or not member.name.endswith((".yaml", ".yml")):
                continue
            stream = tar.extractfile(member)
            if stream is not None:
                found.append((Path(f"{revision}:{member.name}"), stream.read(MAX_BYTES + 1)))
    return sorted(found)


def _compiled(chain: list[Files]) -> RuleSet:
    book = read_book(chain)
    raise_all(link(book))
    sections: dict[str, Plain] = {
        section: {name: entries[name].raw for name in sorted(entries)}
        for section, entries in book.sections.items()
    }
    return ruleset_from(
        {
            "headings": dict(book.headings),
            "extends": list(book.extends),
            "departures": dict(book.departures),
            "digest": meaning_digest(sections),
            "sections": sections,
            "places": {},
        }
    )
