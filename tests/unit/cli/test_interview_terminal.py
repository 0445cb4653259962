"""Lines broken for any terminal, and nothing in them that steers it."""

import io

import pytest
from rich.cells import cell_len

from llm_adapt.ask.talk import Line, Style
from llm_adapt.cli.interview.terminal import Screen


def shown(*lines: Line, width: int = 80, plain: bool = True) -> list[str]:
    stream = io.StringIO()
    Screen(stream, lambda: width, plain=plain).show(list(lines))
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize(
    "text",
    [
        "What goes wrong when you simply prompt the model, and what does it lack?",
        "模型在回答问题时缺少什么知识还是需要检索或者微调再或者继续预训练" * 2,
        "a_very_long_name_of_a_field_that_does_not_end_before_the_line_does_and_goes_on",
        "mixed 中文 and English 文本 in one line of text that has to be broken somewhere",
    ],
)
def test_no_piece_is_wider_than_the_terminal(text: str, width: int) -> None:
    pieces = shown(Line(text), width=width)
    assert all(cell_len(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_choices_are_indented_by_their_number() -> None:
    pieces = shown(Line("1  One choice with a label that is long", Style.CHOICE), width=24)
    assert pieces[0].startswith("1  One")
    assert len(pieces) > 1
    assert all(piece.startswith("   ") for piece in pieces[1:])


@pytest.mark.parametrize("plain", [True, False])
def test_what_others_wrote_does_not_steer_the_terminal(plain: bool) -> None:
    (piece,) = shown(Line("a \x1b]0;title\x07 b \u202e c"), plain=plain)
    assert "\x1b" not in piece
    assert "\u202e" not in piece
    assert piece.startswith("a ")


def test_no_colour_is_pale_or_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    lines = shown(*(Line("x", style) for style in Style), plain=False)
    codes = {code for line in lines for code in line.split("\x1b[") if "m" in code}
    assert codes
    for pale_or_deep in ("33m", "34m", "37m", "30m", "93m", "97m"):
        assert not any(code.startswith(pale_or_deep) for code in codes)


@pytest.mark.parametrize("columns", ["\u00b2", "9" * 5000, "-1", "x"])
def test_no_value_of_columns_is_a_fault(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert shown(Line("hello")) == ["hello"]
