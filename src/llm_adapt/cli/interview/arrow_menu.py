"""Menus for arrow keys, with a line to type in: the `tui` extra."""

import sys
from collections.abc import Callable

from prompt_toolkit.application import Application
from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Point
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import HSplit, Layout, VSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.processors import AppendAutoSuggestion
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.output.vt100 import Vt100_Output

from llm_adapt.ask.menu import Menu, Row
from llm_adapt.ask.terminal import PROMPT
from llm_adapt.cli.interview.signals import Interrupted
from llm_adapt.cli.output import coloured

_UTF8 = (sys.stderr.encoding or "").lower().startswith("utf")
_POINTER, _NO_POINTER = (
    "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} " if _UTF8 else "* ",
    "  ",
)


class ArrowMenu:
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
        reply = _Choosing(menu).ask(self._keys, self._screen)
        if reply is not None and reply.typed:
            # A typed line stays on the screen, as lines do everywhere.
            sys.stderr.write(f"{PROMPT}{reply.text}\n")
        return None if reply is None else reply.text


class _Reply:
    def __init__(self, text: str, *, typed: bool) -> None:
        self.text = text
        self.typed = typed


class _Choosing:
    """One menu on the screen, until it is answered."""

    def __init__(self, menu: Menu) -> None:
        self.menu = menu
        self.rows: tuple[Row, ...] = (*menu.rows, *menu.extras)
        self.at = menu.at
        self.ticked = set(menu.ticked)
        self.line = Buffer(multiline=False, auto_suggest=_Rest(menu.words))

    def ask(self, keys: Input, screen: Output) -> _Reply | None:
        """Run until there is a reply."""
        application: Application[_Reply | None] = Application(
            layout=self._layout(),
            key_bindings=self._bindings(),
            input=keys,
            output=screen,
            erase_when_done=True,
            color_depth=None if coloured() else ColorDepth.DEPTH_1_BIT,
        )
        # Signals are for the interview: it saves before it goes.
        try:
            return application.run(handle_sigint=False, set_exception_handler=False)
        except EOFError:
            return None

    def _layout(self) -> Layout:
        rows = FormattedTextControl(self._shown, get_cursor_position=self._cursor)
        line = Window(
            BufferControl(self.line, input_processors=[AppendAutoSuggestion()]),
            wrap_lines=True,
            dont_extend_height=True,
        )
        prompt = Window(FormattedTextControl(PROMPT), width=len(PROMPT), dont_extend_height=True)
        parts = [
            VSplit([prompt, line]),
            Window(FormattedTextControl(self._keys_told), wrap_lines=True, dont_extend_height=True),
        ]
        if self.rows:
            parts.insert(0, Window(rows, wrap_lines=True, dont_extend_height=True))
        return Layout(HSplit(parts), focused_element=line)

    def _shown(self) -> StyleAndTextTuples:
        shown: StyleAndTextTuples = []
        for place, row in enumerate(self.rows):
            here = place == self.at
            tick = ""
            if self.menu.ticks and place < len(self.menu.rows):
                tick = "[x] " if place in self.ticked else "[ ] "
            style = "bold ansicyan" if here else "" if place < len(self.menu.rows) else "ansigray"
            end = "" if place == len(self.rows) - 1 else "\n"
            shown.append((style, f"{_POINTER if here else _NO_POINTER}{tick}{row.text}{end}"))
        return shown

    def _cursor(self) -> Point:
        return Point(0, self.at or 0)

    def _keys_told(self) -> StyleAndTextTuples:
        told = ["up/down"] if self.rows else []
        told += ["space ticks"] if self.menu.ticks else []
        told += ["enter takes"] if self.rows else []
        told += ["left goes back"] if "back" in self.menu.words else []
        told += ["or type, tab completes"]
        return [("ansigray", ", ".join(told))]

    def _bindings(self) -> KeyBindings:
        keys = KeyBindings()
        untyped = Condition(lambda: not self.line.text)
        unfinished = Condition(lambda: bool(_rest(self.menu.words, self.line.text)))
        at_end = Condition(lambda: self.line.document.is_cursor_at_the_end)
        backward = Condition(lambda: "back" in self.menu.words)
        for name, step in (("up", -1), ("down", 1), ("c-p", -1), ("c-n", 1)):
            keys.add(name)(self._mover(step))
        keys.add(" ", filter=untyped & Condition(self._on_tick))(self._tick)
        keys.add("left", filter=untyped & backward)(_back)
        for name in ("tab", "right"):
            keys.add(name, filter=unfinished & at_end)(self._complete)
        keys.add("enter")(self._enter)
        keys.add("c-c")(_interrupt)
        keys.add("c-d", filter=untyped)(_end)
        keys.add("c-z")(_suspend)
        return keys

    def _mover(self, step: int) -> Callable[[KeyPressEvent], None]:
        def move(_event: KeyPressEvent) -> None:
            if self.rows:
                start = -1 if self.at is None and step > 0 else self.at or 0
                self.at = (start + step) % len(self.rows)

        return move

    def _on_tick(self) -> bool:
        return self.menu.ticks and self.at is not None and self.at < len(self.menu.rows)

    def _tick(self, _event: KeyPressEvent) -> None:
        if self.at is not None:
            self.ticked ^= {self.at}

    def _complete(self, _event: KeyPressEvent) -> None:
        self.line.insert_text(_rest(self.menu.words, self.line.text))

    def _enter(self, event: KeyPressEvent) -> None:
        text = " ".join(self.line.text.split())
        reply = _Reply(text, typed=True) if text else _Reply(self._chosen(), typed=False)
        event.app.exit(result=reply)

    def _chosen(self) -> str:
        if self.at is None:
            return ""
        if self.ticked and self._on_tick():
            return ",".join(self.rows[place].reply for place in sorted(self.ticked))
        return self.rows[self.at].reply


def _back(event: KeyPressEvent) -> None:
    event.app.exit(result=_Reply("back", typed=False))


def _interrupt(event: KeyPressEvent) -> None:
    event.app.exit(exception=Interrupted())


def _end(event: KeyPressEvent) -> None:
    event.app.exit(result=None)


def _suspend(event: KeyPressEvent) -> None:
    event.app.suspend_to_background()


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
