"""The words of the YAML format as pydantic models: ids, values and conditions.

The tags of unions begin with `#`: pydantic puts them into the place of an error, where no key
of a document may be taken for one.
"""

from typing import Annotated, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_+][a-z0-9]+)*$")]
NodeId: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$")
]
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Row: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(A\d\d|S\d|[A-Z]+\d*)$")]
StrengthName: TypeAlias = Literal["weak", "moderate", "strong", "decisive"]
WhenUnknown: TypeAlias = Literal["silent", "applies"]


def _value_tag(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "#yes-no" if isinstance(value, bool) else "#unknown"
    if isinstance(value, int | float):
        return "#number"
    return "#list" if isinstance(value, list) else "#text"


AnswerValue: TypeAlias = Annotated[
    Union[  # noqa: UP007 (a discriminated union of tagged members)
        Annotated[bool, Tag("#yes-no")],
        Annotated[float, Tag("#number")],
        Annotated[str, Tag("#text")],
        Annotated[list[str], Tag("#list")],
        Annotated[None, Tag("#unknown")],
    ],
    Discriminator(_value_tag),
]


class Strict(BaseModel):
    """Frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


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


def _bound_tag(value: object) -> str:
    if isinstance(value, str):
        return "#constant"
    return "#derived" if isinstance(value, dict) else "#number"


Bound: TypeAlias = Annotated[
    Union[  # noqa: UP007 (a discriminated union of tagged members)
        Annotated[float, Tag("#number")],
        Annotated[Id, Tag("#constant")],
        Annotated[DerivedBound, Tag("#derived")],
    ],
    Discriminator(_bound_tag),
]
Listed: TypeAlias = Annotated[list[str], Field(min_length=1)]


class AnswerForm(Strict):
    """One answer compared: with values, or with numbers, named constants or derived numbers."""

    answer: Id
    is_: str | None = Field(None, alias="is", description="the value of a choice or yes/no")
    in_: Listed | None = Field(None, alias="in", description="one of these values")
    has: str | None = Field(None, description="a several-choice lists this item")
    has_any: Listed | None = Field(None, description="a several-choice lists one of these")
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
    ended_at: Annotated[list[Id], Field(min_length=1)]


def _condition_tag(value: object) -> str:
    if isinstance(value, str):
        return "#predicate"
    for key in ("all", "any", "not", "answer", "need", "walk"):
        if isinstance(value, dict) and key in value:
            return f"#{key}"
    return "#answer"


ConditionForm: TypeAlias = Annotated[
    Union[  # noqa: UP007 (a discriminated union of tagged members)
        Annotated[AllForm, Tag("#all")],
        Annotated[AnyForm, Tag("#any")],
        Annotated[NotForm, Tag("#not")],
        Annotated[AnswerForm, Tag("#answer")],
        Annotated[NeedForm, Tag("#need")],
        Annotated[WalkForm, Tag("#walk")],
        Annotated[str, Tag("#predicate")],
    ],
    Discriminator(_condition_tag),
]
