"""Anything a rule set names, explained; with answers, how it stands in that situation."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from llm_adapt.decide.conditions import names_in
from llm_adapt.decide.program import Program
from llm_adapt.decide.reasons import citations
from llm_adapt.decide.words import fill, span_of
from llm_adapt.errors import UsageError
from llm_adapt.files.answers import preset_files, read_preset
from llm_adapt.files.data_rules import data_knowledge
from llm_adapt.files.findings import catalogue
from llm_adapt.report.condition_text import condition_words, weighed
from llm_adapt.report.phrases import GRADES, listed
from llm_adapt.rules.advice import Citation
from llm_adapt.rules.cited import Constant, Derived, Source
from llm_adapt.rules.data_rules import DataRule
from llm_adapt.rules.explanation import Explanation
from llm_adapt.rules.model import (
    Argument,
    Condition,
    Edge,
    Item,
    Need,
    Node,
    Question,
    Rule,
    RuleSet,
    Strategy,
    Walk,
)
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.project import KINDS
from llm_adapt.rules.record import record
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.words import number_words, raw_words
from llm_adapt.usecases.standing import Standings, as_notes

NEAREST = 3
_EVIDENCE, _DATA, _PRESET = "evidence", "data", "preset"
_SEEN = {
    "primary": "read itself",
    "secondary": "known through others",
    "not_seen": "not read",
    "own": "our own",
}
Labelled = dict[str, Iterable[str]]
# Title, text and notes.
Told = tuple[str, str, Labelled]


@record(frozen=True)
class Thing:
    """Something of a rule set that has a name; the last of its names is unlike all others."""

    kind: str
    names: tuple[str, ...]
    record: Any
    when: Condition | None = None


def things(rules: RuleSet) -> Iterator[Thing]:
    """Everything that can be explained, in a fixed order."""
    yield from (Thing("rule", (r.id,), r, r.when) for r in rules.rules.values())
    yield from (Thing("question", (q.id,), q) for q in rules.questions.values())
    for walk in rules.walks:
        yield Thing("walk", (walk.id,), walk)
        for node in walk.nodes.values():
            yield Thing("node", (node.id, f"{walk.id}/{node.id}"), node, node.when)
    yield from (Thing("strategy", (s.id,), s) for s in rules.strategies.values())
    yield from (Thing("predicate", (name,), name, when) for name, when in rules.predicates.items())
    yield from (Thing("need", (n.id,), n) for n in rules.needs.values())
    yield from (Thing(item.kind, (item.id,), item, item.when) for item in rules.items.values())
    yield from (Thing("constant", (c.id,), c) for c in rules.constants.values())
    yield from (Thing("derived", (d.id,), d) for d in rules.derived.values())
    yield from (Thing("source", (s.id,), s) for s in rules.sources.values())


def explain(
    program: Program, name: str, situation: Situation | None = None
) -> tuple[Explanation, ...]:
    """Everything that carries a name; `kind:name` asks for one kind, `walk/node` for one node.

    Raises:
        UsageError: The rule set has nothing of that name.
    """
    kind, _, bare = name.rpartition(":")
    known = list(things(program.rules))
    found = [thing for thing in known if bare in thing.names and kind in {"", thing.kind}]
    told = [_told(program, thing, situation) for thing in found]
    if kind in {"", "finding"} and (finding := _finding(name)):
        told.append(finding)
    if not told and kind in {"", _DATA} and bare in data_knowledge().rules:
        told.append(_data_rule(program, bare, data_knowledge().rules[bare]))
    if kind in {"", _PRESET} and bare in preset_files():
        told.append(_preset(program, bare))
    if not told:
        names = [name for thing in known for name in thing.names]
        hint = _hint(bare, [*names, *data_knowledge().rules, *preset_files()])
        raise UsageError(f"there is nothing called {name}", None, hint)
    return tuple(told)


def explain_all(program: Program) -> list[Explanation]:
    """Everything that a rule set names, told without answers."""
    return [_told(program, thing, None) for thing in things(program.rules)]


def _told(program: Program, thing: Thing, situation: Situation | None) -> Explanation:
    rules = program.rules
    standings = None if situation is None else Standings(program, situation)
    title, text, notes = (_KINDS.get(thing.kind) or _item)(rules, thing.record)
    truth = None if standings is None else standings.truth
    return Explanation(
        kind=thing.kind,
        id=thing.names[0],
        title=title,
        text=fill(text, rules, None if standings is None else standings.values),
        when=None if thing.when is None else weighed(thing.when, rules, truth),
        notes=as_notes(notes),
        sources=citations(rules, getattr(thing.record, "sources", ())),
        where=getattr(thing.record, "where", None),
        now=None if standings is None else standings.of(thing.kind, thing.names[-1], thing.when),
    )


def _data_rule(program: Program, name: str, rule: DataRule) -> Explanation:
    """A rule of the audit of training data."""
    steps = [step for step, entry in data_knowledge().plan.items() if name in entry.faults]
    notes: Labelled = {
        "severity": [rule.severity],
        "way out": [rule.mend],
        "rows of the article": rule.carries,
        "calls for": steps,
        "looks for": (f"{what}: {listed(words, 'or')}" for what, words in rule.words.items()),
    }
    cited = citations(program.rules, rule.sources)
    return Explanation(_DATA, name, rule.title, rule.why, None, as_notes(notes), cited)


def _preset(program: Program, name: str) -> Explanation:
    """What is typical of a kind of project, and who says so of each answer."""
    preset, answers = read_preset(name, program.rules.questions)
    notes = {f: (f"{raw_words(v)} ({answers[f].by})",) for f, v in preset["answers"].items()}
    cited = list(citations(program.rules, preset["sources"]))
    for source, said in preset["sources"].items():
        if "says" in said:
            notes[source] = (said["says"],)
            cited.append(Citation(source, said["title"], said["url"], said["date"], said["grade"]))
    title, text = preset["title"], f"{preset['text']} What is by us has no source: grade D."
    return Explanation(_PRESET, name, title, text, None, notes, tuple(cited))


def _hint(name: str, known: Iterable[str]) -> str:
    names = list(dict.fromkeys(known))
    near = get_close_matches(name.lower(), names, NEAREST, 0.6)
    # A word of a name is near enough, when nothing is nearer.
    near = near or [known for known in names if name and name.lower() in known][:NEAREST]
    if near:
        return f"did you mean {listed(near, 'or')}?"
    return "name a rule, question, node, strategy or other id that a report shows"


def _finding(name: str) -> Explanation | None:
    """What a finding such as C301 or V106, its name, or a kind of evidence is about."""
    if name.lower() in {_EVIDENCE, *KINDS}:
        return _evidence(name.lower())
    known = catalogue()
    by_name = {kind.name: kind for kind in known.values() if kind.name}
    kind = known.get(name.upper()) or by_name.get(name.lower())
    if kind is None:
        return None
    notes = {"severity": (kind.severity.value,), "way out": (kind.remedy,)}
    command = "test" if kind.code.startswith("T") else "verify"
    title = kind.title
    text = f"A finding of llm-adapt rules {command}, about a rule set as a whole."
    if kind.name:
        title, text = f"{kind.title} ({kind.name})", kind.text
        accepted = "yes, with a reason and a date" if kind.can_ignore else "no"
        notes["can be ignored"] = (accepted,)
    return Explanation("finding", kind.code, title, text, None, notes)


def _evidence(name: str) -> Explanation:
    """What an assumption of a project file can be measured by."""
    title, text = "Evidence", "Write one under evidence:, or let init --evidence FILE write it."
    notes: dict[str, tuple[str, ...]] = {kind: (k.example,) for kind, k in KINDS.items()}
    if name in KINDS:
        kind = KINDS[name]
        by = "what the file says" if kind.dated else "today" if kind.runs else "the last commit"
        title, text = f"Evidence: {name}", f"{kind.text}."
        notes = {"example": (f"evidence: {kind.example}",), "dated by": (by,)}
        notes |= {"also takes": tuple(kind.options)} if kind.options else {}
    return Explanation(_EVIDENCE, name, title, text, None, notes)


def _rule(rules: RuleSet, rule: Rule) -> Told:
    def argues(argument: Argument) -> str:
        need = rules.needs.get(argument.target)
        title = f" ({need.title})" if need is not None else ""
        topic = argument.topic.replace("_", " ")
        return f"{argument.side} {argument.target}{title}, {argument.strength.value}, topic {topic}"

    notes: Labelled = {
        "argues": map(argues, rule.arguments),
        "rules out": rule.rules_out,
        "fires for example when": map(_said, rule.examples.fires.items()),
        "is silent when": map(_said, rule.examples.silent.items()),
    }
    return rule.title, rule.because, notes


def _said(answer: tuple[str, Plain]) -> str:
    return f"{answer[0]}: {raw_words(answer[1])}"


def _question(rules: RuleSet, question: Question) -> Told:
    notes: Labelled = {
        "takes": [question.allowed()] if not question.values else (),
        "answers": (f"{value}: {label}" for value, label in question.values.items()),
        "for example": [question.example],
        "looked at by": _naming(rules, "questions", question.id),
    }
    return question.ask, question.help, notes


def _walk(_rules: RuleSet, walk: Walk) -> Told:
    notes: Labelled = {
        "nodes": (f"{node.id}: {node.text}" for node in walk.nodes.values()),
        "ends at": (f"{name}: {title}" for name, title in walk.results.items()),
    }
    return walk.title, "A line of decision through the flowchart.", notes


def _node(rules: RuleSet, node: Node) -> Told:
    walk = next(walk for walk in rules.walks if walk.id == node.walk)

    def edge(edge: Edge) -> list[str]:
        following = walk.nodes.get(edge.to)
        title = walk.results.get(edge.to, "") if following is None else following.text
        return [f"{edge.to}: {title}", edge.because]

    notes: Labelled = {
        "yes": edge(node.yes),
        "no": edge(node.no),
        "unknown": edge(node.unknown),
        "departs from the article": [rules.departures.get(node.id, "")],
    }
    return node.text, f"A question of the flowchart, in the walk {walk.id}: {walk.title}.", notes


def _strategy(rules: RuleSet, strategy: Strategy) -> Told:
    targets = {*strategy.parts, *strategy.serves}
    parts = strategy.parts if len(strategy.parts) > 1 else ()
    notes: Labelled = {
        "parts": (f"{part}: {rules.strategies[part].title}" for part in parts),
        "costs": [f"{strategy.costs} points"] if strategy.costs else [],
        "serves": (f"{need}: {rules.needs[need].title}" for need in strategy.serves),
        "if ruled out, next": strategy.otherwise,
        "ruled out by": (r.id for r in rules.rules.values() if strategy.id in r.rules_out),
        "rules that speak about it": (
            rule.id
            for rule in rules.rules.values()
            if any(argument.target in targets for argument in rule.arguments)
        ),
    }
    return strategy.title, strategy.text, notes


def _predicate(rules: RuleSet, name: str) -> Told:
    text = "A condition with a name, used by rules and flowchart alike."
    used = _naming(rules, "predicates", name)
    return rules.predicate_texts.get(name, name), text, {"used by": used}


def _need(rules: RuleSet, need: Need) -> Told:
    def speaking(*, favours: bool) -> Iterator[str]:
        for rule in rules.rules.values():
            for a in rule.arguments:
                if a.target == need.id and a.favours is favours:
                    yield f"{rule.id} ({a.strength.value})"

    notes: Labelled = {
        "for it": speaking(favours=True),
        "against it": speaking(favours=False),
        "served by": (s.id for s in rules.strategies.values() if need.id in s.serves),
        "decides": _naming(rules, "needs", need.id),
    }
    return need.title, need.text, notes


def _item(rules: RuleSet, item: Item) -> Told:
    tools = (rules.items[name] for name in item.tools)
    users = (i for i in rules.items.values() if item.kind == "tool" and item.id in i.tools)
    applies = item.when is not None and item.unknown == "applies"
    notes: Labelled = {
        "belongs to": item.parts,
        "while unknown": ["it applies"] if applies else (),
        "not said when": [condition_words(item.past, rules)] if item.past else (),
        "how to check": [item.check],
        "first step": [item.first_step],
        "takes": [item.takes],
        "measure": [item.measure],
        "stop when": [item.stop_when],
        "go on when": [item.go_on_when],
        "tools": (f"{tool.id}: {tool.title} ({tool.licence})" for tool in tools),
        "licence": [item.licence],
        "address": [item.url],
        "used by": _grouped((user.kind, user.id) for user in users),
    }
    return item.title, item.text, notes


def _constant(rules: RuleSet, constant: Constant) -> Told:
    title = f"{number_words(constant.value)} {constant.unit}"
    return title, constant.because, {"used by": _naming(rules, "constants", constant.id)}


def _derived(rules: RuleSet, derived: Derived) -> Told:
    bases = [point.at for point in derived.points] or [1.0]
    text = "; ".join(f"{span_of(derived, base)} for {base:g}" for base in bases)
    used = _naming(rules, "derived", derived.id)
    return derived.title, f"{text} of {derived.of}.", {"used by": used}


def _source(rules: RuleSet, source: Source) -> Told:
    citing = (t for t in things(rules) if source.id in getattr(t.record, "sources", ()))
    notes: Labelled = {
        "date": [source.date],
        "grade": [f"{source.grade}: {GRADES.get(source.grade, '')}"],
        "seen": [_SEEN.get(source.seen, source.seen)],
        "compared with what it says": [source.checked or "not yet"] * (source.seen != "own"),
        "note": [source.note] if source.says and source.note else [],
        "address": [source.url or ""],
        "cited by": _grouped((thing.kind, thing.names[0]) for thing in citing),
    }
    return source.title, source.says or source.note or "", notes


# What there is to say of each kind. Items of advice are all told alike.
_KINDS: Mapping[str, Callable[[RuleSet, Any], Told]] = {
    "rule": _rule,
    "question": _question,
    "walk": _walk,
    "node": _node,
    "strategy": _strategy,
    "predicate": _predicate,
    "need": _need,
    "constant": _constant,
    "derived": _derived,
    "source": _source,
}


def _naming(rules: RuleSet, section: str, name: str) -> list[str]:
    """Everything whose condition names an entry, a line for each kind."""
    return _grouped(
        (thing.kind, thing.names[0])
        for thing in things(rules)
        if thing.when is not None and (section, name) in names_in(thing.when)
    )


def _grouped(owners: Iterable[tuple[str, str]]) -> list[str]:
    """Kinds and ids as a line for each kind: `rule: a, b`."""
    found: dict[str, list[str]] = {}
    for kind, name in owners:
        found.setdefault(kind, []).append(name)
    return [f"{kind}: {', '.join(names)}" for kind, names in found.items()]
