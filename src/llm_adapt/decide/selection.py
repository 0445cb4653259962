"""What comes with a recommendation: variants, warnings, preparations, data steps, the plan.

Remarks on what was tried, and on what this advice cannot speak of, come whatever is first.
"""

from collections.abc import Mapping

from llm_adapt.decide.conditions import UNKNOWN, YES
from llm_adapt.decide.program import Program
from llm_adapt.decide.reasons import citations
from llm_adapt.decide.words import fill
from llm_adapt.rules.advice import Advised, Step
from llm_adapt.rules.model import Item, When
from llm_adapt.rules.value import Value


class Selection:
    """The items of the rule set that fit one situation."""

    def __init__(
        self, program: Program, values: Mapping[str, Value], state: tuple[int, int], first: str
    ) -> None:
        self.program = program
        self.values = values
        self.first = first
        items = sorted(program.rules.items.values(), key=lambda item: (item.order, item.id))
        self.fitting = [item for item in items if self._fits(item, state)]

    def _fits(self, item: Item, state: tuple[int, int]) -> bool:
        logic = self.program.logic
        if item.past is not None and logic[f"past:{item.id}"].test(*state) == YES:
            return False
        if item.when is None:
            return True
        value = logic[f"item:{item.id}"].test(*state)
        return value == YES or (value == UNKNOWN and item.unknown is When.APPLIES)

    def of(self, kind: str, parts: tuple[str, ...]) -> tuple[Advised, ...]:
        """The items of a kind that belong to one of these parts of a strategy."""
        return tuple(self._advised(item) for item in self.fitting if _belongs(item, kind, parts))

    def whatever_wins(self, kind: str) -> tuple[Advised, ...]:
        """The items of a kind that speak of the situation, not of a strategy."""
        return tuple(self._advised(item) for item in self.fitting if item.kind == kind)

    def _advised(self, item: Item) -> Advised:
        return Advised(
            id=item.id,
            title=item.title,
            text=fill(item.text, self.program.rules, self.values),
            first_step=fill(item.first_step, self.program.rules, self.values),
            check=fill(item.check, self.program.rules, self.values),
            tools=tuple(self._tool(name) for name in item.tools),
            sources=citations(self.program, item.sources),
        )

    def _tool(self, name: str) -> dict[str, str]:
        tool = self.program.rules.items[name]
        return {"id": name, "title": tool.title, "url": tool.url, "licence": tool.licence}

    def plan(self) -> tuple[Step, ...]:
        """The ladder to the recommended strategy, simple to complex."""
        strategies = self.program.rules.strategies
        parts = strategies[self.first].parts if self.first in strategies else ()
        steps = [item for item in self.fitting if _belongs(item, "plan", parts)]
        return tuple(
            Step(
                step=index,
                id=item.id,
                strategy=next((part for part in parts if part in item.parts), self.first),
                title=item.title,
                do=fill(item.text, self.program.rules, self.values),
                first_step=fill(item.first_step, self.program.rules, self.values),
                takes=item.takes,
                measure=fill(item.measure, self.program.rules, self.values),
                stop_when=fill(item.stop_when, self.program.rules, self.values),
                go_on_when=fill(item.go_on_when, self.program.rules, self.values),
            )
            for index, item in enumerate(steps, 1)
        )


def _belongs(item: Item, kind: str, parts: tuple[str, ...]) -> bool:
    return item.kind == kind and (not item.parts or any(part in item.parts for part in parts))
