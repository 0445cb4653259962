"""A conversation on a terminal, a pipe or a screen reader: lines out, replies in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TextIO

from llm_adapt.ask.lines import Line, Style, broken
from llm_adapt.ask.menu import Menu
from llm_adapt.report.borders import terminal

MOST_COLUMNS = 100
LEAST_COLUMNS = 20
PROMPT = "> "
_LOOKS = {
    Style.PLAIN: "",
    Style.TITLE: "bold",
    Style.CHOICE: "",
    Style.QUIET: "dim",
    Style.ECHO: "green",
    Style.FAULT: "yellow",
}


class Talk(Protocol):
    """Something that can be talked to, one line at a time."""

    @property
    def done(self) -> bool:
        """Whether there is nothing more to say."""
        ...

    @property
    def place(self) -> object:
        """What is asked now: `asking` is shown again only when it changes."""
        ...

    def opening(self) -> list[Line]:
        """What is said first."""
        ...

    def asking(self) -> list[Line]:
        """What is asked now."""
        ...

    def menu(self) -> Menu:
        """What there is to choose from."""
        ...

    def reply(self, text: str) -> list[Line]:
        """Take a line; what there is to say about it."""
        ...


class Reader(Protocol):
    """Where replies come from."""

    @property
    def shows_rows(self) -> bool:
        """Whether it shows what there is to choose from by itself."""
        ...

    def read(self, menu: Menu) -> str | None:
        """The next reply; nothing when there are no more."""
        ...


class Screen:
    """Where lines go. `width` is asked each time, so that a resized terminal is no matter.

    With `plain` nothing but text is written; else lines are set off by weight and colour, which
    a terminal without them (NO_COLOR) may leave out.
    """

    def __init__(self, stream: TextIO, width: Callable[[], int], *, plain: bool) -> None:
        self._stream = stream
        self._width = width
        self._print = self._plainly if plain else self._richly()

    def show(self, lines: list[Line]) -> None:
        """Write lines, broken to fit."""
        width = max(LEAST_COLUMNS, min(self._width(), MOST_COLUMNS))
        for line in lines:
            for piece in broken(replace(line, text=terminal(line.text).replace("\n", " ")), width):
                self._print(piece, line.style)
        self._stream.flush()

    def _plainly(self, text: str, _style: Style) -> None:
        self._stream.write(f"{text}\n")

    def _richly(self) -> Callable[[str, Style], None]:
        # Imported where it is used: over a pipe nothing of it is needed.
        from rich.console import Console  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        console = Console(file=self._stream, highlight=False, soft_wrap=True)
        return lambda text, style: console.print(Text(text, style=_LOOKS[style]))


def converse(talk: Talk, screen: Screen, reader: Reader, after: Callable[[], None]) -> bool:
    """Talk until it is done; false when the input ended first.

    `after` is called after every reply has been taken: nothing said is lost from then on.
    """
    screen.show(talk.opening())
    place: object = None
    while not talk.done:
        menu = talk.menu()
        if place is None or place != talk.place:
            place = talk.place
            screen.show(talk.asking())
            screen.show([] if reader.shows_rows else menu.lines())
        reply = reader.read(menu)
        if reply is None:
            return False
        said = talk.reply(reply)
        after()
        screen.show(said)
    return True
