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


def joined(lines: Iterable[Line], joint: str = ", ") -> Line:
    """Lines as one, with a joint between each two."""
    spans: list[Span] = []
    for one in lines:
        spans += [Span(joint), *one] if spans else one
    return tuple(spans)


# What is empty is not there: builders take what there may be to say, and leave out what says
# nothing.


def entry(
    mark: str, *lines: Line | Words, tone: Tone | None = None, depth: int = 0, anchor: str = ""
) -> Entry:
    """An entry of the lines that say something; links lead to its `anchor`.

    A mark that is a word stands out, a bullet or a number does not.
    """
    tone = tone or (Tone.STRONG if mark[:1].isalpha() else Tone.PLAIN)
    return Entry(mark, tuple(filter(_says, map(_line, lines))), tone, depth, anchor)


def list_of(entries: Iterable[Entry]) -> Entries:
    """The entries that have lines, as a list."""
    return Entries(tuple(entry for entry in entries if entry.lines))


def bullets(lines: Iterable[Line | Words]) -> Entries:
    """A list of single lines."""
    return list_of(entry("-", one) for one in lines)


def table(
    head: tuple[str, ...],
    rows: Iterable[Iterable[Line | Words]],
    right: tuple[int, ...] = (),
    spare: tuple[int, ...] = (),
    wide: int | None = None,
) -> Table:
    """Rows of cells under a head."""
    return Table(head, tuple(tuple(map(_line, row)) for row in rows), right, spare, wide)


def section(title: str, *blocks: Block, folded: bool = False) -> Section:
    """A section of the blocks that say something."""
    return Section(title, tuple(filter(_shows, blocks)), folded)


def document(title: Line, head: Iterable[Block], sections: Iterable[Section]) -> Document:
    """A report of the sections that say something."""
    told = tuple(one for one in sections if one.blocks)
    return Document(title, tuple(filter(_shows, head)), told)


def _line(words: Line | Words) -> Line:
    return words if isinstance(words, tuple) else line(words)


def _says(line: Line) -> bool:
    return any(span.text for span in line)


def _shows(block: Block) -> bool:
    match block:
        case Entries(()) | Table(rows=()) | Chart(bars=()) | Picture("") | Copyable(""):
            return False
        case Paragraph(words):
            return _says(words)
        case _:
            return True
