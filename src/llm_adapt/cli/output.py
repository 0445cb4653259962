"""Where results go: standard output, or a file that is written whole or not at all."""

import os
import sys
from pathlib import Path

PIPED_WIDTH = 80
# Narrower than this no table can be read; wider than this no eye follows a line.
NARROWEST, WIDEST = 40, 400
DASH = Path("-")


def put(text: str, output: Path | None) -> None:
    """Write a result to standard output, or to a file.

    Raises:
        LlmAdaptError: The file cannot be written.
    """
    if output is None or output == DASH:
        sys.stdout.write(text)
        return
    from llm_adapt.files.text_file import write_text

    write_text(output, text)


def page(text: str) -> None:
    """Show something long: through the user's pager, where a terminal is too small for it."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb" or text.count("\n") < _rows():
        put(text, None)
        return
    from click import echo_via_pager

    # As other tools have it: leave when it fits, let colours through, keep the screen.
    os.environ.setdefault("LESS", "FRX")
    echo_via_pager(text)


def _rows() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines
    except (OSError, ValueError):
        return 24


def width() -> int:
    """The columns to fill: those of the terminal, or 80 when the output is piped."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked[:9]):
        return min(max(int(asked[:9]), NARROWEST), WIDEST)
    return _terminal() if sys.stdout.isatty() else PIPED_WIDTH


def _terminal() -> int:
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return min(max(columns, NARROWEST), WIDEST) if columns else PIPED_WIDTH


def coloured() -> bool:
    """Whether to colour: as NO_COLOR, FORCE_COLOR and TERM ask, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def mend_streams() -> None:
    """Make the standard streams fit to use.

    A stream that the caller has closed is one that nothing comes from or goes to. What is piped
    is UTF-8 on every system; a terminal shows what it cannot show as escapes.
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


def drop_output() -> None:
    """Send what is still to be written to nowhere, so that leaving does not fail again."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return
