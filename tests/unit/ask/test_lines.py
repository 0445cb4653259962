"""Lines broken for any terminal."""

import pytest

from llm_adapt.ask.lines import Line, Style, broken, columns


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
    pieces = broken(Line(text, Style.PLAIN), width)
    assert all(columns(piece) <= max(width, 30) for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_wide_characters_take_two_columns() -> None:
    assert columns("模型") == 4
    assert columns("e\u0301") == 1


def test_choices_are_indented_by_their_number() -> None:
    pieces = broken(Line("1  One choice with a label that is long", Style.CHOICE), 20)
    assert all(piece.startswith("   ") for piece in pieces[1:])
