"""Text into files: whole or not at all."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from llm_adapt.errors import LlmAdaptError
from llm_adapt.files.claim import PREFIX, hold, sweep
from llm_adapt.rules.location import Location


def write_text(path: Path, text: str | Iterable[str], *, private: bool = False) -> None:
    """Write a file whole or not at all: beside it first, then renamed; the text may be in pieces.

    What is no regular file (a pipe, `/dev/null`) is written to, never replaced; a link is followed.

    Raises:
        LlmAdaptError: It cannot be written; what stood there before still does.
    """
    pieces = (text,) if isinstance(text, str) else text
    try:
        real = Path(os.path.realpath(path))
        if real.exists() and not real.is_file():
            with real.open("w", encoding="utf-8") as written:
                written.writelines(pieces)
            return
        if real.exists() and not os.access(real, os.W_OK):
            raise PermissionError(None, "it is write-protected")
        with replaced(real, private=private) as stream:
            stream.writelines(piece.encode() for piece in pieces)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "nothing was changed"
        if isinstance(error, FileNotFoundError):
            hint = f"make the folder {path.parent} first"
        raise LlmAdaptError(f"cannot be written: {reason}", Location(str(path)), hint) from None


@contextmanager
def replaced(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """A new file beside the one of that name, which takes its place when all is written."""
    temporary: Path | None = None
    sweep(path.parent)
    try:
        mode = 0o600 if private else _mode(path)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=PREFIX, delete=False) as stream:
            hold(stream.fileno())
            temporary = Path(stream.name)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        # Ctrl-C included: nothing half-written stays behind.
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it.

    Raises:
        LlmAdaptError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {error.strerror}"
        raise LlmAdaptError(message, Location(str(folder)), "name another folder") from None
