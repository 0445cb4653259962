"""The flowchart as Mermaid, in the dialect that GitHub shows."""

import re
from collections.abc import Iterable, Iterator

from llm_adapt.report.flow_graph import Arrow, Box, FlowGraph, Shape

# Everything else that ASCII has could be markup to Mermaid or to the Markdown in its labels.
_SAFE = re.compile(r"[A-Za-z0-9 ,.?!'()/:=+-]|[^\x00-\x7f]")
_LIST_START = re.compile(r"^(?:\d+\.|[-+])(?=\s)")
_BRACKETS = {
    Shape.QUESTION: ('["', '"]'),
    Shape.END: ('(["', '"])'),
    Shape.OUTCOME: ('[["', '"]]'),
}


def mermaid_text(graph: FlowGraph) -> str:
    """The flowchart as Mermaid source, ending in a newline."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: FlowGraph) -> Iterator[str]:
    names = node_names(_boxes(graph))
    arrows: list[Arrow] = []
    yield "flowchart TD"
    for index, panel in enumerate(graph.panels):
        yield f'  subgraph walk{index}["{label(panel.title)}"]'
        for box in panel.boxes:
            yield f"    {_box(box, names)}"
        for arrow in panel.arrows:
            yield f"    {_arrow(arrow, names)}"
        yield "  end"
        arrows += panel.arrows
    if graph.outcome is not None:
        yield f"  {_box(graph.outcome, names)}"
    for arrow in graph.joins:
        yield f"  {_arrow(arrow, names)}"
    yield from _highlights(graph, [*arrows, *graph.joins], names)


def _boxes(graph: FlowGraph) -> list[Box]:
    boxes = [box for panel in graph.panels for box in panel.boxes]
    return boxes if graph.outcome is None else [*boxes, graph.outcome]


def node_names(boxes: Iterable[Box]) -> dict[str, str]:
    """Names that Mermaid takes for no word of its own, each used once."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for box in boxes:
        name = base = "n_" + re.sub(r"[^A-Za-z0-9]", "_", box.id)
        count = 1
        while name in used:
            count += 1
            name = f"{base}_{count}"
        used.add(name)
        names[box.id] = name
    return names


def _box(box: Box, names: dict[str, str]) -> str:
    opening, closing = _BRACKETS[box.shape]
    return f"{names[box.id]}{opening}{label(box.text)}{closing}"


def _arrow(arrow: Arrow, names: dict[str, str]) -> str:
    line = "-.->" if arrow.unsure else "-->"
    said = f'|"{label(arrow.label)}"|' if arrow.label else ""
    return f"{names[arrow.source]} {line}{said} {names[arrow.target]}"


def _highlights(graph: FlowGraph, arrows: list[Arrow], names: dict[str, str]) -> Iterator[str]:
    if not graph.lit:
        return
    lit = [names[box.id] for box in _boxes(graph) if box.lit]
    walked = [str(index) for index, arrow in enumerate(arrows) if arrow.lit]
    yield "  classDef walked stroke:#b45309,stroke-width:4px,font-weight:bold"
    yield f"  class {','.join(lit)} walked"
    if walked:
        yield f"  linkStyle {','.join(walked)} stroke:#b45309,stroke-width:4px"


def label(text: str) -> str:
    """Text that Mermaid shows as it stands, for between double quotes."""
    text = _LIST_START.sub(lambda match: match[0][:-1] + f"\0{match[0][-1]}", text)
    shown: list[str] = []
    forced = False
    for character in text:
        if character == "\0":
            forced = True
            continue
        safe = _SAFE.match(character) is not None and not forced
        forced = False
        shown.append(character if safe else f"#{ord(character)};")
    return "".join(shown) or " "
