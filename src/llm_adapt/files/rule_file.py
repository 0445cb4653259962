"""What `rules/**/*.yaml` may say: the model, and the few things that a file writes otherwise.

These classes are read by their types and never compared, so they come without what costs a start.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias, get_args

from llm_adapt.rules.case import Case, ProjectKind
from llm_adapt.rules.cited import Constant, Derived, Source
from llm_adapt.rules.form import SOME, Form, Id, QuestionId, StrategyId, Text
from llm_adapt.rules.model import (
    Argument,
    Condition,
    Implication,
    IsOneOf,
    Item,
    Named,
    Need,
    Question,
    Rule,
    Strategy,
    Strength,
    Threshold,
    Walk,
)

Listed: TypeAlias = Annotated[tuple[str, ...], SOME]


@dataclass(eq=False, repr=False)
class DerivedEnd:
    """One end of a derived number."""

    derived: Annotated[Id, Form(ref="derived number")]
    bound: Literal["low", "high"]


Bound: TypeAlias = float | Annotated[Id, Form(ref="constant")] | DerivedEnd


@dataclass(eq=False, repr=False)
class Compared:
    """One answer compared: with values, or with numbers, named constants or derived numbers."""

    answer: QuestionId
    is_: Annotated[str | None, Form(key="is", description="the value of a choice or yes/no")] = None
    in_: Annotated[Listed | None, Form(key="in", description="one of these values")] = None
    has: Annotated[str | None, Form(description="a several-choice lists this item")] = None
    has_any: Annotated[Listed | None, Form(description="a several-choice lists one of these")] = (
        None
    )
    at_least: Bound | None = None
    above: Bound | None = None
    at_most: Bound | None = None
    below: Bound | None = None


@dataclass(eq=False, repr=False)
class ArguesFor:
    """Speak for a need or strategy."""

    target: Annotated[Id, Form(key="for", ref="need or single strategy")]
    strength: Strength
    topic: Id


@dataclass(eq=False, repr=False)
class ArguesAgainst:
    """Speak against a need or strategy."""

    target: Annotated[Id, Form(key="against", ref="need or single strategy")]
    strength: Strength
    topic: Id


# How a file writes a type that is not written as it is; the first key of each tells which it is.
_ENGINE = {IsOneOf, Threshold, Named}
WRITTEN: Mapping[Any, tuple[Any, ...]] = {
    Argument: (ArguesFor, ArguesAgainst),
    Condition: (
        Compared,
        *(cls for cls in get_args(Condition) if cls not in _ENGINE),
        Annotated[str, Form(ref="predicate")],
    ),
}


@dataclass(eq=False, repr=False)
class Predicate:
    """A condition with a name."""

    text: Text
    when: Condition


@dataclass(eq=False, repr=False)
class Joint:
    """Which strategy a combination of results stands for (`none`: none of them yet)."""

    results: Mapping[Id, Id]
    strategy: Annotated[Id, Form(ref="strategy or none")]


@dataclass(eq=False, repr=False)
class Monotone:
    """A fact that must hold everywhere: raising an answer never moves a part the other way."""

    answer: QuestionId
    direction: Literal["up", "down"]
    never_drops: StrategyId
    because: Text
    places: Annotated[
        Literal["first", "all"],
        Form(description="where it must hold: in first place, or in the whole ranking"),
    ] = "first"
    among: Annotated[
        tuple[Id, ...], Form(description="the values on the scale, lowest first; default: all")
    ] = ()


Items: TypeAlias = Mapping[Id, Item]
Reasons: TypeAlias = Mapping[Id, Text]


@dataclass(eq=False, repr=False)
class RuleFile:
    """One file of a rule set: any of the sections, each keyed by id."""

    name: Id | None = None
    version: str | None = None
    title: str | None = None
    extends: Id | None = None
    flowchart_note: str | None = None
    departures: Annotated[Reasons, Form(description="ids of the parent replaced here, and why")] = (
        field(default_factory=dict)
    )
    removes: Annotated[Reasons, Form(description="ids of the parent dropped here, and why")] = (
        field(default_factory=dict)
    )
    sources: Mapping[Id, Source] = field(default_factory=dict)
    questions: Mapping[Id, Question] = field(default_factory=dict)
    constants: Mapping[Id, Constant] = field(default_factory=dict)
    derived: Mapping[Id, Derived] = field(default_factory=dict)
    needs: Mapping[Id, Need] = field(default_factory=dict)
    strategies: Mapping[Id, Strategy] = field(default_factory=dict)
    predicates: Mapping[Id, Predicate] = field(default_factory=dict)
    rules: Mapping[Id, Rule] = field(default_factory=dict)
    walks: Mapping[Id, Walk] = field(default_factory=dict)
    join: Mapping[Id, Joint] = field(default_factory=dict)
    variants: Items = field(default_factory=dict)
    warnings: Items = field(default_factory=dict)
    preparations: Items = field(default_factory=dict)
    tools: Items = field(default_factory=dict)
    plan: Items = field(default_factory=dict)
    data_plan: Items = field(default_factory=dict)
    so_far: Items = field(default_factory=dict)
    out_of_scope: Items = field(default_factory=dict)
    monotone: Mapping[Id, Monotone] = field(default_factory=dict)
    plausible: Annotated[
        Mapping[QuestionId, Mapping[str, Annotated[float, Form(ge=0)]]],
        Form(description="how often which answer occurs, as weights by value"),
    ] = field(default_factory=dict)
    implies: Annotated[
        tuple[Implication, ...], Form(description="which answers mostly follow from others")
    ] = ()
    kinds: Annotated[
        Mapping[Id, ProjectKind],
        Form(description="projects of several kinds, counted"),
    ] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
