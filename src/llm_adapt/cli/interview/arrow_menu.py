"""Menus for arrow keys, with a line to type in: the `tui` extra."""

import sys
from functools import partial
from textwrap import fill

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Point
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Dimension, HSplit, Layout, VSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.processors import AppendAutoSuggestion
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.output.vt100 import Vt100_Output

from llm_adapt.ask.talk import Menu, Row
from llm_adapt.cli.interview.terminal import PROMPT, Interrupted, LineReader
from llm_adapt.cli.output import coloured
from llm_adapt.report.borders import clean

_UTF8 = (sys.stderr.encoding or "").lower().startswith("utf")
_ARROW = "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}" if _UTF8 else "*"
# Lines of a small terminal that are kept for the question above and the keys below.
_KEPT = 6
_LEAST_ROWS = 3


class ArrowMenu(LineReader):
    """Reads replies by arrow keys and typed lines; the menu is gone once a reply is given."""

    shows_rows = True

    def __init__(self, keys: Input | None = None, screen: Output | None = None) -> None:
        # One input for the whole interview: keys typed ahead wait in it.
        self._keys = keys or create_input(sys.stdin)
        self._screen = screen or _standard_error()

    def read(self, menu: Menu) -> str | None:
        """A reply; nothing when the input has ended.

        Raises:
            Interrupted: Ctrl-C.
        """
        choosing = _Choosing(menu)
        application: Application[str | None] = Application(
            layout=choosing.layout(),
            key_bindings=choosing.bindings(),
            input=self._keys,
            output=self._screen,
            erase_when_done=True,
            color_depth=None if coloured() else ColorDepth.DEPTH_1_BIT,
        )
        # Signals are for the interview: it saves before it goes.
        try:
            reply = application.run(handle_sigint=False, set_exception_handler=False)
        except EOFError:
            return None
        if choosing.line.text and reply is not None:
            # A typed line stays on the screen, as lines do everywhere.
            sys.stderr.write(f"{PROMPT}{clean(reply)}\n")
        return reply


