"""A row of training data, whatever format it came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Turn:
    """One message. `role` is `system`, `user`, `assistant` or `tool`, whatever the file says."""

    role: str
    text: str


@dataclass(slots=True)
class Row:
    """A row: where it stands and what it says.

    `number` counts the rows of its file from 0. A plain instruction is `prompt` (instruction and
    input joined by a line break when both are there) and `output`; `instruction` and `input` keep
    the parts. In a conversation `turns` holds every message, `prompt` all but the last answer, and
    `output` the last answer. A preference pair has `chosen` and `rejected`; a classified text has
    `output` None and `label`. None means that the field is missing or null; "" that it is empty.
    """

    number: int
    prompt: str = ""
    output: str | None = None
    instruction: str | None = None
    input: str | None = None
    turns: tuple[Turn, ...] = ()
    chosen: str | None = None
    rejected: str | None = None
    chosen_prompt: str | None = (
        None  # what stands before the chosen answer, where each side has its own
    )
    rejected_prompt: str | None = None
    label: str | None = None
    fields: Mapping[str, object] = field(default_factory=dict)  # the row as it was written
