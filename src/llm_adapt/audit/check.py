"""What every check is: a state that rows go into, that merges, and that tells what it found.

States are small and picklable: shards of a file are checked in other processes or on other
machines and merged in the order of the file, so that any number of workers gives the same bytes.
"""

from typing import Protocol, TypeVar

from llm_adapt.audit.row import Row
from llm_adapt.rules.audit import DataFinding, Fact
from llm_adapt.rules.record import record

State = TypeVar("State")


@record(frozen=True)
class Context:
    """What a check may know besides its own state, when it is asked for the result."""

    file: str
    rows: int
    sampled: bool


class Check(Protocol[State]):
    """One check. `rules` are the ids (in `rules/audit/`) that its findings may carry."""

    rules: tuple[str, ...]

    def start(self) -> State:
        """Give the state before the first row."""
        ...

    def row(self, state: State, row: Row) -> None:
        """Take in a row; rows of a shard come in order and know their number in the whole file."""

    def merge(self, earlier: State, later: State) -> State:
        """Make one state of two, the earlier shard first. May change and return `earlier`."""

    def finish(self, state: State, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell what was found in the whole file."""
        ...
