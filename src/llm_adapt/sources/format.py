"""The YAML format of a rule set, as pydantic models: what `rules/**/*.yaml` may say."""

from typing import Annotated, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_+][a-z0-9]+)*$")]
NodeId: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$")
]
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Row: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(A\d\d|S\d|[A-Z]+\d*)$")]
AnswerValue: TypeAlias = bool | int | float | str | list[str] | None
StrengthName: TypeAlias = Literal["weak", "moderate", "strong", "decisive"]
WhenUnknown: TypeAlias = Literal["silent", "applies"]


class Strict(BaseModel):
    """Frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class AllForm(Strict):
    """Every part must hold."""

    all: Annotated[list["ConditionForm"], Field(min_length=1)]


class AnyForm(Strict):
    """One part must hold."""

    any: Annotated[list["ConditionForm"], Field(min_length=1)]


class NotForm(Strict):
    """The part must not hold."""

    not_: "ConditionForm" = Field(alias="not")


class DerivedBound(Strict):
    """One end of a derived number."""

    derived: Id
    bound: Literal["low", "high"]


Bound: TypeAlias = int | float | Id | DerivedBound


class AnswerForm(Strict):
    """One answer compared: with values, or with numbers, named constants or derived numbers."""

    answer: Id
    is_: str | None = Field(None, alias="is", description="the value of a choice or yes/no")
    in_: list[str] | None = Field(None, alias="in", description="one of these values")
    has: str | None = Field(None, description="a several-choice lists this item")
    has_any: list[str] | None = Field(None, description="a several-choice lists one of these")
    at_least: Bound | None = None
    above: Bound | None = None
    at_most: Bound | None = None
    below: Bound | None = None


class NeedForm(Strict):
    """The tally of a need reaches a level (flowchart only)."""

    need: Id
    at_least: int


class WalkForm(Strict):
    """An earlier walk ended at one of these results (flowchart only)."""

    walk: Id
    ended_at: list[Id]


def _shape(value: object) -> str:
    if isinstance(value, str):
        return "predicate"
    if isinstance(value, BaseModel):
        return value.__class__.__name__
    keys = value if isinstance(value, dict) else {}
    for tag in ("all", "any", "not", "answer", "need", "walk"):
        if tag in keys:
            return tag
    return "answer"


ConditionForm: TypeAlias = Annotated[
    Union[  # noqa: UP007 (a discriminated union of tagged members)
        Annotated[AllForm, Tag("all")],
        Annotated[AnyForm, Tag("any")],
        Annotated[NotForm, Tag("not")],
        Annotated[AnswerForm, Tag("answer")],
        Annotated[NeedForm, Tag("need")],
        Annotated[WalkForm, Tag("walk")],
        Annotated[str, Tag("predicate")],
    ],
    Discriminator(_shape),
]


class SourceForm(Strict):
    """Where a claim comes from."""

    title: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    date: Annotated[str, StringConstraints(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?|undated)$")]
    seen: Annotated[str, StringConstraints(pattern=r"^(primary|secondary|not_seen|own)$")]
    grade: Literal["A", "B", "C", "D"]
    note: Text | None = None


class QuestionForm(Strict):
    """One question."""

    order: Annotated[int, Field(ge=1)]
    ask: Text
    help: Text
    type: Literal["choice", "several", "integer", "number", "yes_no"]
    values: dict[Id, Text] = {}
    unit: str = ""
    minimum: float | int = 0
    maximum: float | int | None = None
    positive: bool = False
    origin: list[str]
    example: str = ""


class ConstantForm(Strict):
    """A number that conditions compare with."""

    value: int | float
    unit: Text
    because: Text
    sources: Annotated[list[Id], Field(min_length=1)]


class DerivedForm(Strict):
    """A number that follows from an answer by a factor between two bounds."""

    title: Text
    unit: Text
    of: Id
    low: int | float
    high: int | float
    sources: Annotated[list[Id], Field(min_length=1)]


class NeedDefinition(Strict):
    """Something a project may lack."""

    title: Text
    text: Text


class StrategyForm(Strict):
    """A way of adapting a model."""

    title: Text
    text: Text
    parts: list[Id] = []
    effort: Annotated[int, Field(ge=1)]
    serves: list[Id] = []
    otherwise: list[Id] = []


class PredicateForm(Strict):
    """A condition with a name."""

    text: Text
    when: ConditionForm


class ArgueFor(Strict):
    """Speak for a need or strategy."""

    for_: Id = Field(alias="for")
    strength: StrengthName
    topic: Id


class ArgueAgainst(Strict):
    """Speak against a need or strategy."""

    against: Id
    strength: StrengthName
    topic: Id


class ExamplesForm(Strict):
    """Answers for which the rule fires, and for which it stays silent."""

    fires: dict[str, AnswerValue]
    silent: dict[str, AnswerValue]


class RuleForm(Strict):
    """One rule."""

    title: Text
    when: ConditionForm
    argues: list[
        Annotated[
            Union[Annotated[ArgueFor, Tag("for")], Annotated[ArgueAgainst, Tag("against")]],  # noqa: UP007
            Discriminator(lambda v: "against" if isinstance(v, dict) and "against" in v else "for"),
        ]
    ] = []
    rules_out: list[Id] = []
    because: Annotated[str, StringConstraints(min_length=10, max_length=600)]
    sources: Annotated[list[Id], Field(min_length=1)]
    carries: list[Row] = []
    examples: ExamplesForm


class EdgeForm(Strict):
    """An edge with its reason."""

    to: NodeId
    because: Text


class NodeForm(Strict):
    """One question of the flowchart."""

    text: Text
    when: ConditionForm
    yes: NodeId | EdgeForm
    no: NodeId | EdgeForm
    unknown: EdgeForm
    sources: Annotated[list[Id], Field(min_length=1)]
    carries: list[Row] = []


class WalkDefinition(Strict):
    """One line of decision."""

    title: Text
    order: Annotated[int, Field(ge=1)]
    start: NodeId
    results: dict[Id, Text]
    nodes: dict[NodeId, NodeForm]


class JoinForm(Strict):
    """Which strategy a combination of results stands for (`none`: none of them yet)."""

    results: dict[Id, Id]
    strategy: Id


class ItemForm(Strict):
    """A variant, warning, preparation, tool, plan step or data step."""

    title: Text
    text: Text
    parts: list[Id] = []
    when: ConditionForm | None = None
    unknown: WhenUnknown = "silent"
    order: int = 0
    first_step: str = ""
    stop_when: str = ""
    go_on_when: str = ""
    tools: list[Id] = []
    url: str = ""
    licence: str = ""
    sources: Annotated[list[Id], Field(min_length=1)]
    carries: list[Row] = []


class ExpectForm(Strict):
    """What a case demands."""

    first: str | list[str] | None = None
    not_first: list[str] = []
    before: list[list[str]] = Field([], description="pairs: the one ranked before the other")
    verdict: str | None = None
    fires: list[str] = []
    silent: list[str] = []
    how: list[str] = []
    warns: list[str] = []
    prepares: list[str] = []
    ruled_out: list[str] = []
    differs: str | None = None
    score: dict[str, int] = {}


class CaseForm(Strict):
    """A named situation and what must come of it."""

    answers: dict[str, AnswerValue]
    expect: ExpectForm
    source: str = ""
    todo: str = ""


class MonotoneForm(Strict):
    """A fact that must hold everywhere: raising an answer never moves a part the other way."""

    answer: Id
    direction: Literal["up", "down"]
    never_drops: Id
    because: Text


class RuleFile(Strict):
    """One file of a rule set: any of the sections, each keyed by id."""

    name: Id | None = None
    version: str | None = None
    title: str | None = None
    extends: Id | None = None
    flowchart_note: str | None = None
    departures: dict[str, Text] = Field({}, description="ids of the parent replaced here, and why")
    removes: dict[str, Text] = Field({}, description="ids of the parent dropped here, and why")
    sources: dict[Id, SourceForm] = {}
    questions: dict[Id, QuestionForm] = {}
    constants: dict[Id, ConstantForm] = {}
    derived: dict[Id, DerivedForm] = {}
    needs: dict[Id, NeedDefinition] = {}
    strategies: dict[Id, StrategyForm] = {}
    predicates: dict[Id, PredicateForm] = {}
    rules: dict[Id, RuleForm] = {}
    walks: dict[Id, WalkDefinition] = {}
    join: dict[Id, JoinForm] = {}
    variants: dict[Id, ItemForm] = {}
    warnings: dict[Id, ItemForm] = {}
    preparations: dict[Id, ItemForm] = {}
    tools: dict[Id, ItemForm] = {}
    plan: dict[Id, ItemForm] = {}
    data_plan: dict[Id, ItemForm] = {}
    monotone: dict[Id, MonotoneForm] = {}
    cases: dict[str, CaseForm] = {}
