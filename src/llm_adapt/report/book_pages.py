"""A whole rule set in Markdown: as pages that link to each other, or as one document."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.flow_graph import FlowGraph
from llm_adapt.report.graph_mermaid import mermaid_text
from llm_adapt.report.rule_page import anchor, page
from llm_adapt.rules.explanation import Explanation
from llm_adapt.rules.model import RuleSet

# What has a page of its own, and what shares one.
FOLDERS = {"strategy": "strategies", "question": "questions", "rule": "rules"}
SHARED = {
    "flowchart.md": ("The flowchart", ("walk", "node")),
    "advice.md": (
        "What comes with a recommendation",
        ("preparation", "variant", "warning", "data", "plan", "so_far", "out_of_scope", "tool"),
    ),
    "terms.md": ("Terms and numbers", ("need", "predicate", "constant", "derived")),
    "sources.md": ("Sources", ("source",)),
}
_PLURALS = {"strategy": "Strategies", "question": "Questions", "rule": "Rules"}


def address(told: Explanation) -> str:
    """The page of something, from the top of the book, with its place on a shared page."""
    if told.kind in FOLDERS:
        return f"{FOLDERS[told.kind]}/{told.id}.md"
    for name, (_, kinds) in SHARED.items():
        if told.kind in kinds:
            return f"{name}#{anchor(told.id)}"
    return ""


def links_from(told: Sequence[Explanation], up: str = "") -> dict[str, str]:
    """The address of each id, as seen from a page `up` leads to the top from."""
    found: dict[str, str] = {}
    for one in told:
        if address(one):
            # The first of two things with one name is the one that pages speak of.
            found.setdefault(one.id, up + quote(address(one), safe="/#+"))
    return found


def book_pages(told: Sequence[Explanation], graph: FlowGraph) -> dict[str, str]:
    """File name to text: a page for each rule, question and strategy, and the shared ones."""
    here, below = links_from(told), links_from(told, "../")
    pages = {
        address(one): page(one, below) + "\n[Index](../README.md)\n"
        for one in told
        if one.kind in FOLDERS
    }
    for name, (title, kinds) in SHARED.items():
        pieces = [f"# {title}", *_picture(kinds, graph)]
        pieces += [page(one, here, 2).rstrip("\n") for one in told if one.kind in kinds]
        pages[name] = "\n\n".join(pieces) + "\n\n[Index](README.md)\n"
    return pages


def whole_book(told: Sequence[Explanation], rules: RuleSet, graph: FlowGraph) -> str:
    """Everything in one document."""
    links: dict[str, str] = {}
    for one in told:
        links.setdefault(one.id, f"#{anchor(one.id)}")
    return "\n\n".join(_chapters(told, rules, graph, links)) + "\n"


def _chapters(
    told: Sequence[Explanation], rules: RuleSet, graph: FlowGraph, links: Mapping[str, str]
) -> Iterator[str]:
    yield f"# {escaped(rules.title)}"
    yield f"Rule set `{rules.name}` {rules.version}, digest `{rules.digest}`."
    chapters = [(_PLURALS[kind], (kind,)) for kind in FOLDERS]
    for title, kinds in [*chapters, *SHARED.values()]:
        yield f"## {title}"
        yield from _picture(kinds, graph)
        for one in told:
            if one.kind in kinds:
                yield page(one, links, 3).rstrip("\n")


def _picture(kinds: tuple[str, ...], graph: FlowGraph) -> Iterator[str]:
    if "node" not in kinds:
        return
    if graph.note:
        yield escaped(graph.note)
    yield fenced(graph)
    yield join_table(graph)


def fenced(graph: FlowGraph) -> str:
    """The flowchart as a block that GitHub draws."""
    return f"```mermaid\n{mermaid_text(graph)}```"


def join_table(graph: FlowGraph) -> str:
    """Which strategy the ends of the walks make together."""
    heads = [*(panel.title for panel in graph.panels), "Together"]
    rows = [[*pairing.ends, pairing.strategy] for pairing in graph.pairings]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        f"| {' | '.join(cell if cell == '---' else escaped(cell) for cell in line)} |"
        for line in lines
    )
