"""What verification looks for: codes, which never change their meaning, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from llm_adapt.rules.finding import Severity
from llm_adapt.rules.plain import Path
from llm_adapt.rules.question import Value

_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that verification looks for.

    `own` checks speak of how an entry is written: what a rule set inherits is not its business.
    """

    code: str
    title: str
    severity: Severity
    hint: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something found: the path of the entry it is in, and a situation that shows it."""

    code: str
    path: Path
    message: str
    answers: Mapping[str, Value] = field(default_factory=dict[str, Value])


CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        Check("V101", "no first place", _E, "add a strategy to otherwise:, or a node before it"),
        Check("V102", "everything ruled out", _E, "let at least prompting stand in every case"),
        Check("V103", "the walk's choice is ruled out", _W, "make the obstacle a node of the walk"),
        Check(
            "V104",
            "first place that no answer leads to",
            _E,
            "let the unknown edge lead where yes or no can",
        ),
        Check(
            "V105", "walk and ranking disagree", _E, "this is a bug of llm-adapt: please report it"
        ),
        Check("V106", "a monotone fact does not hold", _E, "mend the rules, or withdraw the fact"),
        Check("V107", "node that no walk passes", _E, "lead an edge to it, or remove it"),
        Check(
            "V108",
            "edge that no walk takes",
            _W,
            "an earlier node has settled it: remove the node or mend it",
        ),
        Check("V109", "result that no walk ends at", _W, "lead an edge to it, or remove it"),
        Check(
            "V110",
            "strategy that can never be first",
            _W,
            "add a way that leads to it, or remove it",
        ),
        Check(
            "V111", "none, and no way out of it", _W, "add a preparation that says what to do first"
        ),
        Check(
            "V201",
            "rule that never fires",
            _E,
            "its conditions exclude one another: mend or remove it",
        ),
        Check(
            "V202", "rule that always fires", _W, "its condition says nothing: narrow or remove it"
        ),
        Check(
            "V203",
            "argument that never counts",
            _W,
            "stronger ones of its topic always hold with it: remove it, or give it a topic",
        ),
        Check(
            "V204",
            "rule contained in another",
            _W,
            "the other says the same whenever this one does: keep one of them",
        ),
        Check(
            "V205",
            "rules that contradict each other",
            _E,
            "both hold in the same situations: one of them is wrong",
        ),
        Check("V206", "predicate that is always the same", _E, "mend or remove it"),
        Check("V207", "predicate that says what another says", _W, "use one of them"),
        Check(
            "V208",
            "item that is never shown",
            _W,
            "nothing recommended goes with its condition: mend or remove it",
        ),
        Check("V301", "predicate that nothing uses", _W, "use it or remove it", own=True),
        Check(
            "V302",
            "question that nothing looks at",
            _N,
            "write a rule that needs it, or do not ask it",
            own=True,
        ),
        Check("V303", "constant that nothing uses", _W, "use it or remove it", own=True),
        Check("V304", "derived number that nothing uses", _W, "use it or remove it", own=True),
        Check("V305", "source that nothing cites", _W, "cite it or remove it", own=True),
        Check(
            "V306", "tool that nothing names", _W, "name it under tools:, or remove it", own=True
        ),
        Check(
            "V307",
            "need that decides nothing",
            _W,
            "let a node read it, or a strategy serve it",
            own=True,
        ),
        Check("V401", "no source", _W, "say who says so", own=True),
        Check(
            "V402",
            "decisive on an anecdote alone",
            _W,
            "find a better source, or make it weaker",
            own=True,
        ),
        Check(
            "V403",
            "source past its shelf life",
            _N,
            "look whether it still holds, and date it anew",
            own=True,
        ),
        Check(
            "V404",
            "source without a date",
            _N,
            "find out when it was written or last changed",
            own=True,
        ),
        Check(
            "V405", "no example that fires", _E, "give answers for which the rule holds", own=True
        ),
        Check(
            "V406",
            "no example that is silent",
            _E,
            "give answers for which the rule does not hold",
            own=True,
        ),
        Check(
            "V407",
            "text too long",
            _N,
            "say it in fewer words; one or two sentences are read",
            own=True,
        ),
        Check(
            "V408",
            "id not in kebab-case",
            _W,
            "write it as small words joined by hyphens",
            own=True,
        ),
        Check(
            "V409",
            "address that cannot be followed",
            _W,
            "write https://, a host and a path, nothing else",
            own=True,
        ),
        Check(
            "V410",
            "text names what is not there",
            _E,
            "name an answer, a constant or a derived number",
            own=True,
        ),
        Check(
            "V411",
            "text may say unknown",
            _N,
            "it can hold while this is not known: word the text without it",
            own=True,
        ),
        Check(
            "V412",
            "silent example that leaves the rule unknown",
            _N,
            "answer what the rule looks at, so that it is surely silent",
            own=True,
        ),
        Check("V413", "price past its shelf life", _W, "look the price up, and date it anew"),
        Check("V501", "longer interview than allowed", _W, "cut rules or raise the cap"),
        Check("V901", "not decided", _N, "raise --steps, or split the condition"),
    )
}
SECTIONS = {
    "variant": "variants",
    "warning": "warnings",
    "preparation": "preparations",
    "tool": "tools",
    "plan": "plan",
    "data": "data_plan",
}
