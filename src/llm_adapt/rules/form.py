"""What a file may write in a field of the model; said once, in the field's type."""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from llm_adapt.rules.plain import Plain


class Form:
    """A note on a type, which reading, checking and the JSON Schema all go by.

    Attributes:
        key: The word of the file, where it is not the name of the field.
        ref: What an id must name, in words: `source`, `single strategy`.
        given: No entry says it: its id, its place.
        required: An entry must say it, although the field has a default.
        fold: Line breaks count as spaces.
        short: A text alone stands for the whole: its first field.
        shape: The type that a file is held against, where it says more than the field's.
        words: What is said where the pattern is not met.
        read: Turns plain data into the value, or gives the words of what is wrong with it.
        limits: What else must hold, as pydantic calls it, and a `description`.
    """

    __slots__ = (
        "fold", "given", "key", "limits", "read", "ref", "required", "shape", "short", "words",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 (all by name, one or two at a time)
        self,
        *,
        key: str = "",
        ref: str = "",
        given: bool = False,
        required: bool = False,
        fold: bool = False,
        short: bool = False,
        shape: object = None,
        words: str = "",
        read: Callable[[Plain], object] | None = None,
        **limits: Any,  # noqa: ANN401 (numbers and text)
    ) -> None:
        self.key = key
        self.ref = ref
        self.given = given
        self.required = required
        self.fold = fold
        self.short = short
        self.shape = shape
        self.words = words
        self.read = read
        self.limits = limits

    def also(self, other: "Form") -> "Form":
        """Both notes together; what the other says goes before."""
        return Form(
            key=other.key or self.key,
            ref=other.ref or self.ref,
            given=other.given or self.given,
            required=other.required or self.required,
            fold=other.fold or self.fold,
            short=other.short or self.short,
            shape=other.shape or self.shape,
            words=other.words or self.words,
            read=other.read or self.read,
            **{**self.limits, **other.limits},
        )


GIVEN = Form(given=True)
REQUIRED = Form(required=True)
FOLD = Form(fold=True)
SOME = Form(min_length=1)
ID = r"^[a-z0-9]+(?:[-_+][a-z0-9]+)*$"
NODE_ID = r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$"
Id: TypeAlias = Annotated[str, Form(pattern=ID)]
NodeId: TypeAlias = Annotated[str, Form(pattern=NODE_ID)]
Text: TypeAlias = Annotated[str, Form(min_length=1, strip_whitespace=True)]
# Several ids, each of which must name what the alias says.
QuestionId: TypeAlias = Annotated[Id, Form(ref="question")]
StrategyId: TypeAlias = Annotated[Id, Form(ref="strategy")]
NeedIds: TypeAlias = tuple[Annotated[Id, Form(ref="need")], ...]
Parts: TypeAlias = tuple[Annotated[Id, Form(ref="single strategy")], ...]
SourceIds: TypeAlias = Annotated[tuple[Annotated[Id, Form(ref="source")], ...], SOME]
# Rows of the guide's checklist.
Rows: TypeAlias = tuple[Annotated[str, Form(pattern=r"^(A\d\d|S\d|[A-Z]+\d*)$")], ...]
