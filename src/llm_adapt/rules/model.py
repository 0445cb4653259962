"""The rule set: questions, conditions, knowledge and flowchart, each defined once.

The condition language is closed, total and three-valued; a rule says *when* with nothing else.
A new field is written here and nowhere else: reading, checks of ids and the schema go by its type.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from llm_adapt.rules.case import NO_EXAMPLES, Answers, Case, Examples, ProjectKind
from llm_adapt.rules.cited import Constant, Derived, Source, Takes
from llm_adapt.rules.form import (
    FOLD,
    GIVEN,
    REQUIRED,
    SOME,
    Form,
    Id,
    NeedIds,
    NodeId,
    Parts,
    QuestionId,
    Rows,
    SourceIds,
    StrategyId,
    Text,
)
from llm_adapt.rules.location import Location
from llm_adapt.rules.number import quantity
from llm_adapt.rules.plain import Plain, sequence
from llm_adapt.rules.record import record
from llm_adapt.rules.value import (
    LARGEST,
    NOT_APPLICABLE,
    Unreadable,
    Value,
    near_word,
    quoted,
)

_CENTUM = 100


class Kind(StrEnum):
    """The types of answer."""

    CHOICE = "choice"
    SEVERAL = "several"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes_no"


@record(frozen=True)
class Question:
    """One question of the rule set.

    `values` maps each allowed value of a choice to its label. `minimum` and `maximum` bound
    numbers in `unit`; `positive` forbids zero. Not asked when nobody knows the one it is `after`.
    """

    id: Annotated[str, GIVEN]
    order: Annotated[int, Form(ge=1)]
    ask: Text
    help: Text
    kind: Annotated[Kind, Form(key="type")]
    values: dict[str, Text] = field(default_factory=dict)
    unit: str = ""
    minimum: float = 0
    maximum: float | None = None
    positive: bool = False
    origin: Annotated[tuple[str, ...], REQUIRED] = ()
    example: str = ""
    break_even_of: Annotated[
        QuestionId | None,
        Form(description="while open it is taken as r / (1 + r) of this answer"),
    ] = None
    block: str = ""
    after: QuestionId | None = None
    known: Annotated[
        float, Form(ge=0, description="how often people can answer it, 0 to 1, as far as counted")
    ] = 1

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.kind in {Kind.INTEGER, Kind.NUMBER}

    @property
    def choices(self) -> Mapping[str, str]:
        """What can be chosen, with its labels; nothing where a number is asked for."""
        return {"yes": "Yes", "no": "No"} if self.kind is Kind.YES_NO else self.values

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
        choices, yes_no = list(self.choices), self.kind is Kind.YES_NO
        if yes_no and isinstance(raw, bool | str) and str(raw).lower() in {"true", "false"}:
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
        number = quantity(raw)
        if abs(number) > LARGEST:
            return Unreadable(f"{self.id} is too large", f"write {self.allowed()}")
        low = not number >= self.minimum or (self.positive and number <= self.minimum)
        high = self.maximum is not None and number > self.maximum
        if high and self.maximum == 1 and number <= _CENTUM:
            percent = f"write {number / _CENTUM:g} or {number:g}%"
            return Unreadable(f"{self.id} cannot be {quoted(raw)}", percent)
        if low or high or (self.kind is Kind.INTEGER and number != int(number)):
            return Unreadable(f"{self.id} cannot be {quoted(raw)}", f"write {self.allowed()}")
        # One form of each number: the same answers are the same bytes, however written.
        return int(number) if number == int(number) else float(number)

    def _no(self, raw: Plain, choices: list[str]) -> Unreadable:
        # False is what other YAML readers make of no.
        word = {True: "yes", False: "no"}[raw] if isinstance(raw, bool) else raw
        near = near_word(word, choices) if isinstance(word, str) else None
        meant = f"did you mean {near}? " if near else ""
        return Unreadable(f"{self.id} cannot be {quoted(raw)}", f"{meant}It takes {self.allowed()}")


@record(frozen=True)
class AllOf:
    """Yes when every part is; no when one is no."""

    parts: Annotated[tuple["Condition", ...], Form(key="all"), SOME]


@record(frozen=True)
class AnyOf:
    """Yes when one part is; no when all are no."""

    parts: Annotated[tuple["Condition", ...], Form(key="any"), SOME]


@record(frozen=True)
class NotOf:
    """The opposite; unknown stays unknown."""

    part: Annotated["Condition", Form(key="not")]


@record(frozen=True)
class IsOneOf:
    """The answer to a choice is one of the values; a several-choice lists one of them."""

    field: str
    values: tuple[str, ...]


@record(frozen=True)
class Scale:
    """A number that grows with another answer: on straight lines through points, or from zero on.

    `points` are pairs of the answer to `of` and the number, both rising; one alone is a proportion.
    """

    name: str
    of: str
    points: tuple[tuple[float, float], ...]

    def at(self, answer: float) -> float:
        """The number for an answer."""
        return _on_line(self.points, answer)

    def back(self, number: float) -> float:
        """The answer that the number is for; below zero where it is for none."""
        return _on_line(tuple((y, x) for x, y in self.points), number)

    def times(self, factor: float) -> "Scale":
        """Every number multiplied by a factor above zero."""
        return replace(self, points=tuple((x, y * factor) for x, y in self.points))


def scale_of(derived: Derived, end: Literal["low", "high", "typical"]) -> Scale:
    """One end of a derived number."""
    factor = derived.high if end == "high" else derived.low
    points = tuple((point.at, getattr(point, end)) for point in derived.points)
    return Scale(derived.id, derived.of, points or ((1.0, factor or 0.0),))


def _on_line(points: tuple[tuple[float, float], ...], x: float) -> float:
    if len(points) == 1:
        return x / points[0][0] * points[0][1]
    after = min(max(bisect_left(points, (x,)), 1), len(points) - 1)
    (left, low), (right, high) = points[after - 1], points[after]
    return low + (x - left) * (high - low) / (right - left)


@record(frozen=True)
class Threshold:
    """A number answer against a bound: `op` is `<`, `<=`, `>` or `>=`.

    `constant` names the table row the bound was read from, if it was.
    """

    field: str
    op: str
    bound: float | Scale
    constant: str | None = None


@record(frozen=True)
class Named:
    """A predicate, defined once and used by its name."""

    predicate: str


@record(frozen=True)
class Tally:
    """The arguments heard for a need, minus those against, reach a level (flowchart only)."""

    need: Annotated[Id, Form(ref="need")]
    at_least: int


@record(frozen=True)
class EndedAt:
    """An earlier walk of the flowchart ended at one of these results (flowchart only)."""

    walk: Annotated[Id, Form(ref="walk")]
    results: Annotated[tuple[Id, ...], Form(key="ended_at"), SOME]


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


@record(frozen=True)
class Need:
    """Something a project may lack; rules argue about it, strategies serve it."""

    id: Annotated[str, GIVEN]
    title: Text
    text: Text


@record(frozen=True)
class Strategy:
    """A way of adapting a model. A hybrid has several `parts`; effort breaks ties, low first.

    `otherwise` is the order of retreat when a veto rules this strategy out. A hybrid serves what
    its parts serve. `costs` are points taken from its score, which the arguments for it must
    outweigh; a hybrid pays its own and those of its parts.
    """

    id: Annotated[str, GIVEN]
    title: Text
    text: Text
    parts: Parts = ()
    effort: Annotated[int, REQUIRED, Form(ge=1)] = 1
    serves: NeedIds = ()
    otherwise: tuple[StrategyId, ...] = ()
    takes: tuple[Takes, ...] = ()
    costs: Annotated[int, Form(ge=0)] = 0


@record(frozen=True)
class Argument:
    """A rule speaks for or against a need or a strategy.

    `topic` groups arguments that must not count twice.
    """

    target: Annotated[Id, Form(ref="need or single strategy")]
    favours: bool
    strength: Strength
    topic: Id

    @property
    def side(self) -> Literal["for", "against"]:
        """Which way it speaks."""
        return "for" if self.favours else "against"


@record(frozen=True)
class Rule:
    """One piece of knowledge: when it holds, what follows, why, and who says so."""

    id: Annotated[str, GIVEN]
    title: Text
    when: Condition
    arguments: Annotated[tuple[Argument, ...], Form(key="argues")] = ()
    rules_out: tuple[StrategyId, ...] = ()
    because: Annotated[str, REQUIRED, FOLD, Form(min_length=10, max_length=600)] = ""
    sources: Annotated[SourceIds, REQUIRED] = ()
    carries: Rows = ()
    examples: Annotated[Examples, REQUIRED] = NO_EXAMPLES
    where: Annotated[Location | None, GIVEN] = None

    @property
    def family(self) -> str:
        """The file it stands in, without its ending."""
        name = self.where.file.rpartition("/")[2] if self.where else ""
        return name.removesuffix(".yaml")


@record(frozen=True)
class Edge:
    """Where a node leads: another node of the walk, or a result; and why, for an unknown edge."""

    to: NodeId
    because: Annotated[Text, REQUIRED] = ""


@record(frozen=True)
class Node:
    """One question of the flowchart, with its three edges."""

    id: Annotated[str, GIVEN]
    walk: Annotated[str, GIVEN]
    text: Text
    when: Condition
    yes: Annotated[Edge, Form(short=True)]
    no: Annotated[Edge, Form(short=True)]
    unknown: Edge
    sources: SourceIds
    carries: Rows = ()
    where: Annotated[Location | None, GIVEN] = None

    @property
    def edges(self) -> tuple[Edge, Edge, Edge]:
        """Where it leads when its condition is no, yes and unknown."""
        return self.no, self.yes, self.unknown


@record(frozen=True)
class Walk:
    """One line of decision through the flowchart, ending in one of `results`."""

    id: Annotated[str, GIVEN]
    title: Text
    order: Annotated[int, Form(ge=1)]
    start: NodeId
    results: Mapping[Id, Text]
    nodes: Mapping[NodeId, Node]


@record(frozen=True)
class Item:
    """A thing advice may carry: a variant, warning, preparation, tool, or a step of plan or data.

    `parts` are the strategy parts it belongs to; empty means all. `when` narrows it further, and
    it is not said to those of whom `past` is known: they are beyond it.
    Of what was tried, `text` is the likely cause, `check` how to find out, `first_step` the change.
    """

    id: Annotated[str, GIVEN]
    kind: Annotated[str, GIVEN]
    title: Text
    text: Annotated[Text, FOLD]
    sources: SourceIds
    parts: Parts = ()
    when: Condition | None = None
    past: Condition | None = None
    unknown: When = When.SILENT
    order: int = 0
    first_step: str = ""
    check: str = ""
    takes: str = ""
    measure: str = ""
    stop_when: str = ""
    go_on_when: str = ""
    tools: tuple[Annotated[Id, Form(ref="tool")], ...] = ()
    url: str = ""
    licence: str = ""
    carries: Rows = ()
    where: Annotated[Location | None, GIVEN] = None


@record(frozen=True)
class Implication:
    """What mostly follows from answers: unlike a rule it only says which answers are plausible."""

    when: Condition
    then: Answers
    because: Text
    sources: SourceIds


@record(frozen=True)
class RuleSet:
    """A profile, complete: questions, knowledge, flowchart and cases, by id.

    `plausible` says how often which answer to a question occurs, as weights by value.
    `kinds` are projects that answers occur together in.
    """

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
    predicate_texts: Mapping[str, str] = field(default_factory=dict)
    plausible: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    implies: tuple[Implication, ...] = ()
    kinds: Mapping[str, ProjectKind] = field(default_factory=dict)

    def read(self, raw: Mapping[str, Plain]) -> dict[str, Value]:
        """Plain answers as values; what is no answer to a question is left out."""
        asked = (name for name in raw if name in self.questions)
        read = ((name, self.questions[name].read(raw[name])) for name in asked)
        return {n: v for n, v in read if v is not None and not isinstance(v, Unreadable)}
