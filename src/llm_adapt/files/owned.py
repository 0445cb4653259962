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
    b"llm-adapt check", b"llm-adapt rules ",
)  # fmt: skip
_EMPTY = (b"", b"[]")
_LOOKED_AT = 4096


def write_result(path: Path, text: str, *, force: bool) -> None:
    """Write a result to a file.

    Raises:
        LlmAdaptError: Something else stands there, or it cannot be written.
    """
    if not force and not _is_ours(path):
        message = "this file is there already, and was not written by llm-adapt"
        hint = "name another file, or overwrite it: --force"
        raise LlmAdaptError(message, Location(str(path)), hint)
    write_text(path, text)


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
    return head.strip() in _EMPTY or any(mark in head or mark in tail for mark in _MARKS)
