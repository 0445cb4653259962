"""The rows of the guide's checklist, each with what of a rule set carries it."""

from llm_adapt.files.builtin import builtin_rules
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.article_row import ArticleRow
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.plain import mapping, text

ROWS = "article-rows.yaml"


def article_rows(rules: RuleSet) -> tuple[ArticleRow, ...]:
    """Every row in order, with kind and id of all that carries it."""
    carried = _carried(rules)
    rows = mapping(mapping(read_file(builtin_rules() / ROWS, f"rules/{ROWS}").data).get("rows"))
    return tuple(
        ArticleRow(
            name,
            text(mapping(row).get("text")),
            bool(mapping(row).get("sharpened")),
            tuple(carried.get(name, ())),
        )
        for name, row in rows.items()
    )


def _carried(rules: RuleSet) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    nodes = [node for walk in rules.walks for node in walk.nodes.values()]
    carriers = [
        *((f"rule {rule.id}", rule.carries) for rule in rules.rules.values()),
        *((f"node {node.id}", node.carries) for node in nodes),
        *((f"{item.kind} {item.id}", item.carries) for item in rules.items.values()),
    ]
    for carrier, rows in carriers:
        for row in rows:
            found.setdefault(row, []).append(carrier)
    return found
