"""The YAML format of a rule set, as pydantic models: what `rules/**/*.yaml` may say."""
# ruff: noqa: RUF012 (pydantic gives each model its own copy of a default)

from typing import Annotated, Literal, TypeAlias, Union

from pydantic import Discriminator, Field, StringConstraints, Tag

from llm_adapt.files.format import (
    AnswerValue,
    ConditionForm,
    Id,
    NodeId,
    Row,
    StrengthName,
    Strict,
    Text,
    WhenUnknown,
)


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
    minimum: float = 0
    maximum: float | None = None
    positive: bool = False
    origin: list[str]
    example: str = ""
    break_even_of: Id | None = Field(
        None, description="while open it is taken as r / (1 + r) of this answer"
    )


class ConstantForm(Strict):
    """A number that conditions compare with."""

    value: float
    unit: Text
    because: Text
    sources: Annotated[list[Id], Field(min_length=1)]


class DerivedForm(Strict):
    """A number that follows from an answer by a factor between two bounds."""

    title: Text
    unit: Text
    of: Id
    low: float
    high: float
    sources: Annotated[list[Id], Field(min_length=1)]


class NeedDefinition(Strict):
    """Something a project may lack."""

    title: Text
    text: Text


class ScaledAnswer(Strict):
    """An answer in another unit."""

    of: Id
    times: float


class TakesForm(Strict):
    """What a strategy takes: columns of the estimator, fixed or filled from answers."""

    title: Text
    kind: Literal["memory", "hours"]
    cells: dict[str, str | float] = {}
    answers: dict[str, Id | ScaledAnswer] = {}


class StrategyForm(Strict):
    """A way of adapting a model."""

    title: Text
    text: Text
    parts: list[Id] = []
    effort: Annotated[int, Field(ge=1)]
    serves: list[Id] = []
    otherwise: list[Id] = []
    takes: list[TakesForm] = []


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


def _argument_tag(value: object) -> str:
    return "#against" if isinstance(value, dict) and "against" in value else "#for"


ArgumentForm: TypeAlias = Annotated[
    Union[Annotated[ArgueFor, Tag("#for")], Annotated[ArgueAgainst, Tag("#against")]],  # noqa: UP007
    Discriminator(_argument_tag),
]


class ExamplesForm(Strict):
    """Answers for which the rule fires, and for which it stays silent."""

    fires: dict[str, AnswerValue]
    silent: dict[str, AnswerValue]


class RuleForm(Strict):
    """One rule."""

    title: Text
    when: ConditionForm
    argues: list[ArgumentForm] = []
    rules_out: list[Id] = []
    because: Annotated[str, StringConstraints(min_length=10, max_length=600)]
    sources: Annotated[list[Id], Field(min_length=1)]
    carries: list[Row] = []
    examples: ExamplesForm


class EdgeForm(Strict):
    """An edge with its reason."""

    to: NodeId
    because: Text


def _edge_tag(value: object) -> str:
    return "#to" if isinstance(value, str) else "#reason"


ShortOrReasoned: TypeAlias = Annotated[
    Union[Annotated[NodeId, Tag("#to")], Annotated[EdgeForm, Tag("#reason")]],  # noqa: UP007
    Discriminator(_edge_tag),
]


class NodeForm(Strict):
    """One question of the flowchart."""

    text: Text
    when: ConditionForm
    yes: ShortOrReasoned
    no: ShortOrReasoned
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


def _first_tag(value: object) -> str:
    return "#list" if isinstance(value, list) else "#one"


OneOrSeveral: TypeAlias = Annotated[
    Union[Annotated[str, Tag("#one")], Annotated[list[str], Tag("#list")]],  # noqa: UP007
    Discriminator(_first_tag),
]


class ExpectForm(Strict):
    """What a case demands."""

    first: OneOrSeveral | None = None
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
    among: list[Id] = Field([], description="the values on the scale, lowest first; default: all")
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
