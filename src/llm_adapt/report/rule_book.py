"""A rule set in Markdown: pages that link to each other, one document, or an index of it all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import quote

from llm_adapt.report.borders import clean
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.document import Span
from llm_adapt.report.flow_graph import FlowGraph
from llm_adapt.report.graph_mermaid import mermaid_text
from llm_adapt.report.markdown import rendered, table
from llm_adapt.report.phrases import GRADES, counted, stopped
from llm_adapt.rules.explanation import Explanation, RuleRow, Weighed
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
_WORD = re.compile(r"[A-Za-z0-9]+(?:[_+/-][A-Za-z0-9]+)*")
# What says that a name follows.
_NAMES = re.compile(r"\b(?:for|against|rule|node|rules out) $")
Links = Mapping[str, str]


def page(told: Explanation, links: Links, level: int = 1) -> str:
    """One thing, ending in a newline; `links` has the address of everything that has one."""
    return "\n\n".join(_pieces(told, links, "#" * level)) + "\n"


def _pieces(told: Explanation, links: Links, mark: str) -> Iterator[str]:
    yield f"{mark} {escaped(told.id)}"
    where = f" in `{told.where.file}`" if told.where is not None else ""
    yield f"**{escaped(stopped(told.title))}** ({escaped(told.kind)}{where})"
    if told.text:
        yield escaped(told.text)
    others = {name: link for name, link in links.items() if name != told.id}
    if told.when is not None:
        yield "When:"
        yield "\n".join(_condition(told.when, others, 0))
    for label, lines in told.notes.items():
        head = escaped(label[:1].upper() + label[1:])
        listed = [f"- {linked(line, others)}" for line in lines]
        one = f"{head}: {linked(lines[0], others)}"
        yield one if len(lines) == 1 else "\n".join([f"{head}:", "", *listed])
    if told.sources:
        yield "Sources:"
        yield "\n".join(
            f"- {source.grade}, {escaped(source.date)}: "
            f"{rendered((Span(stopped(source.title), url=source.url or ''),))} "
            f"({linked(source.id, others)})"
            for source in told.sources
        )


def _condition(weighed: Weighed, links: Links, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- {linked(weighed.head, links)}"
    for part in weighed.parts:
        yield from _condition(part, links, depth + 1)


def linked(text: str, links: Links) -> str:
    """Text as Markdown, with a link behind each name that has an address.

    Names of one ordinary word are linked only where the text is nothing but names.
    """
    pieces: list[str] = []
    shown = clean(text)
    # After a colon there may be names alone: "predicate: full_ft_fits, facts_move".
    names = shown.rpartition(": ")[2]
    alone = len(shown) - len(names) if all(w in links for w in _WORD.findall(names)) else len(shown)
    end = 0
    for match in _WORD.finditer(shown):
        word = match[0]
        meant = match.start() in {0, *range(alone, len(shown))} or not word.isalpha()
        if word in links and (meant or _NAMES.search(shown[: match.start()])):
            pieces += [_between(shown[end : match.start()]), f"[{escaped(word)}]({links[word]})"]
            end = match.end()
    pieces.append(_between(shown[end:]))
    return "".join(pieces)


def _between(text: str) -> str:
    return Span(text).edged(escaped(text))


def anchor(heading: str) -> str:
    """The name under which GitHub finds a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def address(told: Explanation) -> str:
    """The page of something, from the top of the book, with its place on a shared page."""
    if told.kind in FOLDERS:
        return f"{FOLDERS[told.kind]}/{told.id}.md"
    shared = (name for name, (_, kinds) in SHARED.items() if told.kind in kinds)
    return next((f"{name}#{anchor(told.id)}" for name in shared), "")


def links_from(told: Sequence[Explanation], up: str = "") -> dict[str, str]:
    """The address of each id, as seen from a page that `up` leads to the top from."""
    # The first of two things with one name is the one that pages speak of.
    found = ((one.id, address(one)) for one in reversed(told))
    return {name: up + quote(place, safe="/#+") for name, place in found if place}


