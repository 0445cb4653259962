"""The flowchart as an SVG picture, drawn here: no program and no font is needed to make it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from llm_adapt.report.flow_graph import Arrow, Box, FlowGraph, Panel, Shape
from llm_adapt.report.graph_layout import Layout, Point, lay_out
from llm_adapt.rules.record import record

TEXT, SMALL, LARGE = 12.0, 11.0, 16.0
LINE = 15.0
PAD = 10.0
MARGIN = 24.0
PANEL_GAP = 40.0
WIDTHS = {Shape.QUESTION: 190.0, Shape.END: 150.0, Shape.OUTCOME: 190.0}
COLUMN = 250.0
# How wide characters are in a common sans-serif face, as shares of the font size, from the widths
# Helvetica gives; other faces run a little wider.
_NARROW = frozenset("ijlI.,:;'!|[]()ft/ ")
_WIDE = frozenset("mwMW@%&")
_SLACK = 1.08
_STYLE = """
text{font-family:Helvetica,Arial,"Liberation Sans",sans-serif;font-size:12px;fill:#0f172a}
.title{font-size:16px;font-weight:bold}.head{font-size:14px;font-weight:bold}
.small{font-size:11px;fill:#334155}
.said{font-size:11px;stroke:#fff;stroke-width:4px;paint-order:stroke}
.box{fill:#fff;stroke:#475569;stroke-width:1.2}.end{fill:#e2e8f0;stroke:#475569;stroke-width:1.2}
.panel{fill:#f8fafc;stroke:#cbd5e1}
.way{fill:none;stroke:#64748b;stroke-width:1.3}.unsure{stroke-dasharray:5 4}
.tip{fill:#64748b}.lit{stroke:#b45309;stroke-width:3.5}.tip.lit{fill:#b45309;stroke:none}
.strong{font-weight:bold}.dim{opacity:.55}
""".replace("\n", "")


@record(frozen=True)
class _Drawn:
    """A finished piece of the picture, with its size."""

    lines: tuple[str, ...]
    width: float
    height: float


def svg_text(graph: FlowGraph) -> str:
    """The flowchart as a complete SVG document."""
    head = _heading(graph)
    panels = [_panel(panel, dim=graph.lit) for panel in graph.panels]
    left = _stacked([panels[0], _pairings(graph)]) if panels else _Drawn((), 0, 0)
    body = _beside([left, *panels[1:]])
    page = _stacked([head, body])
    width, height = page.width + 2 * MARGIN, page.height + 2 * MARGIN
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            f"<title>{escape(graph.title)}</title>",
            f"<desc>{escape(graph.note)}</desc>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            *_moved(page.lines, MARGIN, MARGIN),
            "</svg>\n",
        ]
    )


def _moved(lines: Iterable[str], x: float, y: float) -> Iterator[str]:
    yield f'<g transform="translate({x:.1f} {y:.1f})">'
    yield from lines
    yield "</g>"


def _stacked(pieces: Sequence[_Drawn]) -> _Drawn:
    lines: list[str] = []
    top = 0.0
    for piece in pieces:
        lines += _moved(piece.lines, 0, top)
        top += piece.height + MARGIN
    return _Drawn(tuple(lines), max(p.width for p in pieces), max(top - MARGIN, 0.0))


def _beside(pieces: Sequence[_Drawn]) -> _Drawn:
    lines: list[str] = []
    left = 0.0
    for piece in pieces:
        lines += _moved(piece.lines, left, 0)
        left += piece.width + PANEL_GAP
    return _Drawn(tuple(lines), max(left - PANEL_GAP, 0.0), max(p.height for p in pieces))


def _text(x: float, y: float, said: str, looks: str = "", anchor: str = "start") -> str:
    shown = f' class="{looks}"' if looks else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{shown}>{escape(said)}</text>'


def _heading(graph: FlowGraph) -> _Drawn:
    lines = [_text(0, LARGE, graph.title, "title")]
    y = LARGE + LINE + 5
    for line in wrapped(graph.note, 900, SMALL):
        lines.append(_text(0, y, line, "small"))
        y += LINE
    legend = "Solid arrows: the answer is known. Dashed arrows: nothing is known."
    if graph.outcome is not None:
        legend += " Thick: the way these answers take."
        lines.append(_text(0, y + 8, f"These answers lead to: {graph.outcome.text}", "head"))
        y += LINE + 10
    lines.append(_text(0, y, legend, "small"))
    return _Drawn(tuple(lines), max(900.0, text_width(graph.title, LARGE)), y)


def _pairings(graph: FlowGraph) -> _Drawn:
    heads = [panel.title for panel in graph.panels]
    lines = [_text(0, LARGE, "Where the walks end, taken together", "head")]
    y = LARGE + LINE + 8
    columns = len(heads)
    for column, head in enumerate([*heads, "gives"]):
        lines.append(_text(column * COLUMN, y, head, "small strong"))
    before: tuple[str, ...] = ()
    for pairing in graph.pairings:
        y += 6
        cells = [*pairing.ends, pairing.strategy]
        # An end said in the row above is not said again.
        shown = [
            "" if column < columns and cells[: column + 1] == list(before[: column + 1]) else cell
            for column, cell in enumerate(cells)
        ]
        before = pairing.ends
        if pairing.lit:
            shown = cells
        looks = "strong" if pairing.lit else "small dim" if graph.lit else "small"
        texts = [wrapped(cell, COLUMN - 14, TEXT) for cell in shown]
        for line in range(max(len(text) for text in texts)):
            y += LINE
            for column, text in enumerate(texts):
                if line < len(text) and text[line]:
                    lines.append(_text(column * COLUMN, y, text[line], looks))
    return _Drawn(tuple(lines), COLUMN * (columns + 1), y + LINE)


def _panel(panel: Panel, *, dim: bool) -> _Drawn:
    texts: dict[str, list[str]] = {}
    sizes: dict[str, Point] = {}
    for box in panel.boxes:
        width, size = WIDTHS[box.shape], TEXT if box.shape is Shape.QUESTION else SMALL
        texts[box.id] = lines = wrapped(box.text, width - 2 * PAD, size)
        sizes[box.id] = width, len(lines) * LINE + 2 * PAD - 4
    layout = lay_out(sizes, [(arrow.source, arrow.target) for arrow in panel.arrows])
    title = 34.0
    width = max(layout.width, text_width(panel.title, LARGE)) + 2 * MARGIN
    height = layout.height + title + 2 * PAD + MARGIN
    drawn = [
        f'<rect class="panel" width="{width:.1f}" height="{height:.1f}" rx="8"/>',
        _text(MARGIN, 24, panel.title, "head"),
        *_moved(_inside(panel, layout, sizes, texts, dim=dim), MARGIN, title + PAD),
    ]
    return _Drawn(tuple(drawn), width, height)


def _inside(
    panel: Panel,
    layout: Layout,
    sizes: dict[str, Point],
    texts: dict[str, list[str]],
    *,
    dim: bool,
) -> Iterator[str]:
    starts = _starts(panel, layout, sizes)
    ordered = sorted(range(len(panel.arrows)), key=lambda index: panel.arrows[index].lit)
    for index in ordered:
        arrow = panel.arrows[index]
        points = [starts[index], *layout.runs[index], layout.places[arrow.target]]
        yield from _arrow(arrow, points, dim=dim and not arrow.lit)
    for box in panel.boxes:
        yield from _box(box, layout.places[box.id], sizes[box.id], texts[box.id], dim=dim)
    for index in ordered:
        x, y = starts[index]
        looks = "said strong" if panel.arrows[index].lit else "said"
        yield _text(x, y + 15, panel.arrows[index].label, looks, "middle")


def _starts(panel: Panel, layout: Layout, sizes: dict[str, Point]) -> list[Point]:
    """Where each arrow leaves its box: side by side, in the order of where they go."""
    leaving: dict[str, list[int]] = {}
    for index, arrow in enumerate(panel.arrows):
        leaving.setdefault(arrow.source, []).append(index)
    starts: list[Point] = [(0.0, 0.0)] * len(panel.arrows)
    for source, indices in leaving.items():
        x, y = layout.places[source]
        width, height = sizes[source]

        def towards(index: int) -> float:
            run = layout.runs[index] or (layout.places[panel.arrows[index].target],)
            return run[0][0]

        indices.sort(key=towards)
        for place, index in enumerate(indices, 1):
            starts[index] = (x - width / 2 + width * place / (len(indices) + 1), y + height)
    return starts


def _arrow(arrow: Arrow, points: list[Point], *, dim: bool) -> Iterator[str]:
    looks = "way" + (" unsure" if arrow.unsure else "") + (" lit" if arrow.lit else "")
    looks += " dim" if dim else ""
    x, y = points[-1]
    points = [*points[:-1], (x, y - 6)]
    curve = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (y1 - y0) / 2
        curve += f"C{x0:.1f} {y0 + half:.1f} {x1:.1f} {y1 - half:.1f} {x1:.1f} {y1:.1f}"
    yield f'<path class="{looks}" d="{curve}"/>'
    tip = "tip" + (" lit" if arrow.lit else "") + (" dim" if dim else "")
    yield f'<path class="{tip}" d="M{x - 5:.1f} {y - 8:.1f}h10L{x:.1f} {y:.1f}Z"/>'


def _box(box: Box, place: Point, size: Point, lines: list[str], *, dim: bool) -> Iterator[str]:
    x, y = place
    width, height = size
    looks = ("end" if box.shape is Shape.END else "box") + (" lit" if box.lit else "")
    radius = height / 2 if box.shape is Shape.END else 5
    faded = ' class="dim"' if dim and not box.lit else ""
    yield f"<g{faded}><title>{escape(box.id)}</title>"
    yield (
        f'<rect class="{looks}" x="{x - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{min(radius, 16):.1f}"/>'
    )
    for index, line in enumerate(lines):
        tone = "small" if box.shape is Shape.END else "strong" if box.lit else ""
        yield _text(x, y + PAD + 9 + index * LINE, line, tone, "middle")
    yield "</g>"


def text_width(text: str, size: float) -> float:
    """The width of a text at a font size."""
    return sum(map(_share, text)) * size * _SLACK


def _share(character: str) -> float:
    if character in _NARROW:
        return 0.29
    if character in _WIDE:
        return 0.86
    if ord(character) > 0x2E80:  # noqa: PLR2004 (from here on characters are square)
        return 1.0
    return 0.68 if character.isupper() else 0.55


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The text in lines of at most this width; a word that is wider is cut."""
    lines = [""]
    for word in text.split():
        for piece in _pieces(word, width, size):
            longer = f"{lines[-1]} {piece}".strip()
            if lines[-1] and text_width(longer, size) > width:
                lines.append(piece)
            else:
                lines[-1] = longer
    return lines


def _pieces(word: str, width: float, size: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
