"""What is verified: a rule set with its searches, each made once and only when it is needed."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from llm_adapt.decide.logic import Logic, compile_condition
from llm_adapt.decide.program import Program
from llm_adapt.decide.reach import Budget, reachable
from llm_adapt.rules.model import Condition, Single, singles
from llm_adapt.rules.plain import Path
from llm_adapt.rules.value import Value
from llm_adapt.verify.codes import SECTIONS, Flaw
from llm_adapt.verify.situations import situations
from llm_adapt.verify.space import STEPS, Space, UndecidedError
from llm_adapt.verify.walks import Walks, explore


@dataclass(frozen=True, slots=True)
class Options:
    """What a verification is to hold the rule set against.

    Attributes:
        steps: Steps that each search may take.
        as_of: The day for checks of age; without it there are none.
        shelf_life_days: After how many days a source is to be looked at again.
        tries: Situations that laws are tried on which no search decides.
        cap: Most questions an interview may ask; without it they are not counted.
    """

    steps: int = STEPS
    as_of: date | None = None
    shelf_life_days: int = 1095
    tries: int = 300
    cap: int | None = None


class Subject:
    """A rule set under verification."""

    def __init__(self, program: Program, options: Options) -> None:
        self.program = program
        self.rules = program.rules
        self.options = options
        self.space = Space.of(program, options.steps)

    @cached_property
    def walks(self) -> Walks:
        """Every edge that a walk can take."""
        return explore(self.space, 3 * self.options.steps)

    @cached_property
    def possible(self) -> int:
        """Every outcome that some complete situation leads to, as bits."""
        budget = Budget(self.options.steps)
        found = reachable(self.program, (0, 0), self.space.splitter, budget)
        if budget.spent:
            raise UndecidedError
        return found

    @cached_property
    def pool(self) -> list[dict[str, Value]]:
        """Situations to try laws on: one for every edge, those with an answer less, and others."""
        found = list(self.walks.passed.values())
        less = [
            {name: value for name, value in values.items() if name != dropped}
            for values in found
            for dropped in values
        ]
        return [*found, *less, *situations(self.space, self.options.tries)]

    @cached_property
    def predicates(self) -> dict[str, Logic]:
        """The predicates, compiled."""
        named = self.rules.predicates
        return {
            name: compile_condition(condition, self.program.atoms, named)
            for name, condition in named.items()
        }

    @cached_property
    def conditions(self) -> list[tuple[Path, Condition]]:
        """Every condition of the rule set with the path of what it belongs to."""
        rules = self.rules
        found: list[tuple[Path, Condition]] = []
        found += [(("rules", r.id), r.when) for r in rules.rules.values()]
        found += [(("predicates", name), when) for name, when in rules.predicates.items()]
        for walk in rules.walks:
            found += [(("walks", walk.id, "nodes", n.id), n.when) for n in walk.nodes.values()]
        for item in rules.items.values():
            if item.when is not None:
                found.append(((SECTIONS[item.kind], item.id), item.when))
        return found

    @cached_property
    def singles(self) -> list[Single]:
        """Every comparison of the rule set."""
        return [single for _, condition in self.conditions for single in singles(condition)]

    def opposed(self, one: Logic, two: Logic, values: tuple[int, int]) -> bool:
        """Whether no situation gives two conditions these values.

        Raises:
            UndecidedError: The step budget is spent.
        """
        return self.space.find([(one, values[0]), (two, values[1])]) is None


def undecided(path: Path, what: str) -> Flaw:
    """The third verdict."""
    return Flaw("V901", path, f"{what}: not decided within the step budget")
