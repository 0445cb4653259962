"""Rules picked by what they speak of; the rows of the guide with what carries them."""

from collections.abc import Collection

from llm_adapt.decide.conditions import fields_of
from llm_adapt.errors import UsageError
from llm_adapt.files.builtin import PROFILES, builtin_rules
from llm_adapt.files.yaml_file import read_file
from llm_adapt.rules.explanation import ArticleRow, RuleRow
from llm_adapt.rules.model import Rule, RuleSet
from llm_adapt.rules.plain import mapping, text
from llm_adapt.rules.value import nearest, quoted

# As many names as one line of a hint holds.
FEW, ALL = 15, "see: llm-adapt rules docs --all"
ROWS = "article-rows.yaml"


def rule_rows(rules: RuleSet, **picks: str) -> tuple[RuleRow, ...]:
    """The rules that have everything asked for, by family and id.

    Args:
        rules: The rule set.
        picks: `strategy` (or need), `question`, `source`, `grade`, `family`, `profile`; empty asks
            for nothing.

    Raises:
        UsageError: The rule set has nothing of a name that is asked for.
    """
    asked = {what: name for what, name in picks.items() if name}
    rows = [_rule_row(rules, rule) for rule in rules.rules.values()]
    known: dict[str, Collection[str]] = {
        "strategy": {*rules.strategies, *rules.needs},
        "question": rules.questions,
        "source": rules.sources,
        "grade": ("A", "B", "C", "D"),
        "family": {row.family for row in rows},
        "profile": {row.profile for row in rows},
    }
    for what, name in asked.items():
        names = sorted(known[what])
        if name not in names:
            named = f"there are {', '.join(names)}" if len(names) <= FEW else ALL
            hint = nearest(name, names) or named
            raise UsageError(f"there is no {what} {quoted(name)}", None, hint)
    found = [row for row in rows if all(n in _has(rules, row)[what] for what, n in asked.items())]
    return tuple(sorted(found, key=lambda row: (row.family, row.id)))


def _has(rules: RuleSet, row: RuleRow) -> dict[str, Collection[str]]:
    """What a rule is picked by; it speaks of a strategy by its parts and the needs it serves."""
    rule = rules.rules[row.id]
    about = {argument.target for argument in rule.arguments}
    spoken = (s.id for s in rules.strategies.values() if about & {*s.parts, *s.serves})
    return {
        "strategy": {*rule.rules_out, *spoken, *about.difference(rules.strategies)},
        "question": row.questions,
        "source": rule.sources,
        "grade": (row.grade,),
        "family": (row.family,),
        "profile": (row.profile,),
    }


def _rule_row(rules: RuleSet, rule: Rule) -> RuleRow:
    grades = sorted(rules.sources[name].grade for name in rule.sources)
    looked_at = dict.fromkeys(fields_of(rule.when, rules.predicates))
    effects = [f"{a.side} {a.target} ({a.strength.value})" for a in rule.arguments]
    effects += [f"rules out {', '.join(rule.rules_out)}"] if rule.rules_out else []
    return RuleRow(
        id=rule.id,
        title=rule.title,
        family=rule.family,
        profile=_profile(rules, rule),
        effects=tuple(effects),
        grade=grades[0] if grades else "",
        questions=tuple(looked_at),
        sources=rule.sources,
        carries=rule.carries,
        because=rule.because,
        where=rule.where,
    )


def _profile(rules: RuleSet, rule: Rule) -> str:
    """The rule set that a rule was written in: a shipped one, or the one at hand."""
    parts = rule.where.file.split("/") if rule.where is not None else []
    shipped = parts[:1] == ["rules"] and parts[1:2] and parts[1] in PROFILES
    return parts[1] if shipped else rules.name


def article_rows(rules: RuleSet) -> tuple[ArticleRow, ...]:
    """Every row in order, with kind and id of all that carries it."""
    nodes = [node for walk in rules.walks for node in walk.nodes.values()]
    carriers = [
        *((f"rule {rule.id}", rule.carries) for rule in rules.rules.values()),
        *((f"node {node.id}", node.carries) for node in nodes),
        *((f"{item.kind} {item.id}", item.carries) for item in rules.items.values()),
    ]
    rows = mapping(mapping(read_file(builtin_rules() / ROWS, f"rules/{ROWS}").data).get("rows"))
    return tuple(
        ArticleRow(
            name,
            text(mapping(row).get("text")),
            bool(mapping(row).get("sharpened")),
            tuple(carrier for carrier, carried in carriers if name in carried),
        )
        for name, row in rows.items()
    )
