"""Reports as one page of HTML that needs nothing else: to read, print or pass on."""

from html import escape

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

_ELEMENTS = {
    Tone.STRONG: ("<strong>", "</strong>"),
    Tone.QUIET: ('<span class="quiet">', "</span>"),
    Tone.CODE: ("<code>", "</code>"),
    Tone.GOOD: ('<span class="good">', "</span>"),
    Tone.BAD: ('<span class="bad">', "</span>"),
}
_LOOK = """
:root { color-scheme: light dark; --quiet: #666; --good: #1a7f37; --bad: #cf222e; --rule: #ddd }
@media (prefers-color-scheme: dark) {
  :root { --quiet: #999; --good: #3fb950; --bad: #ff7b72; --rule: #444 }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem }
h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0 }
tr { border-bottom: 1px solid var(--rule) }
.right { text-align: right }
ul { padding-left: 1.2rem }
li { margin: .3rem 0 }
code { font-size: .9em }
summary { cursor: pointer; font-weight: bold; margin-top: 2rem }
.quiet, th { color: var(--quiet); font-weight: normal }
.good { color: var(--good) }
.bad { color: var(--bad) }
@media print { details:not([open]) > * { display: block } }
""".strip()


def advice_html(advice: Advice, rules: RuleSet) -> str:
    """The advice as a page of HTML, ending in a newline; what is long is folded away."""
    return document_html(advice_document(advice, rules, full=True))


def document_html(document: Document) -> str:
    """Any report as a page of HTML, ending in a newline. It has no script and loads nothing."""
    title = escape(clean("".join(span.text for span in document.title)))
    pieces = [
        "<!doctype html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title>",
        f"<style>\n{_LOOK}\n</style>",
        f"<h1>{rendered(document.title)}</h1>",
        *map(_block, document.blocks),
        *map(_section, document.sections),
        "</html>",
    ]
    return "\n".join(pieces) + "\n"


def _section(section: Section) -> str:
    body = "\n".join(map(_block, section.blocks))
    title = escape(clean(section.title))
    if section.folded:
        return f"<details>\n<summary>{title}</summary>\n{body}\n</details>"
    return f"<h2>{title}</h2>\n{body}"


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return f"<p>{rendered(block.line)}</p>"
        case Entries():
            entries = "\n".join(map(_entry, block.entries))
            return f"<ul>\n{entries}\n</ul>"
        case Table():
            return _table(block)


def _entry(entry: Entry) -> str:
    indent = f' style="margin-left: {1.2 * entry.depth:g}rem"' if entry.depth else ""
    mark = "" if entry.mark in {"", "-"} else _span(Span(f"{entry.mark} ", entry.tone))
    lines = (rendered(line) for line in entry.lines)
    return f"<li{indent}>{mark}{'<br>'.join(line for line in lines if line)}</li>"


def _table(block: Table) -> str:
    def row(cells: list[str], element: str) -> str:
        looks = [' class="right"' if index in block.right else "" for index in range(len(cells))]
        shown = (
            f"<{element}{look}>{cell}</{element}>" for look, cell in zip(looks, cells, strict=True)
        )
        return f"<tr>{''.join(shown)}</tr>"

    rows = [row([escape(clean(name)) for name in block.head], "th")]
    rows += [row([rendered(cell) for cell in cells], "td") for cells in block.rows]
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def rendered(line: Line) -> str:
    """A line as inline HTML; what it says is never read as markup."""
    return "".join(map(_span, line)).strip()


def _span(span: Span) -> str:
    words = escape(clean(span.text))
    if not words:
        return " " if span.text else ""
    before, after = _ELEMENTS.get(span.tone, ("", ""))
    shown = f"{before}{words}{after}"
    if span.linked:
        shown = f'<a href="{escape(span.url)}">{shown}</a>'
    return span.edged(shown)
