"""Reports for a terminal: calm, at most 100 columns, readable without colour."""

import io
import re

from rich.console import Console
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text

from llm_adapt.report.borders import clean
from llm_adapt.report.document import (
    Block,
    Document,
    Entries,
    Entry,
    Line,
    Paragraph,
    Table,
    Tone,
)

NARROWEST, WIDEST = 20, 100
INDENT = 2
# Below this a word beside its text leaves too little room for the text.
NARROW = 60
# What a column that may wrap needs at least.
ROOM = 24
_STYLES = {
    Tone.PLAIN: Style(),
    Tone.STRONG: Style(bold=True),
    Tone.QUIET: Style(dim=True),
    Tone.CODE: Style(color="cyan"),
    Tone.GOOD: Style(color="green"),
    Tone.BAD: Style(color="red"),
}
# A mark that a line of an entry begins with itself; what follows hangs beside it.
_MARKED = re.compile(r"(?:[+!-]|\d+\.) ")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


def document_text(document: Document, *, width: int = 80, colour: bool = False) -> str:
    """Any report as text for a terminal, ending in a newline."""
    page = _Page(max(NARROWEST, min(width, WIDEST)), colour=colour)
    page.write(document)
    return page.text()


class _Page:
    def __init__(self, width: int, *, colour: bool) -> None:
        self.width = width
        self.stream = io.StringIO()
        self.console = Console(
            file=self.stream,
            width=width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            no_color=not colour,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
            force_jupyter=False,
            # Nothing of the environment: the caller has decided already.
            _environ={},
        )

    def text(self) -> str:
        """What was written, without blanks at the ends of lines."""
        return _TRAILING.sub("", self.stream.getvalue()).rstrip("\n") + "\n"

    def write(self, document: Document) -> None:
        self.lines(styled(document.title), 0)
        self.blocks(document.blocks, 0)
        for section in document.sections:
            self.console.print()
            if section.title:
                self.lines(Text(clean(section.title), _STYLES[Tone.STRONG]), 0)
            self.blocks(section.blocks, INDENT if section.title else 0)

    def blocks(self, blocks: tuple[Block, ...], indent: int) -> None:
        before: Block | None = None
        for block in blocks:
            if before is not None and not isinstance(block, Entries):
                self.console.print()
            before = block
            match block:
                case Paragraph():
                    self.lines(styled(block.line), indent)
                case Entries():
                    self.entries(block, indent)
                case Table():
                    self.table(block, indent)
                case _:
                    # What is drawn on a page is said in words beside it.
                    pass

    def lines(self, text: Text, indent: int, first: Text | None = None) -> None:
        """Wrapped text, every line indented; `first` stands in the indent of the first one."""
        marked = _MARKED.match(text.plain)
        hang = marked.end() if marked else 0
        begin = text[:hang]
        wrapped = text[hang:].wrap(self.console, max(NARROWEST // 2, self.width - indent - hang))
        for index, line in enumerate(wrapped or [Text()]):
            mark = first if first is not None and not index else Text()
            left = Text(" " * (indent - mark.cell_len))
            hung = Text(" " * hang) if index else begin
            self.put(mark + left + hung + line)

    def put(self, line: Text) -> None:
        self.console.print(line, no_wrap=True, crop=False, overflow="ignore")

    def entries(self, block: Entries, indent: int) -> None:
        marks = max((len(entry.mark) for entry in block.entries), default=0)
        stacked = self.width < NARROW and marks > len("1. ")
        for entry in block.entries:
            self.entry(entry, indent, 0 if stacked else marks)

    def entry(self, entry: Entry, indent: int, marks: int) -> None:
        start = indent + INDENT * entry.depth
        mark = Text(" " * start) + Text(clean(entry.mark), _STYLES[entry.tone])
        if not marks:
            self.put(mark)
        hang = start + (marks + 1 if marks else INDENT)
        for index, line in enumerate(entry.lines):
            self.lines(styled(line), hang, mark if marks and not index else None)

    def table(self, block: Table, indent: int) -> None:
        room = self.width - indent
        columns = list(range(len(block.head)))
        for spare in block.spare:
            if _needed(block, columns) <= room:
                break
            columns.remove(spare)
        grid = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
        for index in columns:
            right = index in block.right
            grid.add_column(
                Text(clean(block.head[index])),
                justify="right" if right else "left",
                no_wrap=block.wide is not None and index != block.wide,
                overflow="fold",
            )
        for row in block.rows:
            grid.add_row(*(styled(row[index]) for index in columns))
        lines = self.console.render_lines(grid, self.console.options.update(width=room))
        for segments in lines:
            parts = ((part.text, part.style or "") for part in segments)
            self.put(Text.assemble(" " * indent, *parts))


def styled(line: Line) -> Text:
    """A line with its tones; what it says is never read as markup."""
    text = Text()
    for span in line:
        text.append(span.edged(clean(span.text)), _STYLES[span.tone])
    return text


def _needed(block: Table, columns: list[int]) -> int:
    widths = {
        index: max(len(block.head[index]), *(styled(row[index]).cell_len for row in block.rows))
        for index in columns
    }
    if block.wide in widths:
        widths[block.wide] = min(widths[block.wide], ROOM)
    return sum(widths.values()) + len(widths) - 1
