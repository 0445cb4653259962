"""Needs, items of advice, numbers and sources in words, without answers."""

from llm_adapt.decide.program import Program
from llm_adapt.decide.reasons import citations
from llm_adapt.report.phrases import GRADES
from llm_adapt.rules.cited import Constant, Derived, Source
from llm_adapt.rules.explanation import Explanation
from llm_adapt.rules.model import Item, Need, Scale, Tally, Threshold
from llm_adapt.rules.words import number_words
from llm_adapt.usecases.described import notes
from llm_adapt.usecases.mentions import grouped, mentioned, weighed

_SEEN = {
    "primary": "read itself",
    "secondary": "known through others",
    "not_seen": "not read",
    "own": "our own",
}


def of_need(program: Program, need: Need) -> Explanation:
    """A need: the rules for and against it, and the strategies that serve it."""
    rules = program.rules
    said = [
        (argument.favours, f"{rule.id} ({argument.strength.value})")
        for rule in rules.rules.values()
        for argument in rule.arguments
        if argument.target == need.id
    ]
    used = mentioned(rules, lambda atom: isinstance(atom, Tally) and atom.need == need.id)
    return Explanation(
        kind="need",
        id=need.id,
        title=need.title,
        text=need.text,
        condition=None,
        notes=notes(
            ("for it", (words for favours, words in said if favours)),
            ("against it", (words for favours, words in said if not favours)),
            ("served by", (s.id for s in rules.strategies.values() if need.id in s.serves)),
            ("decides", used),
        ),
        sources=(),
        where=None,
        standing=None,
    )


def of_item(program: Program, item: Item) -> Explanation:
    """A variant, warning, preparation, tool, or step of plan or data."""
    tools = (program.rules.items[name] for name in item.tools)
    used = (
        (other.kind, other.id)
        for other in program.rules.items.values()
        if item.id in other.tools and item.kind == "tool"
    )
    applies = item.when is not None and item.unknown == "applies"
    return Explanation(
        kind=item.kind,
        id=item.id,
        title=item.title,
        text=item.text,
        condition=None if item.when is None else weighed(item.when, program.rules.predicates),
        notes=notes(
            ("belongs to", item.parts),
            ("while unknown", ["it applies"] if applies else ()),
            ("first step", [item.first_step]),
            ("stop when", [item.stop_when]),
            ("go on when", [item.go_on_when]),
            ("tools", (f"{tool.id}: {tool.title} ({tool.licence})" for tool in tools)),
            ("licence", [item.licence]),
            ("address", [item.url]),
            ("used by", grouped(used)),
        ),
        sources=citations(program, item.sources),
        where=item.where,
        standing=None,
    )


def of_constant(program: Program, constant: Constant) -> Explanation:
    """A number that conditions compare with, and where."""
    used = mentioned(
        program.rules,
        lambda atom: isinstance(atom, Threshold) and atom.constant == constant.id,
    )
    return Explanation(
        kind="constant",
        id=constant.id,
        title=f"{number_words(constant.value)} {constant.unit}",
        text=constant.because,
        condition=None,
        notes=notes(("used by", used)),
        sources=citations(program, constant.sources),
        where=None,
        standing=None,
    )


def of_derived(program: Program, derived: Derived) -> Explanation:
    """A number that follows from an answer, and what compares with it."""

    def looks(atom: object) -> bool:
        bound = atom.bound if isinstance(atom, Threshold) else None
        return isinstance(bound, Scale) and bound.name == derived.id

    low, high = number_words(derived.low), number_words(derived.high)
    factor = low if low == high else f"{low} to {high}"
    return Explanation(
        kind="derived",
        id=derived.id,
        title=derived.title,
        text=f"{factor} {derived.unit} for each unit of {derived.of}.",
        condition=None,
        notes=notes(("used by", mentioned(program.rules, looks))),
        sources=citations(program, derived.sources),
        where=None,
        standing=None,
    )


def of_source(program: Program, source: Source) -> Explanation:
    """A source, and everything that cites it."""
    rules = program.rules
    cited = [
        *(("rule", r.id) for r in rules.rules.values() if source.id in r.sources),
        *(("node", n.id) for w in rules.walks for n in w.nodes.values() if source.id in n.sources),
        *((item.kind, item.id) for item in rules.items.values() if source.id in item.sources),
        *(("constant", c.id) for c in rules.constants.values() if source.id in c.sources),
        *(("derived", d.id) for d in rules.derived.values() if source.id in d.sources),
    ]
    return Explanation(
        kind="source",
        id=source.id,
        title=source.title,
        text=source.note or "",
        condition=None,
        notes=notes(
            ("date", [source.date]),
            ("grade", [f"{source.grade}: {GRADES.get(source.grade, '')}"]),
            ("seen", [_SEEN.get(source.seen, source.seen)]),
            ("address", [source.url or ""]),
            ("cited by", grouped(cited)),
        ),
        sources=(),
        where=None,
        standing=None,
    )
