"""Reports as GitHub Markdown, to paste into a pull request."""

import re

from llm_adapt.report.advice_document import advice_document
from llm_adapt.report.document import (
    Block,
    Document,
    Entries,
    Entry,
    Line,
    Paragraph,
    Section,
    Span,
    Table,
    Tone,
    clean,
)
from llm_adapt.rules.advice import Advice
from llm_adapt.rules.model import RuleSet

# Everything that Markdown, GitHub's mentions and issue references, or HTML could read as theirs.
_SPECIAL = re.compile(r"[\\`*\[\]#|~$&<>@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}
_LIST_START = re.compile(r"^(\d*)([.)+=-])")


def advice_markdown(advice: Advice, rules: RuleSet) -> str:
    """The advice as GitHub Markdown, ending in a newline; what is long is folded away."""
    return document_markdown(advice_document(advice, rules, full=True))


def document_markdown(document: Document) -> str:
    """Any report as GitHub Markdown, ending in a newline."""
    pieces = [f"## {_title(document.title)}", *map(_block, document.blocks)]
    for section in document.sections:
        pieces += _section(section)
    return "\n\n".join(pieces) + "\n"


def _section(section: Section) -> list[str]:
    body = [_block(block) for block in section.blocks]
    title = escaped(section.title)
    if section.folded:
        return [f"<details>\n<summary>{title}</summary>", *body, "</details>"]
    return [f"### {title}", *body]


def _title(line: Line) -> str:
    return "".join(escaped(span.text) for span in line)


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return rendered(block.line)
        case Entries():
            return "\n".join(_entry(entry) for entry in block.entries)
        case Table():
            return _table(block)


def _entry(entry: Entry) -> str:
    indent = "  " * entry.depth
    mark = "" if entry.mark in {"", "-"} else f"**{escaped(entry.mark)}** "
    lines = [rendered(line) for line in entry.lines]
    # A backslash at its end breaks a line inside a list item.
    return f"{indent}- {mark}" + f"\\\n{indent}  ".join(line for line in lines if line)


def _table(block: Table) -> str:
    rules = ["---:" if index in block.right else "---" for index in range(len(block.head))]
    rows = [[escaped(name) or " " for name in block.head], rules]
    rows += [[rendered(cell, cell=True) for cell in row] for row in block.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def rendered(line: Line, *, cell: bool = False) -> str:
    """A line as inline Markdown."""
    words = "".join(_span(span, cell=cell) for span in line).strip()
    return words if cell else _LIST_START.sub(r"\1\\\2", words)


def _span(span: Span, *, cell: bool) -> str:
    words = clean(span.text)
    if not words:
        return " " if span.text else ""
    shown = _code(words, cell=cell) if span.tone is Tone.CODE else escaped(words)
    if span.tone is Tone.STRONG:
        shown = f"**{shown}**"
    if span.linked:
        shown = f"[{shown}]({_target(span.url)})"
    return span.edged(shown)


def _code(words: str, *, cell: bool) -> str:
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    words = words.replace("|", "\\|") if cell else words
    return f"{fence}{pad}{words}{pad}{fence}"


def escaped(text: str) -> str:
    """Text that Markdown shows as it stands: no markup, no HTML, no mention, no reference."""
    return _SPECIAL.sub(_shown, clean(text))


def _shown(match: re.Match[str]) -> str:
    return _ENTITIES.get(match[0], f"\\{match[0]}")


def _target(url: str) -> str:
    encoded = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "|": "%7C"}
    return "".join(encoded.get(character, character) for character in url)
