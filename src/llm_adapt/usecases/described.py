"""Rules, questions, flowchart and strategies in words, without answers."""

from collections.abc import Iterable

from llm_adapt.decide.program import Program
from llm_adapt.decide.reasons import citations
from llm_adapt.rules.explanation import Explanation, Note
from llm_adapt.rules.model import (
    Argument,
    Edge,
    IsOneOf,
    Named,
    Node,
    Question,
    Rule,
    Scale,
    Strategy,
    Threshold,
    Walk,
)
from llm_adapt.rules.words import raw_words
from llm_adapt.usecases.mentions import mentioned, weighed


def notes(*pairs: tuple[str, Iterable[str]]) -> tuple[Note, ...]:
    """Labelled lines; labels without any are left out."""
    found = ((label, tuple(line for line in lines if line)) for label, lines in pairs)
    return tuple(Note(label, lines) for label, lines in found if lines)


def of_rule(program: Program, rule: Rule) -> Explanation:
    """A rule: when it fires, what it argues, who says so."""
    return Explanation(
        kind="rule",
        id=rule.id,
        title=rule.title,
        text=rule.because,
        condition=weighed(rule.when, program.rules.predicates),
        notes=notes(
            ("argues", (_argues(program, argument) for argument in rule.arguments)),
            ("rules out", rule.rules_out),
            ("fires for example when", (f"{n}: {raw_words(v)}" for n, v in rule.fires.items())),
            ("is silent when", (f"{n}: {raw_words(v)}" for n, v in rule.silent.items())),
        ),
        sources=citations(program, rule.sources),
        where=rule.where,
        standing=None,
    )


def _argues(program: Program, argument: Argument) -> str:
    side = "for" if argument.favours else "against"
    need = program.rules.needs.get(argument.target)
    title = f" ({need.title})" if need is not None else ""
    topic = argument.topic.replace("_", " ")
    return f"{side} {argument.target}{title}, {argument.strength.value}, topic {topic}"


def of_question(program: Program, question: Question) -> Explanation:
    """A question: what it takes, and what looks at it."""

    def looks(atom: object) -> bool:
        if isinstance(atom, Threshold) and isinstance(atom.bound, Scale):
            return question.id in {atom.field, atom.bound.of}
        return isinstance(atom, IsOneOf | Threshold) and atom.field == question.id

    return Explanation(
        kind="question",
        id=question.id,
        title=question.ask,
        text=question.help,
        condition=None,
        notes=notes(
            ("takes", [question.allowed()] if not question.values else ()),
            ("answers", (f"{value}: {label}" for value, label in question.values.items())),
            ("for example", [question.example]),
            ("looked at by", mentioned(program.rules, looks)),
        ),
        sources=(),
        where=None,
        standing=None,
    )


def of_walk(walk: Walk) -> Explanation:
    """A walk: its nodes and where it can end."""
    return Explanation(
        kind="walk",
        id=walk.id,
        title=walk.title,
        text="A line of decision through the flowchart.",
        condition=None,
        notes=notes(
            ("nodes", (f"{node.id}: {node.text}" for node in walk.nodes.values())),
            ("ends at", (f"{name}: {title}" for name, title in walk.results.items())),
        ),
        sources=(),
        where=None,
        standing=None,
    )


def of_node(program: Program, walk: Walk, node: Node) -> Explanation:
    """A node of the flowchart: its three edges."""

    def edge(edge: Edge) -> list[str]:
        following = walk.nodes.get(edge.to)
        title = walk.results.get(edge.to, "") if following is None else following.text
        return [f"{edge.to}: {title}", edge.because]

    return Explanation(
        kind="node",
        id=node.id,
        title=node.text,
        text=f"A question of the flowchart, in the walk {walk.id}: {walk.title}.",
        condition=weighed(node.when, program.rules.predicates),
        notes=notes(
            ("yes", edge(node.yes)),
            ("no", edge(node.no)),
            ("unknown", edge(node.unknown)),
            ("departs from the article", [program.rules.departures.get(node.id, "")]),
        ),
        sources=citations(program, node.sources),
        where=node.where,
        standing=None,
    )


def of_strategy(program: Program, strategy: Strategy) -> Explanation:
    """A strategy: what it serves, and the rules that speak about it."""
    rules = program.rules
    targets = {*strategy.parts, *strategy.serves}
    speaking = [
        rule for rule in rules.rules.values() if any(a.target in targets for a in rule.arguments)
    ]
    vetoes = [rule.id for rule in rules.rules.values() if strategy.id in rule.rules_out]
    parts = strategy.parts if len(strategy.parts) > 1 else ()
    return Explanation(
        kind="strategy",
        id=strategy.id,
        title=strategy.title,
        text=strategy.text,
        condition=None,
        notes=notes(
            ("parts", (f"{part}: {rules.strategies[part].title}" for part in parts)),
            ("serves", (f"{need}: {rules.needs[need].title}" for need in strategy.serves)),
            ("if ruled out, next", strategy.otherwise),
            ("ruled out by", vetoes),
            ("rules that speak about it", (rule.id for rule in speaking)),
        ),
        sources=(),
        where=None,
        standing=None,
    )


def of_predicate(program: Program, name: str) -> Explanation:
    """A named condition, and what uses it."""
    rules = program.rules
    texts = rules.predicate_texts or {}
    used = mentioned(rules, lambda atom: isinstance(atom, Named) and atom.predicate == name)
    return Explanation(
        kind="predicate",
        id=name,
        title=texts.get(name, name),
        text="A condition with a name, used by rules and flowchart alike.",
        condition=weighed(rules.predicates[name], rules.predicates),
        notes=notes(("used by", used)),
        sources=(),
        where=None,
        standing=None,
    )
