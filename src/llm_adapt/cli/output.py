"""Where results go: standard output, or a file that is written whole or not at all."""

import os
import sys
from pathlib import Path

PIPED_WIDTH = 80
DASH = Path("-")


def put(text: str, output: Path | None) -> None:
    """Write a result to standard output, or to a file.

    Raises:
        LlmAdaptError: The file cannot be written.
    """
    if output is None or output == DASH:
        sys.stdout.write(text)
        return
    from llm_adapt.sources.answers import write_text

    write_text(output, text)


def width() -> int:
    """The columns to fill: those of the terminal, or 80 when the output is piped."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    return os.get_terminal_size().columns if sys.stdout.isatty() else PIPED_WIDTH


def coloured() -> bool:
    """Whether to colour: as NO_COLOR, FORCE_COLOR and TERM ask, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
