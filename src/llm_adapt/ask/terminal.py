"""Lines on a terminal, a pipe or a screen reader, broken to fit."""

import os
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from llm_adapt.ask.talk import Line, Style
from llm_adapt.report.borders import clean

MOST_COLUMNS = 100
LEAST_COLUMNS = 20
_INDENT = "   "
# Seen on light and on dark ground alike: weight, and colours that are neither pale nor deep.
_LOOKS = {Style.TITLE: "bold", Style.QUIET: "dim", Style.ECHO: "green", Style.FAULT: "bold magenta"}


class Screen:
    """Where lines go. `width` is asked each time, so that a resized terminal is no matter.

    With `plain` nothing but text is written; else lines are set off by weight and colour, which
    a terminal without them (NO_COLOR) may leave out.
    """

    def __init__(self, stream: TextIO, width: Callable[[], int], *, plain: bool) -> None:
        self._width = width
        options = {"color_system": None, "force_terminal": False} if plain else {}
        # The width is asked for here; the library would read any digits of COLUMNS as a number.
        own = {
            name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}
        }
        self._console = Console(file=stream, highlight=False, _environ=own, **options)  # type: ignore[arg-type]

    def show(self, lines: list[Line]) -> None:
        """Write lines, broken to fit; nothing in them steers the terminal."""
        width = max(LEAST_COLUMNS, min(self._width(), MOST_COLUMNS))
        self._console.width = width
        for line in lines:
            indent = _INDENT if line.style is Style.CHOICE else ""
            words = "  ".join(clean(part) for part in line.text.split("  "))
            text = Text(words, style=_LOOKS.get(line.style, ""))
            pieces = text.wrap(self._console, width - len(indent))
            for number, piece in enumerate(pieces or [Text("")]):
                self._console.print(Text(indent if number else "") + piece, soft_wrap=True)
        self._console.file.flush()
