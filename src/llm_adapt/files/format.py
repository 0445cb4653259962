"""What file formats share as pydantic models: strict mappings, texts and answers.

The tags of unions begin with `#`: pydantic puts them into the place of an error, where no key
of a document may be taken for one.
"""

from typing import Annotated, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Discriminator, StringConstraints, Tag

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


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
