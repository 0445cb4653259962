"""The rule set: what the YAML of a profile says, merged, checked and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from llm_adapt.rules.condition import Condition
from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain
from llm_adapt.rules.question import Question


class Strength(StrEnum):
    """How much one argument weighs."""

    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"
    DECISIVE = "decisive"

    @property
    def points(self) -> int:
        """1, 2, 4 or 8: the next step always outweighs two of the one below it but one."""
        return {"weak": 1, "moderate": 2, "strong": 4, "decisive": 8}[self.value]


class When(StrEnum):
    """What an item of advice does while its condition is unknown."""

    SILENT = "silent"
    APPLIES = "applies"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim comes from.

    `grade`: A for several studies or a primary source of fact, B one study, C advice, D anecdote.
    """

    id: str
    title: str
    url: str | None
    date: str
    seen: str
    grade: str
    note: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number the rules compare with, with its unit and where it comes from."""

    id: str
    value: float
    unit: str
    because: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A number that follows from an answer: `of` times a factor that lies between two bounds."""

    id: str
    title: str
    unit: str
    of: str
    low: float
    high: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Something a project may lack; rules argue about it, strategies serve it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Takes:
    """What a strategy takes, as the estimator is asked for it.

    `cells` are fixed columns; `answers` maps a column to a question and the factor of its unit.
    """

    title: str
    kind: str
    cells: Mapping[str, Plain]
    answers: Mapping[str, tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way of adapting a model. A hybrid has several `parts`; effort breaks ties, low first.

    `otherwise` is the order of retreat when a veto rules this strategy out.
    """

    id: str
    title: str
    text: str
    parts: tuple[str, ...]
    effort: int
    serves: tuple[str, ...]
    otherwise: tuple[str, ...]
    takes: tuple[Takes, ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """A rule speaks for or against a need or a strategy.

    `topic` groups arguments that must not count twice.
    """

    target: str
    favours: bool
    strength: Strength
    topic: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One piece of knowledge: when it holds, what follows, why, and who says so."""

    id: str
    title: str
    family: str
    when: Condition
    arguments: tuple[Argument, ...]
    rules_out: tuple[str, ...]
    because: str
    sources: tuple[str, ...]
    carries: tuple[str, ...]
    fires: Mapping[str, Plain]
    silent: Mapping[str, Plain]
    where: Location | None


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a node leads: another node of the walk, or a result; and why, for an unknown edge."""

    to: str
    because: str


@dataclass(frozen=True, slots=True)
class Node:
    """One question of the flowchart, with its three edges."""

    id: str
    walk: str
    text: str
    when: Condition
    yes: Edge
    no: Edge
    unknown: Edge
    sources: tuple[str, ...]
    carries: tuple[str, ...]
    where: Location | None


@dataclass(frozen=True, slots=True)
class Walk:
    """One line of decision through the flowchart, ending in one of `results`."""

    id: str
    title: str
    order: int
    start: str
    results: Mapping[str, str]
    nodes: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Item:
    """A thing advice may carry: a variant, warning, preparation, tool, or a step of plan or data.

    `parts` are the strategy parts it belongs to; empty means all. `when` narrows it further.
    """

    id: str
    kind: str
    title: str
    text: str
    parts: tuple[str, ...]
    when: Condition | None
    unknown: When
    order: int
    first_step: str
    stop_when: str
    go_on_when: str
    tools: tuple[str, ...]
    url: str
    licence: str
    sources: tuple[str, ...]
    carries: tuple[str, ...]
    where: Location | None


@dataclass(frozen=True, slots=True)
class Case:
    """A named situation and what the rule set must make of it."""

    id: str
    answers: Mapping[str, Plain]
    expect: Mapping[str, Plain]
    source: str
    todo: str
    where: Location | None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A profile, complete: questions, knowledge, flowchart and cases, by id."""

    name: str
    version: str
    title: str
    digest: str
    extends: tuple[str, ...]
    questions: Mapping[str, Question]
    sources: Mapping[str, Source]
    constants: Mapping[str, Constant]
    derived: Mapping[str, Derived]
    needs: Mapping[str, Need]
    strategies: Mapping[str, Strategy]
    predicates: Mapping[str, Condition]
    rules: Mapping[str, Rule]
    walks: tuple[Walk, ...]
    join: Mapping[tuple[str, ...], str]
    items: Mapping[str, Item]
    cases: Mapping[str, Case]
    departures: Mapping[str, str]
    flowchart_note: str
    monotone: tuple[Mapping[str, Plain], ...] = ()
    predicate_texts: Mapping[str, str] | None = None
