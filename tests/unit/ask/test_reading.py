"""What is typed, as an answer."""

import pytest

from llm_adapt.ask.reading import read_answer
from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.value import NOT_APPLICABLE, Unreadable

VALUES = {
    "none": "There is none",
    "misses_documents": "It misses documents",
    "misuses_context": "It misuses them",
    "works": "All is well",
}


def question(kind: Kind, values: dict[str, str] | None = None, **more: object) -> Question:
    known = {"minimum": 0, "maximum": None, "positive": False, "unit": ""} | more
    return Question(
        "q", 1, "?", "", kind, values or {}, str(known["unit"]), 0, known["maximum"],  # type: ignore[arg-type]
        bool(known["positive"]), (), "3",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1", "none"),
        ("none", "none"),
        ("NONE", "none"),
        ("misses documents", "misses_documents"),
        ("misu", "misuses_context"),
        ("All is well", "works"),
        ("all", "works"),
        ("n/a", NOT_APPLICABLE),
        ("\uff14", "works"),
    ],
)
def test_one_of_several_choices(written: str, meant: object) -> None:
    assert read_answer(question(Kind.CHOICE, VALUES), written) == meant


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("mis", "could be misses_documents or misuses_context", "write more of it"),
        ("wroks", "is none of the choices", "did you mean works?"),
        ("9", "there is no choice 9", "choose 1 to 4"),
        ("0", "there is no choice 0", "choose 1 to 4"),
        ("!", "is none of the choices", "choose 1 to 4"),
    ],
)
def test_no_choice(written: str, message: str, hint: str) -> None:
    refused = read_answer(question(Kind.CHOICE, VALUES), written)
    assert isinstance(refused, Unreadable)
    assert message in refused.message
    assert hint in refused.hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2 3", ("misses_documents", "misuses_context")),
        ("3,2", ("misses_documents", "misuses_context")),
        ("2-4", ("misses_documents", "misuses_context", "works")),
        ("[works, misses]", ("misses_documents", "works")),
        ("nothing", ()),
        ("4 4", ("works",)),
        ("All is well", ("works",)),
        ("n/a", NOT_APPLICABLE),
    ],
)
def test_several_choices(written: str, meant: object) -> None:
    assert read_answer(question(Kind.SEVERAL, VALUES), written) == meant


def test_none_is_the_empty_list_unless_it_is_a_choice() -> None:
    listed = {name: label for name, label in VALUES.items() if name != "none"}
    assert read_answer(question(Kind.SEVERAL, listed), "none") == ()
    assert read_answer(question(Kind.SEVERAL, VALUES), "none") == ("none",)


@pytest.mark.parametrize(
    ("written", "meant"), [("y", "yes"), ("No", "no"), ("2", "no"), ("true", "yes")]
)
def test_yes_or_no(written: str, meant: str) -> None:
    assert read_answer(question(Kind.YES_NO), written) == meant


def test_a_number_out_of_bounds_is_refused_with_the_bounds() -> None:
    refused = read_answer(question(Kind.NUMBER, unit="share", maximum=1), "62")
    assert refused == Unreadable("cannot be 62", "write 0.62 or 62%")
    refused = read_answer(question(Kind.NUMBER, unit="GB", maximum=1), "62 TB")
    assert isinstance(refused, Unreadable)
    assert "at most 1" in refused.hint
    assert isinstance(read_answer(question(Kind.INTEGER), "1.5"), Unreadable)
