"""Writing results over files that are there: only over what this tool wrote, or when told to."""

import os
import stat
from pathlib import Path

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.text_file import write_text
from llm_adapt.rules.location import Location

# What each form of ours says of itself near its beginning or its end.
_MARKS = (
    b"llm-adapt/", b'"name": "llm-adapt"', b'name="llm-adapt"', b"## llm-adapt: ", b"title=C",
    b"<!-- llm-adapt ", b'label="llm-adapt:', b" checked as of ", b'"check_name": "C',
    b"# Checked by: llm-adapt check", b"# llm-adapt answers", b"# rules: ", b"ritten by llm-adapt",
    b"llm-adapt rules ", b'"check_name": "data/', b"title=data/",
)  # fmt: skip
_EMPTY = (b"", b"[]")
_LOOKED_AT = 4096
_WRITTEN = "Written by llm-adapt."
_FORMS = {"<": "<!-- {} -->\n", "digraph": "// {}\n", "flowchart": "%% {}\n"}
_COMMENTS = {
    **dict.fromkeys((".md", ".markdown"), "<!-- {} -->\n"),
    **dict.fromkeys((".yaml", ".yml"), "# {}\n"),
}


def write_result(path: Path, text: str, *, force: bool) -> None:
    """Write a result to a file, with a word of who wrote it where its form has none.

    Raises:
        LlmAdaptError: Something else stands there, or it cannot be written.
    """
    refuse_others(path, force=force)
    write_text(path, text + _signature(path, text))


def _signature(path: Path, text: str) -> str:
    """What ends a file that does not say by itself who wrote it."""
    raw = text.encode("utf-8", "replace")
    if raw[:1] in {b"{", b"["} or _says_so(raw[:_LOOKED_AT], raw[-_LOOKED_AT:]):
        return ""
    begins = text.lstrip()
    comment = next((form for start, form in _FORMS.items() if begins.startswith(start)), "")
    comment = comment or _COMMENTS.get(path.suffix.lower(), "{}\n")
    return comment.format(_WRITTEN)


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
    return any(mark in head or mark in tail for mark in _MARKS)
