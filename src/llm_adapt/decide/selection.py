"""What comes with a recommendation: variants, warnings, preparations, data steps, the plan.

Remarks on what was tried, and on what this advice cannot speak of, come whatever is first.
"""

from llm_adapt.decide.conditions import UNKNOWN, YES
from llm_adapt.decide.program import Evaluation
from llm_adapt.decide.reasons import citations
from llm_adapt.decide.words import fill
from llm_adapt.rules.advice import Advised, Step
from llm_adapt.rules.model import Item, When


class Selection:
    """The items of the rule set that fit one situation."""

    def __init__(self, decided: Evaluation) -> None:
        self.decided = decided
        self.rules = decided.program.rules
        items = sorted(self.rules.items.values(), key=lambda item: (item.order, item.id))
        self.fitting = [item for item in items if self._fits(item)]

    def _fits(self, item: Item) -> bool:
        if item.past is not None and self.decided.holds(f"past:{item.id}") == YES:
            return False
        if item.when is None:
            return True
        value = self.decided.holds(f"item:{item.id}")
        return value == YES or (value == UNKNOWN and item.unknown is When.APPLIES)

    def of(self, kind: str, parts: tuple[str, ...]) -> tuple[Advised, ...]:
        """The items of a kind that belong to one of these parts of a strategy."""
        return tuple(self._advised(item) for item in self.fitting if _belongs(item, kind, parts))

    def whatever_wins(self, kind: str) -> tuple[Advised, ...]:
        """The items of a kind that speak of the situation, not of a strategy."""
        return tuple(self._advised(item) for item in self.fitting if item.kind == kind)

    def _fill(self, text: str) -> str:
        return fill(text, self.rules, self.decided.values)

    def _advised(self, item: Item) -> Advised:
        tools = (self.rules.items[name] for name in item.tools)
        return Advised(
            id=item.id,
            title=item.title,
            text=self._fill(item.text),
            first_step=self._fill(item.first_step),
            check=self._fill(item.check),
            tools=tuple(
                {"id": tool.id, "title": tool.title, "url": tool.url, "licence": tool.licence}
                for tool in tools
            ),
            sources=citations(self.rules, item.sources),
        )

    def plan(self) -> tuple[Step, ...]:
        """The ladder to the recommended strategy, simple to complex."""
        parts = self.decided.parts
        steps = [item for item in self.fitting if _belongs(item, "plan", parts)]
        return tuple(
            Step(
                step=index,
                id=item.id,
                strategy=next((part for part in parts if part in item.parts), self.decided.first),
                title=item.title,
                do=self._fill(item.text),
                first_step=self._fill(item.first_step),
                takes=item.takes,
                measure=self._fill(item.measure),
                stop_when=self._fill(item.stop_when),
                go_on_when=self._fill(item.go_on_when),
            )
            for index, item in enumerate(steps, 1)
        )


def _belongs(item: Item, kind: str, parts: tuple[str, ...]) -> bool:
    return item.kind == kind and (not item.parts or any(part in item.parts for part in parts))
