"""The index of a rule set in Markdown: its flowchart, strategies, questions and rules."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from llm_adapt.report.book_pages import fenced, join_table
from llm_adapt.report.borders import markdown as escaped
from llm_adapt.report.flow_graph import FlowGraph
from llm_adapt.report.phrases import GRADES, counted
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.rule_row import RuleRow

# The address of something, by its kind and id; empty where it has none.
Address = Callable[[str, str], str]


def index_markdown(
    rules: RuleSet, rows: Sequence[RuleRow], graph: FlowGraph, address: Address, intro: str = ""
) -> str:
    """The index page, ending in a newline."""
    return "\n\n".join(_pieces(rules, rows, graph, address, intro)) + "\n"


def _pieces(
    rules: RuleSet, rows: Sequence[RuleRow], graph: FlowGraph, address: Address, intro: str
) -> Iterator[str]:
    yield f"# {escaped(rules.title)}"
    count = f"{counted(len(rows), 'rule')}, {counted(len(rules.questions), 'question')}"
    yield f"Rule set `{rules.name}` {rules.version}: {count}."
    if intro:
        yield intro
    yield "## The flowchart"
    yield escaped(graph.note) if graph.note else "Three ways lead on from each question."
    yield fenced(graph)
    yield "## Where the walks end, taken together"
    yield join_table(graph)
    yield "## Strategies"
    strategies = rules.strategies.values()
    yield _table(
        ("id", "title", "what it is"),
        ((_link("strategy", s.id, address), escaped(s.title), escaped(s.text)) for s in strategies),
    )
    yield "## Questions"
    yield _table(
        ("id", "question"),
        ((_link("question", q.id, address), escaped(q.ask)) for q in rules.questions.values()),
    )
    yield from _rules(rows, address)
    if rules.departures:
        yield "## Where it departs from what it extends"
        yield _table(
            ("id", "because"),
            ((f"`{name}`", escaped(why)) for name, why in sorted(rules.departures.items())),
        )


def _rules(rows: Sequence[RuleRow], address: Address) -> Iterator[str]:
    yield "## Rules"
    grades = "; ".join(f"{grade} {said}" for grade, said in GRADES.items())
    yield f"The grade is that of the best source: {escaped(grades)}."
    for family, found in groupby(rows, lambda row: (row.family, row.profile)):
        yield f"### {escaped(family[0] or 'rules')} (`{family[1]}`)"
        yield _table(
            ("id", "title", "effect", "grade"),
            (
                (
                    _link("rule", row.id, address),
                    escaped(row.title),
                    escaped("; ".join(row.effects)),
                    row.grade,
                )
                for row in found
            ),
        )


def _link(kind: str, name: str, address: Address) -> str:
    found = address(kind, name)
    return f"[{escaped(name)}]({found})" if found else escaped(name)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