class _Choosing:
    """One menu on the screen, until it is answered."""

    def __init__(self, menu: Menu) -> None:
        self.menu = menu
        self.rows: tuple[Row, ...] = (*menu.rows, *menu.extras)
        self.at = menu.at
        self.ticked = set(menu.ticked)
        self.line = Buffer(multiline=False, auto_suggest=_Rest(menu.words))

    def layout(self) -> Layout:
        """Rows that scroll, the line to type in, and the keys."""
        line = Window(
            BufferControl(self.line, input_processors=[AppendAutoSuggestion()]),
            wrap_lines=True,
            dont_extend_height=True,
        )
        prompt = Window(FormattedTextControl(PROMPT), width=len(PROMPT), dont_extend_height=True)
        keys = FormattedTextControl([("italic", self._keys_told())])
        parts = [
            VSplit([prompt, line]),
            Window(keys, wrap_lines=True, dont_extend_height=True),
        ]
        if self.rows:
            control = FormattedTextControl(self._shown, get_cursor_position=self._cursor)
            rows = Window(control, wrap_lines=True, dont_extend_height=True, height=_room)
            parts.insert(0, rows)
        return Layout(HSplit(parts), focused_element=line)

    def _shown(self) -> StyleAndTextTuples:
        shown: StyleAndTextTuples = []
        for place in range(len(self.rows)):
            # Reversed is seen on light and on dark ground alike.
            extra = "" if place < len(self.menu.rows) else "italic"
            shown.append(("reverse" if place == self.at else extra, self._row(place)))
            shown.append(("", "\n"))
        return shown[:-1]

    def _row(self, place: int) -> str:
        """A row as it stands on the screen, broken between words."""
        tick = ""
        if self.menu.ticks and place < len(self.menu.rows):
            tick = "[x] " if place in self.ticked else "[ ] "
        text = "  ".join(clean(part) for part in self.rows[place].text.split("  "))
        lead = f"{_ARROW if place == self.at else ' '} {tick}"
        columns = get_app().output.get_size().columns
        return fill(lead + text, columns, subsequent_indent=" " * (len(lead) + 3))

    def _cursor(self) -> Point:
        """The last line of the row one is at, so that the whole of it is seen."""
        lines = (self._row(place).count("\n") + 1 for place in range((self.at or 0) + 1))
        return Point(0, sum(lines) - 1 if self.rows else 0)

    def _keys_told(self) -> str:
        told = ["up/down"] if self.rows else []
        told += ["space ticks"] if self.menu.ticks else []
        told += ["enter takes"] if self.rows else []
        told += ["left goes back"] if "back" in self.menu.words else []
        return ", ".join([*told, "or type, tab completes"])

    def bindings(self) -> KeyBindings:
        """What each key does."""
        keys = KeyBindings()
        untyped = Condition(lambda: not self.line.text)
        unfinished = Condition(lambda: bool(_rest(self.menu.words, self.line.text)))
        at_end = Condition(lambda: self.line.document.is_cursor_at_the_end)
        backward = Condition(lambda: "back" in self.menu.words)
        for name, step in (("up", -1), ("down", 1), ("c-p", -1), ("c-n", 1)):
            keys.add(name)(partial(self._move, step))
        keys.add(" ", filter=untyped & Condition(self._on_tick))(self._tick)
        keys.add("left", filter=untyped & backward)(lambda event: event.app.exit(result="back"))
        for name in ("tab", "right"):
            keys.add(name, filter=unfinished & at_end)(self._complete)
        keys.add("enter")(self._enter)
        keys.add("c-c")(lambda event: event.app.exit(exception=Interrupted()))
        keys.add("c-d", filter=untyped)(lambda event: event.app.exit(result=None))
        keys.add("c-z")(lambda event: event.app.suspend_to_background())
        return keys

    def _move(self, step: int, _event: KeyPressEvent) -> None:
        if self.rows:
            start = (-1 if step > 0 else 0) if self.at is None else self.at
            self.at = (start + step) % len(self.rows)

    def _on_tick(self) -> bool:
        return self.menu.ticks and self.at is not None and self.at < len(self.menu.rows)

    def _tick(self, _event: KeyPressEvent) -> None:
        if self.at is not None:
            self.ticked ^= {self.at}

    def _complete(self, _event: KeyPressEvent) -> None:
        self.line.insert_text(_rest(self.menu.words, self.line.text))

    def _enter(self, event: KeyPressEvent) -> None:
        event.app.exit(result=" ".join(self.line.text.split()) or self._chosen())

    def _chosen(self) -> str:
        """The reply of the row one is at; of a list, only what is ticked."""
        if self.menu.ticks and (self.at is None or self._on_tick()):
            return ",".join(self.rows[place].reply for place in sorted(self.ticked))
        return "" if self.at is None else self.rows[self.at].reply


def _room() -> Dimension:
    rows = get_app().output.get_size().rows
    return Dimension(min=1, max=max(_LEAST_ROWS, rows - _KEPT))


def _rest(words: tuple[str, ...], typed: str) -> str:
    """What the first word that begins with what is typed adds to it."""
    found = next((word for word in words if typed and word.startswith(typed)), typed)
    return found.removeprefix(typed)


class _Rest(AutoSuggest):
    """Shows what tab would add."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words

    def get_suggestion(
        self,
        buffer: Buffer,  # noqa: ARG002 (the base class names it)
        document: Document,
    ) -> Suggestion | None:
        """The rest of a word."""
        return Suggestion(_rest(self._words, document.text))


def _standard_error() -> Output:
    screen = create_output(stdout=sys.stderr)
    if isinstance(screen, Vt100_Output):
        # Asking the terminal where its cursor is may go unanswered, and then waits and warns.
        screen.enable_cpr = False
    return screen