def book_pages(told: Sequence[Explanation], graph: FlowGraph) -> dict[str, str]:
    """File name to text: a page for each rule, question and strategy, and the shared ones."""
    here, below = links_from(told), links_from(told, "../")
    pages = {
        address(one): page(one, below) + "\n[Index](../README.md)\n"
        for one in told
        if one.kind in FOLDERS
    }
    for name, (title, kinds) in SHARED.items():
        chapter = _chapter(title, [one for one in told if one.kind in kinds], here, graph, 1)
        pages[name] = "\n\n".join([*chapter, "[Index](README.md)\n"])
    return pages


def whole_book(told: Sequence[Explanation], rules: RuleSet, graph: FlowGraph) -> str:
    """Everything in one document."""
    links = {one.id: f"#{anchor(one.id)}" for one in told}
    used = f"Rule set `{rules.name}` {rules.version}, digest `{rules.digest}`."
    pieces = [f"# {escaped(rules.title)}", used]
    chapters = [(folder.capitalize(), (kind,)) for kind, folder in FOLDERS.items()]
    for title, kinds in [*chapters, *SHARED.values()]:
        pieces += _chapter(title, [one for one in told if one.kind in kinds], links, graph, 2)
    return "\n\n".join(pieces) + "\n"


def _chapter(
    title: str, told: Sequence[Explanation], links: Links, graph: FlowGraph, level: int
) -> Iterator[str]:
    """Things that share a page, nodes with the picture that they stand in."""
    yield f"{'#' * level} {title}"
    if any(one.kind == "node" for one in told):
        yield from filter(None, _flowchart(graph))
    yield from (page(one, links, level + 1).rstrip("\n") for one in told)


def _flowchart(graph: FlowGraph) -> tuple[str, str, str]:
    """The note on it, a block that GitHub draws, and what the ends of its walks make together."""
    heads = (*(panel.title for panel in graph.panels), "Together")
    rows = [[*map(escaped, (*pairing.ends, pairing.strategy))] for pairing in graph.pairings]
    return escaped(graph.note), f"```mermaid\n{mermaid_text(graph)}```", table(heads, rows)


def index_markdown(
    rules: RuleSet,
    rows: Sequence[RuleRow],
    graph: FlowGraph,
    links: Mapping[str, Links],
    intro: str = "",
) -> str:
    """The index page, ending in a newline; `links` are addresses by kind."""
    return "\n\n".join(_index(rules, rows, graph, links, intro)) + "\n"


def _index(
    rules: RuleSet,
    rows: Sequence[RuleRow],
    graph: FlowGraph,
    links: Mapping[str, Links],
    intro: str,
) -> Iterator[str]:
    def link(kind: str, name: str) -> str:
        found = links.get(kind, {}).get(name)
        return f"[{escaped(name)}]({found})" if found else escaped(name)

    yield f"# {escaped(rules.title)}"
    count = f"{counted(len(rows), 'rule')}, {counted(len(rules.questions), 'question')}"
    yield f"Rule set `{rules.name}` {rules.version}: {count}."
    if intro:
        yield intro
    note, drawn, joined = _flowchart(graph)
    yield from ("## The flowchart", note or "Three ways lead on from each question.", drawn)
    yield from ("## Where the walks end, taken together", joined)
    yield "## Strategies"
    told = rules.strategies.values()
    yield table(
        ("id", "title", "what it is"),
        [[link("strategy", s.id), escaped(s.title), escaped(s.text)] for s in told],
    )
    yield "## Questions"
    asked = rules.questions.values()
    yield table(("id", "question"), [[link("question", q.id), escaped(q.ask)] for q in asked])
    yield "## Rules"
    grades = "; ".join(f"{grade} {said}" for grade, said in GRADES.items())
    yield f"The grade is that of the best source: {escaped(grades)}."
    for (family, profile), found in groupby(rows, lambda row: (row.family, row.profile)):
        yield f"### {escaped(family or 'rules')} (`{profile}`)"
        yield table(
            ("id", "title", "effect", "grade"),
            [
                [link("rule", r.id), escaped(r.title), escaped("; ".join(r.effects)), r.grade]
                for r in found
            ],
        )
    if rules.departures:
        yield "## Where it departs from what it extends"
        departures = sorted(rules.departures.items())
        yield table(("id", "because"), [[f"`{name}`", escaped(why)] for name, why in departures])
