"""`check --fix`: what a finding knows exactly is written where it belongs."""

import difflib
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.claim import held
from llm_adapt.files.evidence.access import decoded, whole
from llm_adapt.files.text_file import write_text
from llm_adapt.files.yaml_edit import with_value
from llm_adapt.files.yaml_file import MAX_BYTES, read_yaml
from llm_adapt.rules.finding import Fix
from llm_adapt.rules.location import Location
from llm_adapt.usecases.check import CheckOptions, check

# Findings that `--update-lock` mends without anybody's reason.
_LOCK = ("C502", "C503", "C504", "C505")
_NEEDS_A_REASON = "C501"


def fixed(patterns: list[str], start: Path, options: CheckOptions, *, write: bool) -> str:
    """What is mended, as a unified diff; written when asked for, the lock files as well.

    Raises:
        LlmAdaptError: A file cannot be read or written.
    """
    looking = replace(options, update_lock=False, baseline_until=None, use_baseline=False)
    result = check(patterns, start, looking)
    files: dict[str, list[Fix]] = {}
    for found in result.findings():
        if found.fix is not None:
            files.setdefault(found.fix.file, []).append(found.fix)
    told = ""
    for name, fixes in files.items():
        with held(start / name) if write else nullcontext():
            told += _mended(start / name, name, fixes, write=write)
    old = result.has(*_LOCK) or (told and any(p.standing for p in result.projects))
    if write and old and not result.has(_NEEDS_A_REASON, "C506"):
        check(patterns, start, replace(looking, update_lock=True))
    return told


def _mended(path: Path, name: str, fixes: list[Fix], *, write: bool) -> str:
    before = text = decoded(whole(path, name, MAX_BYTES), name)
    for fix in fixes:
        with suppress(LlmAdaptError):
            text = with_value(text, read_yaml(text, name), fix.path, fix.value) or text
    if write and text != before:
        try:
            write_text(path, text)
        except LlmAdaptError as error:
            raise LlmAdaptError(error.message, Location(name), error.hint) from None
    lines = (before.splitlines(keepends=True), text.splitlines(keepends=True))
    return "".join(difflib.unified_diff(*lines, name, name))
