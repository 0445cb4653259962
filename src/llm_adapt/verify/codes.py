"""What verification found before it is told: a code, an entry and a situation."""

from collections.abc import Mapping
from dataclasses import field

from llm_adapt.rules.plain import Path
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Value


@record(frozen=True)
class Flaw:
    """Something found: the path of the entry it is in, and a situation that shows it."""

    code: str
    path: Path
    message: str
    answers: Mapping[str, Value] = field(default_factory=dict[str, Value])


SECTIONS = {
    "variant": "variants",
    "warning": "warnings",
    "preparation": "preparations",
    "tool": "tools",
    "plan": "plan",
    "data": "data_plan",
    "so_far": "so_far",
    "out_of_scope": "out_of_scope",
}
