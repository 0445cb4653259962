"""Where results go: standard output, or a file that is written whole or not at all."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO, cast

PIPED_WIDTH = 80
# Narrower than this no table can be read; wider than this no eye follows a line.
NARROWEST, WIDEST = 40, 400
DASH = Path("-")


class Guarded:
    """A standard stream that nothing written by others can steer: the border of every command.

    `colour` and `commands` are what a report may have in it that made its texts clean itself.
    """

    def __init__(self, stream: TextIO, *, colour: bool = False, commands: bool = False) -> None:
        self._stream = stream
        self._may = {"colour": colour, "commands": commands}

    def write(self, text: str) -> int:
        """Write what is left of it."""
        from llm_adapt.report.borders import terminal

        return self._stream.write(terminal(text, **self._may))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the stream has)
        return getattr(self._stream, name)


def open_to(stream: TextIO, *, colour: bool = False, commands: bool = False) -> TextIO:
    """The same stream for a report with colours, or with commands for a CI runner."""
    return cast("TextIO", Guarded(unguarded(stream), colour=colour, commands=commands))


def unguarded(stream: TextIO) -> TextIO:
    """The stream itself: for what shows nothing that others wrote."""
    return stream._stream if isinstance(stream, Guarded) else stream  # noqa: SLF001 (its own)


def put(
    text: str | Iterable[str], output: Path | None, *, force: bool = False, commands: bool = False
) -> None:
    """Write a result, which may come in pieces, to standard output or to a file.

    Raises:
        LlmAdaptError: The file cannot be written, or holds what others wrote.
    """
    if output is None or output == DASH:
        out = open_to(sys.stdout, colour=True, commands=commands)
        for piece in (text,) if isinstance(text, str) else text:
            out.write(piece)
        return
    from llm_adapt.files.owned import write_result

    write_result(output, text, force=force)


def page(text: str) -> None:
    """Show something long: through the user's pager, where a terminal is too small for it."""
    paged = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if not paged or text.count("\n") < _screen().lines:
        put(text, None)
        return
    import pydoc

    # As other tools have it: leave when it fits, let colours through, keep the screen.
    os.environ.setdefault("LESS", "FRX")
    from llm_adapt.report.borders import terminal

    pydoc.pager(terminal(text, colour=True))


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar of how far long work is: tell it how much is done, and of how much; none in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    # What a bar shows is ours alone, and it steers the terminal to stay on one line.
    with Progress(console=Console(file=unguarded(sys.stderr)), transient=True) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def add_to_summary(write: Callable[[], Iterable[str]]) -> None:
    """Add a report in Markdown to the summary of the job, where GitHub names a file for it."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    try:
        with Path(name).open("a", encoding="utf-8") as stream:
            stream.writelines(write())
    except OSError as error:
        # The annotations are there all the same, and no format may change the exit code.
        sys.stderr.write(f"warning: the job summary cannot be written: {error.strerror}\n")


def width() -> int:
    """The columns to fill: those of the terminal, or 80 when the output is piped."""
    columns = columns_asked() or (_screen().columns if sys.stdout.isatty() else PIPED_WIDTH)
    return min(max(columns, NARROWEST), WIDEST)


def columns_asked() -> int:
    """What COLUMNS asks for; 0 when it asks for nothing that can be used."""
    asked = os.environ.get("COLUMNS", "")
    return int(asked[:9]) if asked.isascii() and asked.isdigit() else 0


def _screen() -> os.terminal_size:
    """The size of the terminal, where it says one."""
    with suppress(OSError, ValueError):
        return os.get_terminal_size(sys.stdout.fileno())
    return os.terminal_size((PIPED_WIDTH, 24))


def coloured(output: Path | None = None) -> bool:
    """Whether to colour: no file; else as NO_COLOR, FORCE_COLOR and TERM ask, or on a terminal."""
    if output not in {None, DASH} or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def mend_streams() -> None:
    """Make the standard streams fit to use.

    A stream that the caller has closed is one that nothing comes from or goes to. What is piped
    is UTF-8 on every system; a terminal shows what it cannot show as escapes. From here on
    nothing written by others steers them.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        adjust = getattr(stream, "reconfigure", None)
        if adjust is not None:
            adjust(errors="backslashreplace")
            if stream is sys.stdout and not stream.isatty():
                adjust(encoding="utf-8")
    sys.stdout, sys.stderr = open_to(sys.stdout), open_to(sys.stderr)


def drop_output() -> None:
    """Send what is still to be written to nowhere, so that leaving does not fail again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
