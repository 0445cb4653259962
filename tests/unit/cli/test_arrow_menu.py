"""Arrow keys: which keys give which reply, and what is on the screen meanwhile."""

import io
import os
import re
import signal
import threading

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output

from llm_adapt.ask.talk import WITHOUT_VALUE, Menu, Row
from llm_adapt.cli.interview.arrow_menu import ArrowMenu
from llm_adapt.cli.interview.terminal import Interrupted, stopping

UP, DOWN, LEFT, RIGHT = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C"
ENTER, TAB, SPACE, CTRL_C, CTRL_D, CTRL_U = "\r", "\t", " ", "\x03", "\x04", "\x15"
ROWS = (Row("1  Red  (red)", "red"), Row("2  Green", "green"), Row("3  Blue", "blue"))
ONE = Menu(ROWS, WITHOUT_VALUE, at=0, words=("back", "change size", "change shape"))
FRESH = Menu(ROWS, WITHOUT_VALUE)
SEVERAL = Menu(ROWS, WITHOUT_VALUE, at=0, ticks=True)
NUMBER = Menu(extras=WITHOUT_VALUE)
NOTHING = Menu()


def reply(menu: Menu, *keys: str) -> str | None:
    with create_pipe_input() as pipe:
        pipe.send_text("".join(keys))
        return ArrowMenu(pipe, DummyOutput()).read(menu)


@pytest.mark.parametrize(
    ("menu", "keys", "expected"),
    [
        (ONE, [ENTER], "red"),
        (ONE, [DOWN, DOWN, ENTER], "blue"),
        (ONE, [UP, ENTER], "later"),
        (ONE, [DOWN, UP, ENTER], "red"),
        (ONE, [*[DOWN] * 6, ENTER], "red"),
        (ONE, [*[DOWN] * 3, ENTER], "?"),
        (ONE, ["2", ENTER], "2"),
        (ONE, [DOWN, "gre", "en", ENTER], "green"),
        (ONE, [LEFT], "back"),
        (ONE, ["ab", LEFT, "c", ENTER], "acb"),
        (ONE, ["change si", TAB, ENTER], "change size"),
        (ONE, ["change si", RIGHT, ENTER], "change size"),
        (ONE, ["change q", TAB, ENTER], "change q"),
        (ONE, ["nonsense", CTRL_U, ENTER], "red"),
        (ONE, ["  two   words ", ENTER], "two words"),
        (ONE, ["\u65e5\u672c", ENTER], "\u65e5\u672c"),
        (SEVERAL, [SPACE, DOWN, DOWN, SPACE, ENTER], "red,blue"),
        (FRESH, [ENTER], ""),
        (FRESH, [DOWN, ENTER], "red"),
        (FRESH, [UP, ENTER], "later"),
        (SEVERAL, [ENTER], ""),
        (SEVERAL, [DOWN, SPACE, SPACE, ENTER], ""),
        (SEVERAL, [DOWN, ENTER], ""),
        (Menu(ROWS, WITHOUT_VALUE, ticks=True), [DOWN, SPACE, ENTER], "red"),
        (SEVERAL, [SPACE, *[DOWN] * 3, ENTER], "?"),
        (SEVERAL, ["1", SPACE, "3", ENTER], "1 3"),
        (Menu(ROWS, at=1, ticks=True, ticked=frozenset({1, 2})), [ENTER], "green,blue"),
        (NUMBER, [ENTER], ""),
        (NUMBER, ["5k", ENTER], "5k"),
        (NUMBER, [DOWN, ENTER], "?"),
        (NUMBER, [UP, ENTER], "later"),
        (NOTHING, [UP, DOWN, "why rag", ENTER], "why rag"),
        (ONE, [CTRL_D], None),
        (ONE, ["x", CTRL_D, ENTER], "x"),
    ],
)
def test_keys_give_replies(menu: Menu, keys: list[str], expected: str | None) -> None:
    assert reply(menu, *keys) == expected


def test_control_c_interrupts() -> None:
    with pytest.raises(Interrupted):
        reply(ONE, "half typed", CTRL_C)


def test_input_that_ends_is_no_reply() -> None:
    there, here = os.pipe()
    os.close(here)
    with os.fdopen(there) as ended:
        assert ArrowMenu(Vt100Input(ended), DummyOutput()).read(ONE) is None


def test_a_signal_interrupts_at_once() -> None:
    with stopping():
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        with pytest.raises(Interrupted):
            reply(ONE)


def test_keys_typed_ahead_are_for_the_next_menu() -> None:
    with create_pipe_input() as pipe:
        pipe.send_text(f"{DOWN}{ENTER}5k{ENTER}")
        menus = ArrowMenu(pipe, DummyOutput())
        assert menus.read(ONE) == "green"
        assert menus.read(NUMBER) == "5k"


def shown(menu: Menu, rows: int, columns: int) -> str:
    stream = io.StringIO()
    screen = Vt100_Output(stream, lambda: Size(rows, columns), term="xterm", enable_cpr=False)
    with create_pipe_input() as pipe:
        pipe.send_text(ENTER)
        ArrowMenu(pipe, screen).read(menu)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())


def test_the_screen_shows_rows_ticks_and_keys() -> None:
    told = shown(Menu(ROWS, WITHOUT_VALUE, at=1, ticks=True, ticked=frozenset({2})), 24, 80)
    for words in ("[ ] 1  Red", "[x] 3  Blue", "  I do not know", "space ticks", "enter takes"):
        assert words in told
    assert re.search(r"\S \[ \] 2  Green", told)


def test_more_rows_than_lines_scroll_to_where_one_is() -> None:
    many = tuple(Row(f"row {number}", str(number)) for number in range(40))
    told = shown(Menu(many, at=35), 10, 40)
    assert "row 35" in told
    assert "row 2\r" not in told
