"""A rule set made ready to decide: atoms numbered, conditions compiled, flowchart unfolded."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from operator import or_

from llm_adapt.decide.atoms import Answers, Atoms, Bits
from llm_adapt.decide.chart import NONE, Chart, ChartNode
from llm_adapt.decide.conditions import Compiler, Logic
from llm_adapt.decide.plausible import Plausible
from llm_adapt.decide.tally import RuleMatcher, topics_of
from llm_adapt.errors import LlmAdaptError
from llm_adapt.rules.model import Condition, Node, Rule, RuleSet, Tally


class Program:
    """Everything the deciding modules need, made once for a rule set.

    Conditions are known by what they belong to: a rule's id, `walk/node`, `item:` or `past:` and an
    id; `logic` has those that do not hang on what an earlier walk ended at.
    `atoms` may be shared with another program, so that both read the same situations.

    Raises:
        LlmAdaptError: Conditions compare three or more numbers in a circle, which no proof follows.
    """

    def __init__(self, rules: RuleSet, atoms: Atoms | None = None) -> None:
        self.rules = rules
        self.conditions = conditions_of(rules)
        self.atoms = atoms or Atoms(rules.questions, all_conditions(rules))
        if circle := self.atoms.circular():
            names = ", ".join(circle)
            hint = "leave one of the comparisons between them out"
            raise LlmAdaptError(f"{names}: compared with each other in a circle", None, hint)
        self.compiler = Compiler(self.atoms, rules.predicates)
        self.logic: dict[str, Logic] = {
            name: self.compiler.compile(condition, {})
            for name, condition in self.conditions.items()
            if "/" not in name
        }
        self.topics = topics_of(rules.rules)
        self.matcher = RuleMatcher(rules.rules, self.logic, self.topics)
        self.chart = Chart(rules, self.compiler, self.logic, self.topics)
        by_effort = sorted(rules.strategies.values(), key=lambda s: (s.effort, s.id))
        # What each strategy is judged by, in the order that breaks ties.
        self.judged_by: dict[str, tuple[int, ...]] = {
            strategy.id: self.about({*strategy.parts, *strategy.serves}) for strategy in by_effort
        }
        self.parts = {strategy.id: strategy.parts for strategy in by_effort}
        self.costs = {strategy.id: strategy.costs for strategy in by_effort}

    def about(self, targets: set[str]) -> tuple[int, ...]:
        """The topics about some needs or strategies."""
        return tuple(i for i, topic in enumerate(self.topics) if topic.target in targets)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """All that can be first: the strategies in their order, and `none`."""
        return (*self.rules.strategies, NONE)

    def evaluate(self, values: Answers) -> "Evaluation":
        """What the rules say of some answers."""
        return Evaluation(self, self.atoms.state(values), values)

    def first(self, values: Answers) -> str:
        """Where the walk ends on some answers."""
        return self.evaluate(values).first

    @cached_property
    def plausible(self) -> Plausible:
        """How often which answer occurs, beside which others, and what follows from what."""
        return Plausible(self.rules, self.atoms, self.compiler)

    @cached_property
    def topic_masks(self) -> Sequence[int]:
        """The atoms that the arguments of each topic look at."""
        return [
            reduce(or_, [self.logic[rule].mask for _, rule in topic.arguments], 0)
            for topic in self.topics
        ]

    @cached_property
    def topic_steps(self) -> Sequence[tuple[int, int]]:
        """By how much each topic changes at least, and what its strongest argument comes to."""
        points = [[each for each, _ in topic.arguments] for topic in self.topics]
        # A second argument adds one.
        return [(each[0] if len(each) == 1 else 1, max(each)) for each in points]

    @cached_property
    def tested(self) -> int:
        """The atoms that some test on the way to first place looks at."""
        return reduce(or_, [node.mask for node in self.chart.nodes], 0)


class Evaluation:
    """One state of knowledge, decided; texts need the `values` that it comes from, nothing else."""

    def __init__(self, program: Program, state: Bits, values: Answers | None = None) -> None:
        self.program = program
        self.state = state
        self.values = values or {}
        self.fired = program.matcher.fired(*state)
        self.worths: Sequence[int] = program.matcher.worths(self.fired)

    def holds(self, name: str) -> int:
        """The truth of a condition, by the name of what it belongs to."""
        return self.program.logic[name].test(*self.state)

    def total(self, topics: tuple[int, ...]) -> int:
        """What topics come to on what is known."""
        return sum([self.worths[index] for index in topics])

    @cached_property
    def first(self) -> str:
        """Where the walk ends: a strategy, or `none`."""
        return self.program.chart.first(*self.state, self.worths)

    @cached_property
    def scores(self) -> Mapping[str, int]:
        """The score of every strategy: what speaks for it less what speaks against it and costs."""
        costs = self.program.costs
        judged = self.program.judged_by
        return {name: self.total(topics) - costs[name] for name, topics in judged.items()}

    @cached_property
    def ruled_out(self) -> Mapping[str, list[str]]:
        """The strategies that rules rule out, with the ids of those rules."""
        return self.program.matcher.ruled_out(self.fired)

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of what is first; of `none` there are none."""
        return self.program.parts.get(self.first, ())

    @property
    def speaking(self) -> list[Rule]:
        """The rules that hold and argue, or rule out."""
        return [rule for bit, rule in self.program.matcher.rules.items() if self.fired & bit]

    def walk(self) -> Iterator[tuple[ChartNode, int]]:
        """Every test passed, with its truth; the end comes last."""
        return self.program.chart.walk(*self.state, self.worths)

    def passed(self) -> Iterator[tuple[Node, int]]:
        """Every node of the flowchart passed, with the truth of its condition."""
        return ((test.node, value) for test, value in self.walk() if test.node is not None)

    @property
    def ended(self) -> dict[str, str]:
        """Where each walk ends."""
        return {node.walk: node.edges[value].to for node, value in self.passed()}


def conditions_of(rules: RuleSet) -> dict[str, Condition]:
    """Every condition of a rule set that is tested, by the name of what it belongs to."""
    found: dict[str, Condition] = {name: rule.when for name, rule in rules.rules.items()}
    for walk in rules.walks:
        for node in walk.nodes.values():
            if not isinstance(node.when, Tally):
                found[f"{walk.id}/{node.id}"] = node.when
    for item in rules.items.values():
        if item.when is not None:
            found[f"item:{item.id}"] = item.when
        if item.past is not None:
            found[f"past:{item.id}"] = item.past
    return found


def all_conditions(rules: RuleSet) -> list[Condition]:
    """Every condition, named ones too."""
    implied = [each.when for each in rules.implies]
    return [*conditions_of(rules).values(), *rules.predicates.values(), *implied]
