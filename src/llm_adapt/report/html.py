"""Reports as one page of HTML that needs nothing else: to read, print or pass on."""

import re
from collections.abc import Callable, Iterator
from math import log10

from llm_adapt.report.borders import html as escaped
from llm_adapt.report.document import (
    Bar,
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

_ELEMENTS = {
    Tone.STRONG: ("<strong>", "</strong>"),
    Tone.QUIET: ('<span class="quiet">', "</span>"),
    Tone.CODE: ("<code>", "</code>"),
    Tone.GOOD: ('<strong class="good">', "</strong>"),
    Tone.BAD: ('<span class="bad">', "</span>"),
}
_LOOK = """
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --quiet: #57606a;
  --good: #116329; --bad: #a40e26; --rule: #d0d7de; --bar: #8c959f; --link: #0550ae }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --text: #e6edf3; --quiet: #a4adb8; --good: #56d364; --bad: #ff9a94;
    --rule: #3d444d; --bar: #7d8590; --link: #79c0ff }
}
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 54rem; margin: 0 auto; padding: 1rem;
  background: var(--ground); color: var(--text); overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
summary h2 { display: inline }
summary { cursor: pointer; margin-top: 2rem }
a { color: var(--link) }
nav ul { columns: 16rem; padding-left: 1.2rem }
ul { padding-left: 1.2rem }
.marked { list-style: none; padding-left: 0 }
li { margin: .4rem 0 }
li:target { outline: 2px solid var(--link); outline-offset: 3px }
code { font-size: .9em }
.quiet, th { color: var(--quiet); font-weight: normal }
.good { color: var(--good) }
.bad { color: var(--bad) }
.wide { overflow-x: auto; border: 1px solid var(--rule) }
.wide svg { display: block; height: auto }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0 }
tr { border-bottom: 1px solid var(--rule) }
.right { text-align: right }
figure { margin: 1rem 0 }
figcaption { color: var(--quiet) }
.row { display: grid; grid-template-columns: 9rem 1fr 15rem; gap: .2rem .8rem; align-items: center;
  margin: .3rem 0 }
.track { position: relative; height: .9rem; border-left: 1px solid var(--rule);
  border-right: 1px solid var(--rule); margin: 0 .3rem }
.track i { position: absolute; top: .15rem; height: .6rem; min-width: 3px; background: var(--bar);
  border-radius: 2px }
.track i.good { background: var(--good) }
.track i.bad { opacity: .35 }
.track b { position: absolute; top: -.1rem; width: 3px; height: 1.1rem; background: var(--text) }
pre { border: 1px solid var(--rule); padding: .6rem; white-space: pre-wrap }
footer { margin-top: 3rem; border-top: 1px solid var(--rule); color: var(--quiet) }
@media (max-width: 40rem) { .row { grid-template-columns: 1fr } }
@media print {
  :root { color-scheme: light; --ground: #fff; --text: #000; --quiet: #444; --good: #063;
    --bad: #802; --link: #000 }
  body { max-width: none; font-size: 10.5pt }
  nav, button { display: none }
  li, .row, tr { break-inside: avoid }
  h2 { break-after: avoid }
  .wide { overflow: visible; border: 0 }
  .wide svg { width: 100% }
  details:not([open]) > * { display: block }
  details::details-content { content-visibility: visible; block-size: auto }
}
""".strip()
# The page is whole without it: it only shows the buttons that copy.
_SCRIPT = """
for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    getSelection().selectAllChildren(document.getElementById(button.dataset.copies));
    document.execCommand("copy");
    button.textContent = "Copied";
  });
}
""".strip()


def document_html(document: Document, written: str = "") -> str:
    """Any report as a page of HTML, ending in a newline. It loads nothing."""
    return "\n".join(_Page(document).lines(written)) + "\n"


class _Page:
    """One page; every id stands on it once, and links lead only to ids that stand on it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        blocks = [*document.blocks, *(b for s in document.sections for b in s.blocks)]
        self.known = {
            entry.id
            for block in blocks
            if isinstance(block, Entries)
            for entry in block.entries
            if entry.id
        }
        self.used: set[str] = set()

    def lines(self, written: str) -> Iterator[str]:
        """The page, line by line."""
        document = self.document
        title = escaped("".join(span.text for span in document.title))
        yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{title}</title>\n<style>\n{_LOOK}\n</style>\n</head>\n<body>"
        yield f"<header>\n<h1>{self.line(document.title)}</h1>"
        yield from map(self.block, document.blocks)
        yield "</header>"
        if document.sections:
            yield '<nav aria-label="Contents">\n<ul>'
            for section in document.sections:
                yield f'<li><a href="#{_slug(section.title)}">{escaped(section.title)}</a></li>'
            yield "</ul>\n</nav>"
        yield "<main>"
        yield from map(self.section, document.sections)
        yield "</main>"
        if written:
            yield f"<footer><p>Written by llm-adapt on {escaped(written)}.</p></footer>"
        if any(isinstance(b, Copyable) for s in document.sections for b in s.blocks):
            yield f"<script>\n{_SCRIPT}\n</script>"
        yield "</body>\n</html>"

    def section(self, section: Section) -> str:
        """A section with its heading; a folded one opens at a click."""
        body = "\n".join(map(self.block, section.blocks))
        head = f'<h2 id="{_slug(section.title)}">{escaped(section.title)}</h2>'
        if section.folded:
            return f"<details>\n<summary>{head}</summary>\n{body}\n</details>"
        return f"<section>\n{head}\n{body}\n</section>"

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Paragraph():
                return f"<p>{self.line(block.line)}</p>"
            case Entries():
                bare = all(entry.mark.strip() not in {"", "-"} for entry in block.entries)
                head = '<ul class="marked">' if bare else "<ul>"
                return f"{head}\n" + "\n".join(map(self.entry, block.entries)) + "\n</ul>"
            case Table():
                return self.table(block)
            case Chart():
                return _chart(block)
            case Picture():
                says = escaped(block.says)
                head = f'<div class="wide" role="region" tabindex="0" aria-label="{says}">'
                return f"{head}\n{block.svg}</div>"
            case Copyable():
                name = self.anchor("copy-answers")
                text = "\n".join(map(escaped, block.text.splitlines()))
                button = '<button type="button" hidden data-copies="copy-answers">'
                return f"{button}Copy {escaped(block.label)}</button>\n<pre{name}>{text}</pre>"

    def entry(self, entry: Entry) -> str:
        """One entry; its id stands on the page once."""
        indent = f' style="margin-left: {1.2 * entry.depth:g}rem"' if entry.depth else ""
        marked = entry.mark.strip() not in {"", "-"}
        mark = self.span(Span(f"{entry.mark} ", entry.tone)) if marked else ""
        lines = "<br>".join(shown for one in entry.lines if (shown := self.line(one)))
        return f"<li{self.anchor(entry.id)}{indent}>{mark}{lines}</li>"

    def anchor(self, name: str) -> str:
        """The attribute that gives an element its id, the first time."""
        if not name or name in self.used:
            return ""
        self.used.add(name)
        return f' id="{escaped(name)}"'

    def table(self, block: Table) -> str:
        """A table that a narrow page can scroll."""

        def row(cells: list[str], element: str) -> str:
            looks = ((' class="right"' if i in block.right else "") for i in range(len(cells)))
            pairs = zip(looks, cells, strict=True)
            # A head without words names no column.
            kinds = ((element if c else "td", look, c) for look, c in pairs)
            return f"<tr>{''.join(f'<{kind}{look}>{c}</{kind}>' for kind, look, c in kinds)}</tr>"

        rows = [row([escaped(name) for name in block.head], "th")]
        rows += [row([self.line(cell) for cell in cells], "td") for cells in block.rows]
        named = ", ".join(escaped(name) for name in block.head if name)
        head = f'<div class="wide" role="group" tabindex="0" aria-label="Table: {named}">'
        return f"{head}\n<table>\n" + "\n".join(rows) + "\n</table>\n</div>"

    def line(self, line: Line) -> str:
        """A line as inline HTML; what it says is never read as markup."""
        return "".join(map(self.span, line)).strip()

    def span(self, span: Span) -> str:
        """A piece of text, with what it links to."""
        words = escaped(span.text)
        before, after = _ELEMENTS.get(span.tone, ("", ""))
        shown = f"{before}{words}{after}" if words else ""
        if words and span.linked:
            shown = f'<a href="{escaped(span.url)}">{shown}</a>'
        elif words and span.to in self.known:
            shown = f'<a href="#{escaped(span.to)}">{shown}</a>'
        return span.edged(shown)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _chart(chart: Chart) -> str:
    def along(value: float) -> float:
        return log10(max(value, 1)) if chart.tenfold else value

    low = min((along(bar.low) for bar in chart.bars), default=0.0)
    high = max((along(bar.high) for bar in chart.bars), default=0.0)

    def percent(value: float) -> float:
        return 100 * (along(value) - low) / (high - low or 1)

    rows = "\n".join(_bar(bar, percent) for bar in chart.bars)
    return f"<figure>\n<figcaption>{escaped(chart.title)}</figcaption>\n{rows}\n</figure>"


def _bar(bar: Bar, percent: Callable[[float], float]) -> str:
    left, width = percent(bar.low), percent(bar.high) - percent(bar.low)
    tone = f' class="{bar.tone.value}"' if bar.tone in {Tone.GOOD, Tone.BAD} else ""
    at = "" if bar.at is None else f'<b style="left: {percent(bar.at):.1f}%"></b>'
    track = f'<i{tone} style="left: {left:.1f}%; width: {width:.1f}%"></i>{at}'
    return (
        f'<div class="row"><code>{escaped(bar.label)}</code>'
        f'<span class="track" aria-hidden="true">{track}</span>'
        f"<span>{escaped(bar.said)}</span></div>"
    )
