"""A report as sections, lines, tables and charts, before anyone knows where it will be shown."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias

from llm_adapt.rules.record import record

_ADDRESS = re.compile(r"^https?://\S+$")


class Tone(StrEnum):
    """How a piece of text is meant; nothing may hang on its colour alone."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    CODE = "code"
    GOOD = "good"
    BAD = "bad"


@record(frozen=True)
class Span:
    """A piece of text of one tone, perhaps with an address behind it.

    `to` is the id of something in the same report: a page links there, other forms do not.
    """

    text: str
    tone: Tone = Tone.PLAIN
    url: str = ""
    to: str = ""

    def edged(self, shown: str) -> str:
        """What is shown of it, with a blank where its text begins or ends with one.

        A blank at an edge joins a span to the next one, and stands outside any markup.
        """
        if not shown:
            return " " if self.text else ""
        left = " " if self.text[:1].isspace() else ""
        right = " " if self.text[-1:].isspace() else ""
        return f"{left}{shown}{right}"

    @property
    def linked(self) -> bool:
        """Whether there is a web address behind it: nothing else becomes a link."""
        return bool(_ADDRESS.match(self.url))


Line: TypeAlias = tuple[Span, ...]
Words: TypeAlias = str | Span


@record(frozen=True)
class Paragraph:
    """Text that runs over the whole width."""

    line: Line


@record(frozen=True)
class Entry:
    """Lines that hang beside a mark: a bullet, a number, a word. Links lead to its `id`."""

    mark: str
    lines: tuple[Line, ...]
    tone: Tone = Tone.STRONG
    depth: int = 0
    id: str = ""


@record(frozen=True)
class Entries:
    """Entries that belong together; their lines begin in one column."""

    entries: tuple[Entry, ...]


@record(frozen=True)
class Table:
    """Rows under a head.

    `right` are columns of numbers, `spare` those a narrow page drops, `wide` the one that may wrap.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    right: tuple[int, ...] = ()
    spare: tuple[int, ...] = ()
    wide: int | None = None


@record(frozen=True)
class Bar:
    """A range on the scale of a chart, with its words; `at` is a point in it."""

    label: str
    low: float
    high: float
    said: str
    at: float | None = None
    tone: Tone = Tone.PLAIN


@record(frozen=True)
class Chart:
    """Ranges beside each other. Only a page draws them: what they say stands in words as well.

    `tenfold`: every step to the right is ten times as much, for ranges that lie far apart.
    """

    title: str
    bars: tuple[Bar, ...]
    tenfold: bool = False


@record(frozen=True)
class Picture:
    """A drawing that only a page shows, with what it shows in words."""

    svg: str
    says: str


@record(frozen=True)
class Copyable:
    """Text to be taken away as it stands."""

    text: str
    label: str


Block: TypeAlias = Paragraph | Entries | Table | Chart | Picture | Copyable


@record(frozen=True)
class Section:
    """Blocks under a heading; `folded` where a page can hide what is long."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@record(frozen=True)
class Document:
    """A whole report."""

    title: Line
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


def line(*words: Words) -> Line:
    """A line of texts and spans."""
    return tuple(Span(word) if isinstance(word, str) else word for word in words)


def para(*words: Words) -> Paragraph:
    """A paragraph of texts and spans."""
    return Paragraph(line(*words))


def strong(text: str) -> Span:
    """Text that stands out."""
    return Span(text, Tone.STRONG)


def quiet(text: str) -> Span:
    """Text in the background."""
    return Span(text, Tone.QUIET)


def code(text: str, to: str = "") -> Span:
    """A name as it is written in files."""
    return Span(text, Tone.CODE, to=to)


def named(name: str, to: str = "") -> Line:
    """A name in brackets, for the end of a line."""
    return (Span("("), code(name, to), Span(")"))


def bullets(lines: Iterable[Line], mark: str = "-") -> Entries:
    """A list of single lines."""
    return Entries(tuple(Entry(mark, (one,), Tone.PLAIN) for one in lines))


def list_of(entries: Iterable[Entry]) -> Entries:
    """Entries that belong together."""
    return Entries(tuple(entries))
