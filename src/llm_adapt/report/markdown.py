"""Reports as GitHub Markdown, to paste into a pull request."""

import re

from llm_adapt.report.borders import clean
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.document import (
    Block,
    Chart,
    Copyable,
    Document,
    Entries,
    Entry,
    Line,
    Paragraph,
    Picture,
    Section,
    Span,
    Table,
    Tone,
)

_LIST_START = re.compile(r"^(\d*)([.)+=-])")


def document_markdown(document: Document) -> str:
    """Any report as GitHub Markdown, ending in a newline."""
    pieces = [f"## {''.join(escaped(span.text) for span in document.title)}"]
    pieces += map(_block, document.blocks)
    for section in document.sections:
        pieces += _section(section)
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _section(section: Section) -> list[str]:
    body = [_block(block) for block in section.blocks]
    title = escaped(section.title)
    if section.folded:
        return [f"<details>\n<summary>{title}</summary>", *body, "</details>"]
    return [f"### {title}", *body]


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return rendered(block.line)
        case Entries():
            return "\n".join(_entry(entry) for entry in block.entries)
        case Table():
            rows = [[rendered(cell, cell=True) for cell in row] for row in block.rows]
            return table(block.head, rows, block.right)
        case Copyable():
            lines = [clean(line) for line in block.text.splitlines()]
            fence = _fence(block.text, 3)
            return "\n".join([f"{fence}yaml", *lines, fence])
        case Chart() | Picture():
            # What a page draws is said in words beside it.
            return ""


def _entry(entry: Entry) -> str:
    indent = "  " * entry.depth
    mark = "" if entry.mark.strip() in {"", "-"} else f"**{escaped(entry.mark)}** "
    lines = [rendered(line) for line in entry.lines]
    # A backslash at its end breaks a line inside a list item.
    return f"{indent}- {mark}" + f"\\\n{indent}  ".join(line for line in lines if line)


def table(head: tuple[str, ...], rows: list[list[str]], right: tuple[int, ...] = ()) -> str:
    """A table of cells that are Markdown already."""
    rules = ["---:" if index in right else "---" for index in range(len(head))]
    lines = [[escaped(name) or " " for name in head], rules, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rendered(line: Line, *, cell: bool = False) -> str:
    """A line as inline Markdown."""
    words = "".join(_span(span, cell=cell) for span in line).strip()
    return words if cell else _LIST_START.sub(r"\1\\\2", words)


def _span(span: Span, *, cell: bool) -> str:
    words = clean(span.text)
    shown = words and (_code(words, cell=cell) if span.tone is Tone.CODE else escaped(words))
    if words and span.tone in {Tone.STRONG, Tone.GOOD}:
        shown = f"**{shown}**"
    if words and span.linked:
        shown = f"[{shown}]({_target(span.url)})"
    return span.edged(shown)


def _code(words: str, *, cell: bool) -> str:
    fence = _fence(words, 1)
    pad = " " if len(fence) > 1 else ""
    words = words.replace("|", "\\|") if cell else words
    return f"{fence}{pad}{words}{pad}{fence}"


def _fence(text: str, least: int) -> str:
    """Backticks enough to hold a text that has some itself."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    return "`" * max(longest + 1, least)


def _target(url: str) -> str:
    encoded = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "|": "%7C"}
    return "".join(encoded.get(character, character) for character in clean(url))
