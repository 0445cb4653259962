"""Writing results over files that are there: only over what this tool wrote, or when told to."""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from llm_adapt.errors import LlmAdaptError, UsageError
from llm_adapt.files.text_file import write_text
from llm_adapt.rules.location import Location

# What each form of ours says of itself where it begins, or on its last line. A file that merely
# speaks of this tool somewhere is somebody's.
_FIRST = re.compile(
    rb"""
      \{\s*"(?:schema"|\$schema"[^}]{,80}?"(?:\$id"|title")):\s"[^"]{,120}\bllm-adapt/
    | \{\s*"\$schema":\s"[^"]*sarif[^"]*"[^\0]{,200}?"name":\s"llm-adapt"
    | \[\s*\{[^{}]{,2000}?"check_name":\s"(?:C\d|data/)
    | <\?xml[^\n]*\n<testsuites\sname="llm-adapt" | <svg\s[^\n>]*aria-label="llm-adapt:
    | (?:<!--\smarkdownlint[^\n]*\n\n)?\#\#\sllm-adapt:\s | <!--\sllm-adapt\s
    | ::(?:error|warning|notice)\s[^\n]*title=(?:C\d|data/)
    | \#\sllm-adapt\sanswers | \#\srules:\s\S+\s\S+\s\S+\n
    | \#\s[^\n]*\n\n[^\0]{,3000}\nThis\spage\sis\sgenerated:\s`llm-adapt\srules
    """,
    re.VERBOSE,
)
_LAST = re.compile(
    rb"""
      (?:^|\n)(?:<!--\s|//\s|%%\s|\#\s)?
        (?:Written\sby\sllm-adapt\.|made\sby:\sllm-adapt\srules\sdocs|llm-adapt\srules\sgraph
          |llm-adapt\srecord\s[0-9a-f]+\sby\srules\s[0-9a-f]+)(?:\s-->)?\s*\Z
    | <footer><p>Written\sby\sllm-adapt\son\s[^\0]{,2000}</html>\s*\Z
    | (?:^|\n)\d+\sprojects?\schecked\sas\sof\s[\d-]{10}:[^\n]*\s*\Z
    """,
    re.VERBOSE,
)
# A project file is the person's own from the first day on.
_THEIRS = b"# Checked by: llm-adapt check\n"
_EMPTY = (b"", b"[]")
_LOOKED_AT = 4096
_WRITTEN = "Written by llm-adapt."
_FORMS = {"<": "<!-- {} -->\n", "digraph": "// {}\n", "flowchart": "%% {}\n"}
_COMMENTS = {
    **dict.fromkeys((".md", ".markdown"), "<!-- {} -->\n"),
    **dict.fromkeys((".yaml", ".yml"), "# {}\n"),
}


def write_result(path: Path, text: str | Iterable[str], *, force: bool) -> None:
    """Write a result to a file, with a word of who wrote it where its form has none.

    What comes in pieces is JSON, which says it itself.

    Raises:
        LlmAdaptError: Something else stands there, or it cannot be written.
    """
    refuse_others(path, force=force)
    write_text(path, text + _signature(path, text) if isinstance(text, str) else text)


def _signature(path: Path, text: str) -> str:
    """What ends a file that does not say by itself who wrote it."""
    raw = text.encode("utf-8", "replace")
    if (
        raw[:1] in {b"{", b"["}
        or _THEIRS in raw[:_LOOKED_AT]
        or _says_so(raw[:_LOOKED_AT], raw[-_LOOKED_AT:])
    ):
        return ""
    begins = text.lstrip()
    comment = next((form for start, form in _FORMS.items() if begins.startswith(start)), "")
    comment = comment or _COMMENTS.get(path.suffix.lower(), "{}\n")
    return comment.format(_WRITTEN)


def refuse_read(paths: Iterable[Path], read: Iterable[Path]) -> None:
    """Refuse to write over a file that is read, or to read it for something else; forced or not.

    Raises:
        UsageError: One of the paths is one of the files that are read.
    """
    taken = {state for path in read if (state := _identity(path))}
    for path in paths:
        if _identity(path) in taken:
            raise UsageError(f"{path} is a file that is read already", None, "name another file")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return state.st_dev, state.st_ino


def refuse_others(path: Path, *, force: bool) -> None:
    """Refuse to write over what this tool did not write.

    Raises:
        LlmAdaptError: Something else stands there.
    """
    if not force and not _is_ours(path):
        message = "this file is there already, and was not written by llm-adapt"
        hint = "name another file, or overwrite it: --force"
        raise LlmAdaptError(message, Location(str(path)), hint)


def _is_ours(path: Path) -> bool:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            return True
        with path.open("rb") as stream:
            head = stream.read(_LOOKED_AT)
            stream.seek(-min(state.st_size, _LOOKED_AT), os.SEEK_END)
            tail = stream.read()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return head.strip() in _EMPTY or _says_so(head, tail)


def _says_so(head: bytes, tail: bytes) -> bool:
    return bool(_FIRST.match(head.lstrip()) or _LAST.search(tail))
