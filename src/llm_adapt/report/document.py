"""A report as sections, lines and tables, before anyone knows where it will be shown."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

# Characters that steer a terminal or turn the direction of text have no place in a report.
_STEERING = {"Cc", "Cs"}
_ADDRESS = re.compile(r"^https?://\S+$")
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Tone(StrEnum):
    """How a piece of text is meant; nothing may hang on its colour alone."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    CODE = "code"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text of one tone, perhaps with an address behind it."""

    text: str
    tone: Tone = Tone.PLAIN
    url: str = ""

    def edged(self, shown: str) -> str:
        """What is shown of it, with a blank where its text begins or ends with one.

        A blank at an edge joins a span to the next one, and stands outside any markup.
        """
        left = " " if self.text[:1].isspace() else ""
        right = " " if self.text[-1:].isspace() else ""
        return f"{left}{shown}{right}"

    @property
    def linked(self) -> bool:
        """Whether there is a web address behind it: nothing else becomes a link."""
        return bool(_ADDRESS.match(self.url))


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that runs over the whole width."""

    line: Line


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines that hang beside a mark: a bullet, a number, a word."""

    mark: str
    lines: tuple[Line, ...]
    tone: Tone = Tone.STRONG
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries that belong together; their lines begin in one column."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head.

    `right` are columns of numbers, `spare` those a narrow page drops, `wide` the one that may wrap.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    right: tuple[int, ...] = ()
    spare: tuple[int, ...] = ()
    wide: int | None = None


Block: TypeAlias = Paragraph | Entries | Table


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading; `folded` where a page can hide what is long."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: Line
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


def clean(text: str) -> str:
    """The text on one line, without characters that steer a terminal."""
    flat = " ".join(text.split())
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if _steers(character) else character for character in flat
    )


def _steers(character: str) -> bool:
    return character in _DIRECTION or unicodedata.category(character) in _STEERING


def plain(text: str) -> Line:
    """A line of ordinary text."""
    return (Span(text),)


def strong(text: str) -> Line:
    """A line that stands out."""
    return (Span(text, Tone.STRONG),)


def quiet(text: str) -> Line:
    """A line in the background."""
    return (Span(text, Tone.QUIET),)


def code(text: str) -> Line:
    """A name as it is written in files."""
    return (Span(text, Tone.CODE),)


def named(name: str) -> Line:
    """A name in brackets, for the end of a line."""
    return (Span("("), Span(name, Tone.CODE), Span(")"))


def bullets(lines: Iterable[Line]) -> Entries:
    """A list of single lines."""
    return Entries(tuple(Entry("-", (line,), Tone.PLAIN) for line in lines))
