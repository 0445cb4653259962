"""Lines of an interview, and how they are broken for a terminal of any width."""

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import combining, east_asian_width


class Style(StrEnum):
    """What a line is for; a terminal may show it so, and need not."""

    PLAIN = "plain"
    TITLE = "title"
    CHOICE = "choice"
    QUIET = "quiet"
    ECHO = "echo"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, not yet broken."""

    text: str
    style: Style


def columns(text: str) -> int:
    """The columns a text takes: two for a wide character, none for one that combines."""
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def broken(line: Line, width: int) -> list[str]:
    """The line in pieces that fit; later pieces stand in by the choice's number."""
    indent = "   " if line.style is Style.CHOICE else ""
    pieces: list[str] = []
    current = ""
    for word in _words(line.text):
        if current and columns(current) + columns(word.rstrip()) > width:
            pieces.append(current.rstrip())
            current = indent + word.lstrip()
        else:
            current += word
    return [*pieces, current.rstrip()]


def _words(text: str) -> list[str]:
    """Words with the spaces after them; wide characters and long words may part anywhere."""
    words: list[str] = []
    current = ""
    for char in text:
        wide = _width(char) == 2  # noqa: PLR2004 (columns)
        parted = current.endswith(" ") and char != " "
        if current and (wide or parted or columns(current) >= _LONGEST):
            words.append(current)
            current = ""
        current += char
    return [*words, current] if current else words


# A word longer than this may be broken: a narrow terminal has forty columns.
_LONGEST = 30
