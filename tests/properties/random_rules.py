"""Small rule sets made from a seed: every kind of question, rule and node, and nothing else."""

from collections.abc import Iterable
from itertools import product
from random import Random

from llm_adapt.decide.program import Program
from llm_adapt.rules.model import (
    AllOf,
    AnyOf,
    Argument,
    Condition,
    Edge,
    EndedAt,
    IsOneOf,
    Kind,
    Named,
    Need,
    Node,
    NotOf,
    Question,
    Rule,
    RuleSet,
    Scale,
    Strategy,
    Strength,
    Tally,
    Threshold,
    Walk,
)
from llm_adapt.rules.value import NOT_APPLICABLE, Value

STRATEGIES = ("plain", "search", "small", "large", "both")
# In proportion, and on two lines that meet and do not start at zero.
LINES = (((1.0, 0.5),), ((1.0, 2.0),), ((1.0, 1.0), (2.0, 1.5), (4.0, 6.0)))
OPS = ("<", "<=", ">", ">=")


class Maker:
    """Makes one rule set. The same seed makes the same one."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.questions = self._questions()

    def rule_set(self) -> RuleSet:
        """The rule set."""
        needs = {name: Need(name, name, "") for name in ("facts", "form")}
        strategies = {
            name: Strategy(
                name,
                name,
                "",
                (name,),
                effort,
                (),
                tuple(self.random.sample([s for s in STRATEGIES if s != name], 2)),
            )
            for effort, name in enumerate(STRATEGIES)
        }
        predicates = {"known": self._condition(1, {}), "good": self._condition(2, {})}
        rules = {f"r{i}": self._rule(f"r{i}", predicates) for i in range(self.random.randint(3, 7))}
        first = self._walk("first", 1, ("leave", "look_up"), None, predicates)
        second = self._walk("second", 2, ("keep", "tune", "stop"), first, predicates)
        names = [*STRATEGIES, "none"]
        join = {pair: self.random.choice(names) for pair in product(first.results, second.results)}
        return RuleSet(
            name="random",
            version="1",
            title="",
            digest="0",
            extends=(),
            questions=self.questions,
            sources={},
            constants={},
            derived={},
            needs=needs,
            strategies=strategies,
            predicates=predicates,
            rules=rules,
            walks=(first, second),
            join=join,
            items={},
            cases={},
            departures={},
            flowchart_note="",
        )

    def _questions(self) -> dict[str, Question]:
        kinds = [Kind.CHOICE, Kind.SEVERAL, Kind.INTEGER, Kind.NUMBER, Kind.NUMBER, Kind.YES_NO]
        kinds += self.random.choices(list(Kind), k=self.random.randint(0, 2))
        found: dict[str, Question] = {}
        for index, kind in enumerate(kinds):
            name = f"q{index}"
            size = self.random.randint(2, 3)
            listed = kind in {Kind.CHOICE, Kind.SEVERAL}
            values = {f"v{i}": f"value {i}" for i in range(size)} if listed else {}
            numeric = kind in {Kind.INTEGER, Kind.NUMBER}
            positive = numeric and self.random.random() < 0.4
            maximum = 10.0 if numeric and self.random.random() < 0.3 else None
            found[name] = Question(
                name, index, f"{name}?", "", kind, values, "", 0, maximum, positive, (), "1"
            )
        return found

    def _rule(self, name: str, predicates: dict[str, Condition]) -> Rule:
        arguments = tuple(
            Argument(
                self.random.choice(("facts", "form")),
                self.random.random() < 0.6,
                self.random.choice(list(Strength)),
                self.random.choice(("a", "b")),
            )
            for _ in range(self.random.randint(1, 2))
        )
        out = self.random.sample(STRATEGIES, 1) if self.random.random() < 0.3 else []
        when = self._condition(2, predicates)
        return Rule(name, name, when, arguments, tuple(out), "", (), ())

    def _walk(
        self,
        name: str,
        order: int,
        results: tuple[str, ...],
        before: Walk | None,
        predicates: dict[str, Condition],
    ) -> Walk:
        nodes: dict[str, Node] = {}
        ends = list(results)
        for index in range(self.random.randint(2, 4)):
            node = f"{name}{index}"
            yes, no = self.random.sample(ends, 2)
            unknown = (
                self.random.choice((yes, no))
                if self.random.random() < 0.9
                else self.random.choice(ends)
            )
            nodes[node] = Node(
                node, name, node, self._test(before, predicates),
                Edge(yes, ""), Edge(no, ""), Edge(unknown, ""), (), (), None,
            )  # fmt: skip
            ends.append(node)
        return Walk(name, name, order, ends[-1], {r: r for r in results}, nodes)

    def _test(self, before: Walk | None, predicates: dict[str, Condition]) -> Condition:
        chance = self.random.random()
        if chance < 0.35:
            return Tally(self.random.choice(("facts", "form")), self.random.randint(1, 5))
        if before is not None and chance < 0.45:
            return EndedAt(before.id, (self.random.choice(list(before.results)),))
        return self._condition(2, predicates)

    def _condition(self, depth: int, predicates: dict[str, Condition]) -> Condition:
        chance = self.random.random()
        if depth and chance < 0.4:
            parts = tuple(self._condition(depth - 1, predicates) for _ in range(2))
            return AllOf(parts) if self.random.random() < 0.5 else AnyOf(parts)
        if depth and chance < 0.5:
            return NotOf(self._condition(depth - 1, predicates))
        if predicates and chance < 0.6:
            return Named(self.random.choice(list(predicates)))
        return self._atom()

    def _atom(self) -> Condition:
        question = self.random.choice(list(self.questions.values()))
        if question.kind is Kind.YES_NO:
            return IsOneOf(question.id, (self.random.choice(("yes", "no")),))
        if not question.numeric:
            size = self.random.randint(1, len(question.values) - 1)
            return IsOneOf(question.id, tuple(self.random.sample(list(question.values), size)))
        op = self.random.choice(OPS)
        # Numbers are compared along a chain, never in a circle: q2, q3, q4 and so on.
        numbers = [q for q in self.questions.values() if q.numeric]
        others = numbers[numbers.index(question) + 1 :][:1]
        if others and self.random.random() < 0.3:
            other = others[0]
            return Threshold(question.id, op, Scale("s", other.id, self.random.choice(LINES)))
        return Threshold(question.id, op, float(self.random.choice((0, 1, 3, 4))))


def random_program(seed: int) -> Program:
    """A program made from a seed."""
    return Program(Maker(seed).rule_set())


def all_answers(question: Question, *, numbers: Iterable[float]) -> list[Value]:
    """Every answer to a choice or list; for a number those of `numbers` that it takes; and n/a."""
    found: list[Value] = []
    if question.kind is Kind.YES_NO:
        found = ["yes", "no"]
    elif question.kind is Kind.CHOICE:
        found = list(question.values)
    elif question.kind is Kind.SEVERAL:
        items = list(question.values)
        return [
            tuple(item for i, item in enumerate(items) if chosen >> i & 1)
            for chosen in range(2 ** len(items))
        ]
    else:
        for number in numbers:
            value = question.read(int(number) if number == int(number) else number)
            if isinstance(value, int | float):
                found.append(value)
    return [*found, NOT_APPLICABLE]
