"""Every exact question about a whole rule set: what some situation shows, and what none does.

A situation answers any of the questions and leaves the others open. Each question is a call or
two of the solver, and whatever is found comes with answers that show it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise, product

from llm_adapt.decide.atoms import Answers, Atoms
from llm_adapt.decide.chart import ChartNode
from llm_adapt.decide.conditions import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.program import Program, all_conditions
from llm_adapt.proof.cells import Group
from llm_adapt.proof.circuit import Signal
from llm_adapt.proof.encode import Encoding, Pair, bits_of
from llm_adapt.proof.questions import Completions, Situation
from llm_adapt.rules.model import RuleSet
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Value

# What the solver may spend on one question about all situations: about half a minute. The shipped
# rule sets need a tenth of it; nobody waits for these answers as for advice.
MOST_CONFLICTS = 500_000
# A test of the flowchart as it is written, `walk/node`, and its truth.
Edge = tuple[str, int]


@record(frozen=True)
class Step:
    """Two neighbouring answers to a question, beside answers to all it is compared with."""

    question: str
    one: Value
    two: Value
    beside: Answers


class Space(Situation):
    """All the situations that a rule set can meet."""

    def __init__(self, program: Program, most_conflicts: int = MOST_CONFLICTS) -> None:
        super().__init__(program, {}, most_conflicts=most_conflicts)
        self.encoding = Encoding(program, self.clauses, self.base.pairs)
        self.full = [-self.unanswered(name) for name in program.atoms.masks]

    def find(self, *wanted: Signal, full: bool = False) -> dict[str, Value] | None:
        """Answers that bring all of this about, `full` ones to every question; or none do.

        Raises:
            NotSettledError: The search came to its end first.
        """
        self.search.left = self.most_conflicts
        if not self.search.holds([*wanted, *(self.full if full else ())]):
            return None
        found = self.answers()
        return {name: found[name] for name in self.program.rules.questions if name in found}

    def truth(self, logic: Logic, value: int) -> Signal:
        """Where a condition has one of the three values."""
        return self._way(self.encoding.condition(logic), value)

    def _way(self, pair: Pair, value: int) -> Signal:
        yes, no = pair
        return {YES: yes, NO: no, UNKNOWN: self.clauses.every((-yes, -no))}[value]

    def fires(self, rules: Iterable[str]) -> Signal:
        """Where one of some rules, or items of advice, holds."""
        return self.clauses.some([self.encoding.rule(name)[0] for name in rules])

    def first(self, outcomes: Collection[str]) -> Signal:
        """Where one of some outcomes is first."""
        found = [signal for name, signal in self.encoding.first.items() if name in outcomes]
        return self.clauses.some(found)

    def vetoed(self, strategy: str) -> Signal:
        """Where the flowchart ends at a strategy that a rule rules out."""
        nodes = enumerate(self.program.chart.nodes)
        chain = [index for index, node in nodes if node.vetoed == strategy]
        return self.clauses.some(
            [
                self.clauses.every((self.encoding.reached[index], self.encoding.test(index)[0]))
                for index in chain
                if index in self.encoding.reached
            ]
        )

    def edges(self) -> dict[Edge, Signal]:
        """Where each test comes out each way that is open to it."""
        found: dict[Edge, list[Signal]] = {}
        for index, node in enumerate(self.program.chart.nodes):
            if node.node is None or index not in self.encoding.reached:
                continue
            pair = self._test(node)
            for value in possible_values(node):
                taken = (self.encoding.reached[index], self._way(pair, value))
                edge = f"{node.node.walk}/{node.node.id}", value
                found.setdefault(edge, []).append(self.clauses.every(taken))
        return {edge: self.clauses.some(signals) for edge, signals in found.items()}

    def _test(self, node: ChartNode) -> Pair:
        """Where a test holds and where it surely does not, whatever that leads to."""
        if node.logic is not None:
            return self.encoding.condition(node.logic)
        hope = self.encoding.at_least(node.topics, node.level, hopeful=True)
        return self.encoding.at_least(node.topics, node.level), -hope

    def dropped(
        self, question: str, kept: Collection[str], found: Iterable[Step], *, anywhere: bool = False
    ) -> tuple[Step, dict[str, Value]] | None:
        """A step of one answer that loses all of what is `kept`; the answers are before the step.

        All else is the same. With `anywhere` it is lost where one of what is kept stood before
        another strategy, and none does any more; else where the first is no longer one of them.

        Raises:
            NotSettledError: The search came to its end first.
        """
        atoms, clauses, over = self.program.atoms, self.clauses, self.base.encoding
        changed = atoms.reach[question]
        compared = changed
        for name in Group(atoms, question, {}).members:
            compared |= atoms.reach[name]
        twin = {bit: (clauses.new(), clauses.new()) for bit in bits_of(changed)}
        mine, other = (
            Encoding(self.program, clauses, pairs, over=over, changed=changed)
            for pairs in (over.atoms, {**over.atoms, **twin})
        )
        mine.last = other.last = changed
        ways: dict[Signal, Step] = {}
        for step in found:
            beside = {**step.beside, question: step.one}
            one = self._settled(over.atoms, compared, beside)
            two = self._settled(twin, changed, {**beside, question: step.two})
            ways.setdefault(clauses.every([*one, *two]), step)
        if anywhere:
            lost = clauses.some(
                [
                    clauses.every(
                        (
                            clauses.some([self._before(mine, one, name) for one in kept]),
                            -clauses.some([self._before(other, one, name) for one in kept]),
                        )
                    )
                    for name in self.program.rules.strategies
                    if name not in kept
                ]
            )
        else:
            before, after = (
                clauses.some([signal for name, signal in each.first.items() if name in kept])
                for each in (mine, other)
            )
            lost = clauses.every((before, -after))
        values = self.find(lost, clauses.some(ways), full=False)
        if values is None:
            return None
        step = next(step for way, step in ways.items() if self.search.says(way))
        return step, {**values, **step.beside, question: step.one}

    def _before(self, encoding: Encoding, one: str, two: str) -> Signal:
        """Where one strategy is ranked before another; see `decide/rank.py`."""
        every, some = self.clauses.every, self.clauses.some
        found = self._better(encoding, one, two)
        # What is looked at sooner decides where the two differ in it.
        for looked_at in (self._earned, self._walked_to, self._allowed):
            mine, theirs = (looked_at(encoding, name) for name in (one, two))
            alike = some((every((mine, theirs)), every((-mine, -theirs))))
            found = some((every((mine, -theirs)), every((alike, found))))
        return found

    def _allowed(self, encoding: Encoding, name: str) -> Signal:
        """Where no rule rules a strategy out."""
        rules = self.program.rules.rules.values()
        return -self.clauses.some(
            [encoding.rule(rule.id)[0] for rule in rules if name in rule.rules_out]
        )

    def _walked_to(self, encoding: Encoding, name: str) -> Signal:
        """Where the flowchart ends at a strategy."""
        return encoding.first.get(name, -self.clauses.yes)

    def _earned(self, encoding: Encoding, name: str) -> Signal:
        """Where the arguments speak against no part of a strategy."""
        judged_by, costs = self.program.judged_by, self.program.costs
        parts = self.program.parts[name]
        return self.clauses.every(
            [encoding.at_least(judged_by[part], costs[part]) for part in parts]
        )

    def _better(self, encoding: Encoding, one: str, two: str) -> Signal:
        """Where one has the higher score, or the same and the lower effort."""
        program = self.program
        mine, theirs = program.judged_by[one], program.judged_by[two]
        names = list(program.judged_by)
        level = program.costs[one] - program.costs[two] + (names.index(one) > names.index(two))
        return encoding.outweighs(
            [topic for topic in mine if topic not in theirs],
            [topic for topic in theirs if topic not in mine],
            level,
        )

    def _settled(self, pairs: Mapping[int, Pair], mask: int, values: Answers) -> Iterator[Signal]:
        """What answers say of some atoms."""
        true, false = self.program.atoms.state(values)
        for bit in bits_of(mask):
            yes, no = pairs[bit]
            yield yes if true & bit else -yes
            yield no if false & bit else -no


def together(old: RuleSet, new: RuleSet) -> tuple[Program, Program]:
    """Two rule sets that ask the same, over the comparisons of both."""
    atoms = Atoms(old.questions, [*all_conditions(old), *all_conditions(new)])
    return Program(old, atoms), Program(new, atoms)


class Parting:
    """The situations in which two rule sets over the same atoms put different things first.

    Questions in `unknown` are answered in none of them.
    """

    def __init__(
        self,
        old: Program,
        new: Program,
        most_conflicts: int = MOST_CONFLICTS,
        unknown: Iterable[str] = (),
    ) -> None:
        self.space = space = Space(old, most_conflicts)
        clauses, here = space.clauses, space.encoding.first
        there = Encoding(new, clauses, space.base.pairs).first
        same = [clauses.every((here[name], there[name])) for name in here if name in there]
        self.given = [
            -clauses.some(same),
            *(space.unanswered(name) for name in unknown if name in old.atoms.masks),
        ]

    def find(self, most: int | None = None) -> dict[str, Value] | None:
        """One of them, with at most so many answers; or there is none.

        Raises:
            NotSettledError: The search came to its end first.
        """
        if most is None:
            return self.space.find(*self.given)
        answered = [{1: literal, 0: -literal} for literal in self.space.full]
        return self.space.find(*self.given, -self.space.clauses.at_least(answered, most + 1))


def could_be_first(program: Program, values: Answers, outcome: str) -> bool:
    """Whether some way of answering the rest puts an outcome first.

    Raises:
        NotSettledError: The search came to its end first.
    """
    asked = Completions(program, values)
    return asked.search.holds([asked.base.first[outcome]])


def possible_values(node: ChartNode) -> tuple[int, ...]:
    """The ways a test can go; one that looks at earlier walks only has a single one."""
    if node.logic is None or node.mask:
        return NO, YES, UNKNOWN
    return (node.logic.test(0, 0),)


def steps(
    atoms: Atoms, question: str, scale: Callable[[list[Value]], list[Value]]
) -> Iterator[Step]:
    """Neighbouring answers on a scale, beside each way of answering what is compared with them."""
    near = Group(atoms, question, {}).children[question]
    groups = [Group(atoms, name, {}) for name in near]
    ways = [list(_beside(group, [group.root], {}, question)) for group in groups]
    for chosen in product(*ways):
        beside = {name: answer for each in chosen for name, answer in each.items()}
        for one, two in pairwise(scale(atoms.representatives(question, beside))):
            yield Step(question, one, two, beside)


def _beside(
    group: Group, waiting: list[str], values: dict[str, Value], question: str
) -> Iterator[dict[str, Value]]:
    """Every way of answering, or not, the numbers of a group on this side of a question."""
    if not waiting:
        yield values
        return
    name, *rest = waiting
    if name == question:
        yield from _beside(group, rest, values, question)
        return
    for answer in group.ways(name, values.get(group.parent.get(name, ""))).values():
        more = values if answer is None else {**values, name: answer}
        yield from _beside(group, [*group.children[name], *rest], more, question)
