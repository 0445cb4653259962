"""What is verified: a rule set, every situation it can meet, and what to hold it against."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from datetime import date
from functools import cached_property, partial

from llm_adapt.decide.conditions import UNKNOWN
from llm_adapt.decide.program import Evaluation, Program
from llm_adapt.errors import NotSettledError
from llm_adapt.proof.circuit import Signal
from llm_adapt.proof.rule_sets import MOST_CONFLICTS, Edge, Space, possible_values
from llm_adapt.proof.sampling import situations
from llm_adapt.rules.plain import Path
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Value

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


@record(frozen=True)
class Flaw:
    """Something found: the path of the entry it is in, and a situation that shows it."""

    code: str
    path: Path
    message: str
    answers: Mapping[str, Value] = field(default_factory=dict[str, Value])


@record(frozen=True)
class Options:
    """What a verification is to hold the rule set against."""

    steps: int = MOST_CONFLICTS  # conflicts that the solver may meet in each search
    as_of: date | None = None  # the day for checks of age; without it there are none
    shelf_life_days: int = 1095  # after so many days a source is to be looked at again
    tries: int = 300  # situations drawn at random among those that laws are tried on
    cap: int | None = None  # most questions an interview may ask; else they are not counted


class Subject:
    """A rule set under verification."""

    def __init__(self, program: Program, options: Options) -> None:
        self.program = program
        self.rules = program.rules
        self.options = options
        self.space = Space(program, options.steps)
        self.unsettled: list[Flaw] = []

    @contextmanager
    def settling(self, path: Path, what: str) -> Iterator[None]:
        """One law; where a search of it ends first, that is kept as the third verdict."""
        try:
            yield
        except NotSettledError:
            message = f"{what}: not decided within the step budget"
            self.unsettled.append(Flaw("V901", path, message))

    def never(self, what: str, flaw: Flaw, *wanted: Signal, full: bool = False) -> Iterator[Flaw]:
        """The flaw, unless some situation, or `full` one, has all that is wanted."""
        with self.settling(flaw.path, what):
            if self.space.find(*wanted, full=full) is None:
                yield flaw

    def ever(
        self, what: str, flaw: Flaw, *wanted: Signal, shows: Callable[[Evaluation], bool]
    ) -> Iterator[Flaw]:
        """The flaw, where some situation has all that is wanted; with few answers that show it."""
        with self.settling(flaw.path, what):
            values = self.space.find(*wanted)
            if values is not None:
                fewest = shrunk(values, lambda fewer: shows(self.program.evaluate(fewer)))
                yield replace(flaw, answers=fewest)

    @cached_property
    def pool(self) -> list[dict[str, Value]]:
        """Situations to try laws on that no search decides.

        One for every edge of the flowchart, and for everything that can follow an unknown one; the
        same with an answer less; and some drawn at random.
        """
        found = list(self._passing())
        less = [
            {name: value for name, value in values.items() if name != dropped}
            for values in found
            for dropped in values
        ]
        return [{}, *found, *less, *situations(self.program, self.options.tries)]

    def _passing(self) -> Iterator[dict[str, Value]]:
        space, outcomes = self.space, self.program.outcomes
        for edge, signal in space.edges().items():
            for firsts in [{name} for name in outcomes] if edge[1] == UNKNOWN else [set(outcomes)]:
                with suppress(NotSettledError):
                    values = space.find(signal, space.first(firsts))
                    if values is not None:
                        yield shrunk(values, partial(self._passes, edge, firsts))

    def _passes(self, edge: Edge, firsts: set[str], values: Mapping[str, Value]) -> bool:
        """Whether a situation takes an edge and ends at one of some outcomes."""
        found = self.program.evaluate(values)
        taken = ((f"{node.walk}/{node.id}", value) for node, value in found.passed())
        return found.first in firsts and edge in taken


def open_ways(program: Program) -> dict[Path, set[int]]:
    """By node of the flowchart how it can come out; a test of earlier walks is always known."""
    found: dict[Path, set[int]] = {}
    for spot in program.chart.nodes:
        if spot.node is not None:
            path: Path = ("walks", spot.node.walk, "nodes", spot.node.id)
            found.setdefault(path, set()).update(possible_values(spot))
    return found


def shrunk(
    values: Mapping[str, Value], shows: Callable[[Mapping[str, Value]], bool]
) -> dict[str, Value]:
    """Answers and items of lists left out one by one, as long as `shows` stays true."""
    kept = dict(values)
    for name in values:
        without = {other: value for other, value in kept.items() if other != name}
        if shows(without):
            kept = without
            continue
        value = kept[name]
        if isinstance(value, tuple):
            for item in value:
                fewer = tuple(other for other in value if other != item)
                if shows({**kept, name: fewer}):
                    kept[name] = value = fewer
    return kept
