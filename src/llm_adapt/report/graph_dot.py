"""The flowchart in DOT, the language of Graphviz."""

from collections.abc import Iterator

from llm_adapt.report.flow_graph import Arrow, Box, FlowGraph, Shape

_SHAPES = {
    Shape.QUESTION: "shape=box",
    Shape.END: 'shape=box style="rounded,filled" fillcolor="#f1f5f9"',
    Shape.OUTCOME: "shape=box peripheries=2",
}
_WALKED = 'color="#b45309" penwidth=3'


def dot_text(graph: FlowGraph) -> str:
    """The flowchart as DOT source, ending in a newline."""
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: FlowGraph) -> Iterator[str]:
    yield "digraph flowchart {"
    yield f"  graph [label={quoted(graph.title)} labelloc=t fontname=Helvetica]"
    yield "  node [fontname=Helvetica fontsize=11]"
    yield "  edge [fontname=Helvetica fontsize=10]"
    for index, panel in enumerate(graph.panels):
        yield f"  subgraph cluster_{index} {{"
        yield f"    label={quoted(panel.title)}"
        yield from (f"    {_box(box)}" for box in panel.boxes)
        yield "  }"
        yield from (f"  {_arrow(arrow)}" for arrow in panel.arrows)
    if graph.outcome is not None:
        yield f"  {_box(graph.outcome)}"
    yield from (f"  {_arrow(arrow)}" for arrow in graph.joins)
    yield "}"


def _box(box: Box) -> str:
    lit = f" {_WALKED}" if box.lit else ""
    return f"{quoted(box.id)} [label={quoted(box.text)} {_SHAPES[box.shape]}{lit}]"


def _arrow(arrow: Arrow) -> str:
    looks = [f"label={quoted(arrow.label)}"] if arrow.label else []
    looks += ["style=dashed"] if arrow.unsure else []
    looks += [_WALKED] if arrow.lit else []
    shown = f" [{' '.join(looks)}]" if looks else ""
    return f"{quoted(arrow.source)} -> {quoted(arrow.target)}{shown}"


def quoted(text: str) -> str:
    """A DOT string; a backslash would begin an escape of Graphviz."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
