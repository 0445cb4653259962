"""What a file may write in a field of the model; said once, in the field's type."""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar, dataclass_transform

from llm_adapt.rules.plain import Plain

T = TypeVar("T")


@dataclass_transform(kw_only_default=True)
def _told_by_name(cls: type[T]) -> type[T]:
    """Make a class that takes its fields by name: a dataclass takes long to define for so many."""
    cls.__init__ = lambda self, **said: vars(self).update(said)  # type: ignore[method-assign]
    return cls


@_told_by_name
class Form:
    """A note on a type, which reading, checking and the JSON Schema all go by."""

    key: str = ""  # the word of the file, where it is not the name of the field
    ref: str = ""  # what an id must name, in words: `source`, `single strategy`
    given: bool = False  # no entry says it: its id, its place
    required: bool = False  # an entry must say it, although the field has a default
    short: bool = False  # a text alone stands for the whole: its first field
    beside: bool = False  # its fields stand in the mapping of the whole, under their own names
    shape: object = None  # the type a file is held against, where it says more than the field's
    words: str = ""  # what is said where the pattern or the bounds are not met
    made: Callable[[Any], object] | None = None  # what makes the value of plain data that fits
    # Turns plain data into the value, or gives the words of what is wrong with it.
    read: Callable[[Plain], object] | None = None
    description: str | None = None  # what the schema says of it
    # What must hold of a number, or of a text or list.
    ge: float | None = None
    le: float | None = None
    pattern: str | None = None
    min_length: int = 0
    max_length: int | None = None
    strip_whitespace: bool = False

    def also(self, other: "Form") -> "Form":
        """Both notes together; what the other says goes before."""
        return Form(**{**vars(self), **vars(other)})


GIVEN = Form(given=True)
REQUIRED = Form(required=True)
FOLD = Form(made=lambda raw: " ".join(raw.split()))  # line breaks count as spaces
SOME = Form(min_length=1)
BESIDE = Form(beside=True)
ID = r"^[a-z0-9]+(?:[-_+][a-z0-9]+)*$"
NODE_ID = r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$"
Id: TypeAlias = Annotated[str, Form(pattern=ID)]
NodeId: TypeAlias = Annotated[str, Form(pattern=NODE_ID)]
Text: TypeAlias = Annotated[str, Form(min_length=1, strip_whitespace=True)]
# Numbers of a table: nothing in one is less than nothing.
Count: TypeAlias = Annotated[float, Form(ge=0, made=float)]
Whole: TypeAlias = Annotated[int, Form(ge=0)]
# Several ids, each of which must name what the alias says.
QuestionId: TypeAlias = Annotated[Id, Form(ref="question")]
StrategyId: TypeAlias = Annotated[Id, Form(ref="strategy")]
NeedIds: TypeAlias = tuple[Annotated[Id, Form(ref="need")], ...]
Parts: TypeAlias = tuple[Annotated[Id, Form(ref="single strategy")], ...]
SourceIds: TypeAlias = Annotated[tuple[Annotated[Id, Form(ref="source")], ...], SOME]
# Rows of the guide's checklist.
_ROW = Form(pattern=r"^(A\d\d|S\d|[A-Z]+\d*)$", words="must be a row such as A01")
Rows: TypeAlias = tuple[Annotated[str, _ROW], ...]
