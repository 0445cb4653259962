"""What a conversation is made of: lines out, and things to choose from."""

from enum import StrEnum
from typing import Final

from llm_adapt.rules.model import Kind, Question
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Value


class Style(StrEnum):
    """What a line is for; a terminal may show it so, and need not."""

    PLAIN = "plain"
    TITLE = "title"
    CHOICE = "choice"
    QUIET = "quiet"
    ECHO = "echo"
    FAULT = "fault"


@record(frozen=True)
class Line:
    """A paragraph, not yet broken."""

    text: str
    style: Style = Style.PLAIN


@record(frozen=True)
class Row:
    """A line to choose, and the reply that choosing it gives."""

    text: str
    reply: str


# What every question takes beside its own values.
WITHOUT_VALUE: Final = (
    Row("I do not know", "?"),
    Row("It does not apply", "n/a"),
    Row("Ask me later", "later"),
)


@record(frozen=True)
class Menu:
    """What can be chosen now; the default is nothing, one types.

    `rows` are shown everywhere, `extras` only where they can be chosen by arrow keys: who types
    has words for them. `at` is the row, of both counted on, that the cursor starts on; it starts
    on none unless there is an answer already, so that Enter alone agrees to nothing. With `ticks`
    several rows are taken together, `ticked` at first. `note` goes under numbered lines. `words`
    complete what is typed.
    """

    rows: tuple[Row, ...] = ()
    extras: tuple[Row, ...] = ()
    at: int | None = None
    ticks: bool = False
    ticked: frozenset[int] = frozenset()
    note: str = ""
    words: tuple[str, ...] = ()

    def lines(self) -> list[Line]:
        """The rows as lines, for who types."""
        note = [Line(self.note, Style.QUIET)] if self.note else []
        return [*(Line(row.text, Style.CHOICE) for row in self.rows), *note]


def question_menu(question: Question, given: Value | None, words: tuple[str, ...]) -> Menu:
    """The choices of a question, with the answer it has."""
    named = question.choices
    if not named:
        return Menu(extras=WITHOUT_VALUE, words=words)
    rows = tuple(
        Row(f"{number}  {label}" + (f"  ({name})" if label.lower() != name else ""), name)
        for number, (name, label) in enumerate(named.items(), 1)
    )
    chosen = given if isinstance(given, tuple) else (given,)
    places = [place for place, name in enumerate(named) if name in chosen]
    at = places[0] if places else None
    if question.kind is not Kind.SEVERAL:
        return Menu(rows, WITHOUT_VALUE, at, words=words)
    empty = () if "none" in named else (Row("None of these", "none"),)
    note = "Several: 1 3 or 1,3. none if none applies."
    extras = (*empty, *WITHOUT_VALUE)
    return Menu(rows, extras, at, ticks=True, ticked=frozenset(places), note=note, words=words)
