"""A row of training data, whatever format it came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Rows are numbered by file and place: a file more is so much more. None has as many rows.
FILE = 1 << 40


@dataclass(slots=True)
class Turn:
    """One message. `role` is `system`, `user`, `assistant` or `tool`, whatever the file says."""

    role: str
    text: str


@dataclass(slots=True)
class Side:
    """One answer of a preference pair, and what it answers."""

    prompt: str
    answer: str
    turns: tuple[Turn, ...] = ()


@dataclass(slots=True)
class Row:
    """A row: where it stands and what it says.

    `number` is its place in its file, counted from 0, plus `FILE` for each file before. `prompt`
    is all that stands before the answer, `output` the answer: None where there is none, which is
    right for a text with a label and for plain text (`answered` is false then). An instruction
    with an input keeps the `input` apart. `text` is all of it, the prompt first; its
    `tokens` stand there once they are counted. `size` is about how many bytes of the file it takes.
    """

    number: int
    prompt: str
    output: str | None
    answered: bool = True
    input: str = ""
    turns: tuple[Turn, ...] = ()
    pair: tuple[Side, ...] = ()
    label: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict[str, object])
    text: str = field(init=False)
    tokens: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self.text = f"{self.prompt}\n{self.output}" if self.output else self.prompt

    @property
    def answers(self) -> list[str]:
        """Whatever the model is to learn to say."""
        if self.pair:
            return [side.answer for side in self.pair]
        said = [turn.text for turn in self.turns if turn.role == "assistant"]
        return said or ([self.output] if self.output is not None else [])
