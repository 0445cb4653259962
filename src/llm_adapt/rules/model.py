"""The rule set: questions, conditions, knowledge and flowchart, each defined once.

The condition language is closed, total and three-valued; a rule says *when* with nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from llm_adapt.rules.location import Location
from llm_adapt.rules.plain import Plain, sequence
from llm_adapt.rules.value import (
    LARGEST,
    NOT_APPLICABLE,
    Unreadable,
    Value,
    is_number,
    near_word,
    numeral,
    quoted,
)


class Kind(StrEnum):
    """The types of answer."""

    CHOICE = "choice"
    SEVERAL = "several"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the rule set.

    `values` maps each allowed value of a choice to its label. `minimum` and `maximum` bound
    numbers in `unit`; `positive` forbids zero.
    """

    id: str
    order: int
    ask: str
    help: str
    kind: Kind
    values: dict[str, str]
    unit: str
    minimum: float
    maximum: float | None
    positive: bool
    origin: tuple[str, ...]
    example: str
    break_even_of: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.kind in {Kind.INTEGER, Kind.NUMBER}

    def allowed(self) -> str:
        """The allowed answers in words."""
        match self.kind:
            case Kind.CHOICE:
                return f"one of {', '.join(self.values)}"
            case Kind.SEVERAL:
                return f"a list of any of {', '.join(self.values)}"
            case Kind.YES_NO:
                return "yes or no"
            case Kind.INTEGER | Kind.NUMBER:
                whole = "a whole number" if self.kind is Kind.INTEGER else "a number"
                low = f"above {self.minimum:g}" if self.positive else f"of {self.minimum:g} or more"
                high = "" if self.maximum is None else f", at most {self.maximum:g}"
                return f"{whole} {low}{high}" + (f" ({self.unit})" if self.unit else "")

    def read(self, raw: Plain) -> Value | Unreadable | None:
        """Turn plain data into an answer; `None` means unknown.

        `n/a` is the answer *does not apply* to every question.
        """
        if raw is None:
            return None
        if raw == "n/a":
            return NOT_APPLICABLE
        match self.kind:
            case Kind.CHOICE | Kind.YES_NO:
                return self._choice(raw)
            case Kind.SEVERAL:
                return self._several(raw)
            case Kind.INTEGER | Kind.NUMBER:
                return self._number(raw)

    def _choice(self, raw: Plain) -> Value | Unreadable:
        choices = list(self.values)
        if self.kind is Kind.YES_NO:
            choices = ["yes", "no"]
            if isinstance(raw, bool | str) and str(raw).lower() in {"true", "false"}:
                return "yes" if str(raw).lower() == "true" else "no"
        return raw if isinstance(raw, str) and raw in choices else self._no(raw, choices)

    def _several(self, raw: Plain) -> Value | Unreadable:
        if not isinstance(raw, list):
            listed = f"[{raw}]" if isinstance(raw, str) and raw in self.values else self.allowed()
            return Unreadable(f"{self.id} needs a list, not {quoted(raw)}", f"write {listed}")
        for item in sequence(raw):
            if not isinstance(item, str) or item not in self.values:
                return self._no(item, list(self.values))
        chosen = {str(item) for item in raw}
        return tuple(value for value in self.values if value in chosen)

    def _number(self, raw: Plain) -> Value | Unreadable:
        if isinstance(raw, str):
            raw = numeral(raw)
        if not is_number(raw):
            return self._refused(raw)
        if abs(raw) > LARGEST:
            return Unreadable(f"{self.id} is too large", f"write {self.allowed()}")
        whole = raw == int(raw)
        low = raw < self.minimum or (self.positive and raw <= self.minimum)
        high = self.maximum is not None and raw > self.maximum
        if low or high or (self.kind is Kind.INTEGER and not whole):
            return self._refused(raw)
        # One form of each number: the same answers are the same bytes, however written.
        return int(raw) if whole else raw

    def _refused(self, raw: Plain) -> Unreadable:
        return Unreadable(f"{self.id} cannot be {quoted(raw)}", f"write {self.allowed()}")

    def _no(self, raw: Plain, choices: list[str]) -> Unreadable:
        near = near_word(raw, choices) if isinstance(raw, str) else None
        meant = f"did you mean {near}? " if near else ""
        return Unreadable(f"{self.id} cannot be {quoted(raw)}", f"{meant}It takes {self.allowed()}")


@dataclass(frozen=True, slots=True)
class AllOf:
    """Yes when every part is; no when one is no."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Yes when one part is; no when all are no."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NotOf:
    """The opposite; unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The answer to a choice is one of the values; a several-choice lists one of them."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """A number that follows from another answer: `factor` times the answer to `of`."""

    name: str
    factor: float
    of: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number answer against a bound: `op` is `<`, `<=`, `>` or `>=`.

    `constant` names the table row the bound was read from, if it was.
    """

    field: str
    op: str
    bound: float | Scale
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A predicate, defined once and used by its name."""

    predicate: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The arguments heard for a need, minus those against, reach a level (flowchart only)."""

    need: str
    at_least: int


@dataclass(frozen=True, slots=True)
class EndedAt:
    """An earlier walk of the flowchart ended at one of these results (flowchart only)."""

    walk: str
    results: tuple[str, ...]


Condition: TypeAlias = AllOf | AnyOf | NotOf | IsOneOf | Threshold | Named | Tally | EndedAt
Single: TypeAlias = IsOneOf | Threshold | Named | Tally | EndedAt


def singles(condition: Condition) -> Iterator[Single]:
    """The comparisons of a condition, predicates by their name."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from singles(part)
        case NotOf():
            yield from singles(condition.part)
        case _:
            yield condition


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
