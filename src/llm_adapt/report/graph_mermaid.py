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
    boxes = [*graph.boxes, *([graph.outcome] if graph.outcome else [])]
    names = node_names(boxes)
    yield "flowchart TD"
    for index, panel in enumerate(graph.panels):
        yield f'  subgraph walk{index}["{label(panel.title)}"]'
        yield from (f"    {_box(box, names)}" for box in panel.boxes)
        yield from (f"    {_arrow(arrow, names)}" for arrow in panel.arrows)
        yield "  end"
    if graph.outcome is not None:
        yield f"  {_box(graph.outcome, names)}"
    yield from (f"  {_arrow(arrow, names)}" for arrow in graph.joins)
    if graph.lit:
        arrows = [*(arrow for panel in graph.panels for arrow in panel.arrows), *graph.joins]
        walked = [str(index) for index, arrow in enumerate(arrows) if arrow.lit]
        yield "  classDef walked stroke:#b45309,stroke-width:4px,font-weight:bold"
        yield f"  class {','.join(names[box.id] for box in boxes if box.lit)} walked"
        if walked:
            yield f"  linkStyle {','.join(walked)} stroke:#b45309,stroke-width:4px"


def node_names(boxes: Iterable[Box]) -> dict[str, str]:
    """Names that Mermaid takes for no word of its own, each used once."""
    names: dict[str, str] = {}
    for box in boxes:
        name = "n_" + re.sub(r"[^A-Za-z0-9]", "_", box.id)
        while name in names.values():
            name += "_"
        names[box.id] = name
    return names


def _box(box: Box, names: dict[str, str]) -> str:
    opening, closing = _BRACKETS[box.shape]
    return f"{names[box.id]}{opening}{label(box.text)}{closing}"


def _arrow(arrow: Arrow, names: dict[str, str]) -> str:
    line = "-.->" if arrow.unsure else "-->"
    said = f'|"{label(arrow.label)}"|' if arrow.label else ""
    return f"{names[arrow.source]} {line}{said} {names[arrow.target]}"


def label(text: str) -> str:
    """Text that Mermaid shows as it stands, for between double quotes."""
    # The mark that would begin a list is written as its number, too.
    start = _LIST_START.match(text)
    mark = start.end() - 1 if start else -1
    shown = (
        character if _SAFE.match(character) and place != mark else f"#{ord(character)};"
        for place, character in enumerate(text)
    )
    return "".join(shown) or " "
