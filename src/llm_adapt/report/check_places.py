"""Paths, fingerprints and order of findings, as the machine formats share them."""

import hashlib
import posixpath
from collections.abc import Iterator

from llm_adapt.rules.check import CheckResult, Noted

HOME = "https://github.com/llm-adapt/llm-adapt"


def path_of(result: CheckResult, found: Noted) -> str:
    """The file of a finding, from the root of the repository on."""
    return posixpath.normpath(posixpath.join(result.base, found.where.file))


def help_uri(code: str) -> str:
    """The address of the page of a code."""
    return f"{HOME}#{code.lower()}"


def fingerprinted(result: CheckResult, *, ignored: bool) -> Iterator[tuple[Noted, str]]:
    """Each finding with a fingerprint: its own, and the same when lines above it change."""
    seen: dict[str, int] = {}
    for found in result.findings(ignored=ignored):
        subject = found.about or found.finding.message
        parts = (found.code, path_of(result, found), found.project, subject)
        # Two findings may be alike in all that stays: then their order tells them apart.
        again = seen.get("\0".join(parts), 0)
        seen["\0".join(parts)] = again + 1
        written = "\0".join((*parts, str(again)))
        yield found, hashlib.sha256(written.encode()).hexdigest()[:32]
