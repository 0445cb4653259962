"""Every exact question about one situation: what can still be first, what matters, what flips it.

What is known is fixed, what nobody can answer stays unknown, and all that is open gets some
answer; flips alone change answers. Each question is a call or two of the solver.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise, takewhile
from weakref import WeakKeyDictionary

from llm_adapt.decide.atoms import Answers, ends_of
from llm_adapt.decide.chart import NONE
from llm_adapt.decide.program import Evaluation, Program
from llm_adapt.errors import NotSettledError
from llm_adapt.proof import cells
from llm_adapt.proof.cells import Instance, Options, Ranges
from llm_adapt.proof.circuit import Clauses, Signal
from llm_adapt.proof.encode import Encoding, bits_of
from llm_adapt.proof.solver import MOST_CONFLICTS, Search
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import NOT_APPLICABLE, Value, toggled

# A change of more answers than this is another project.
MOST_CHANGES = 6
Changes = dict[str, Value]


# Ranges of numbers are options of one situation; without them all share their formulas.
_BASES: "WeakKeyDictionary[Program, Options]" = WeakKeyDictionary()


def base_of(program: Program, ranges: Ranges) -> Options:
    """All options of a program, made once where no number is known by a range."""
    if not ranges and program in _BASES:
        return _BASES[program]
    made = Options(program, Clauses(), ranges, program.atoms.masks)
    # All that situations ask for, so that what they add stands apart.
    for topic in range(len(program.topics)):
        made.encoding.topic(topic)
    for logic in program.logic.values():
        made.encoding.condition(logic)
    if not ranges:
        _BASES[program] = made
    return made


class Situation:
    """The formulas of a program with the answers of one situation as literals.

    All answers are possible where no `base` is given; else the options of one made for this
    situation alone, and of the numbers compared with each other `only` answers of such a kind.
    """

    def __init__(
        self,
        program: Program,
        values: Answers,
        base: Options | None = None,
        only: Mapping[str, str] | None = None,
        most_conflicts: int = MOST_CONFLICTS,
    ) -> None:
        self.program = program
        self.most_conflicts = most_conflicts
        self.values = {name: v for name, v in values.items() if name in program.atoms.masks}
        self.ranges = program.atoms.ranges(values)
        self.base = base or base_of(program, self.ranges)
        self.only = only or {}
        self.clauses = base.clauses if base else Clauses(self.base.clauses)
        self._instances: dict[str, Instance] = {}
        for root in roots(program):
            self._instance(root)

    @cached_property
    def search(self) -> Search:
        """The solver over this situation."""
        return Search(self.clauses, self.most_conflicts)

    def _instance(self, root: str) -> Instance:
        if root not in self._instances:
            made = Instance(self.base, self.clauses, root, self.values, self.only)
            for other in self._instances.values():
                if root in other.children:
                    made.agree(other)
            self._instances[root] = made
        return self._instances[root]

    def _instance_with(self, name: str) -> Instance:
        return next(i for i in self._instances.values() if name in i.children)

    def exactly(self, name: str) -> Signal:
        """The literal that a question keeps its known answer."""
        if name in self.base.alone:
            kept = self.base.alone[name].exactly(self.values[name])
            return self.clauses.every(kept)
        return self._instance_with(name).having(name, cells.EXACT)

    def unanswered(self, name: str) -> Signal:
        """The literal that a question has no answer."""
        if name in self.base.alone:
            return self.base.alone[name].unanswered
        return self._instance_with(name).having(name, cells.UNKNOWN)

    def answers(self) -> dict[str, Value]:
        """The answers in the way of answering found last."""
        says, found = self.search.says, dict[str, Value]()
        for instance in self._instances.values():
            found.update(instance.answers(says))
        for name, options in self.base.alone.items():
            value = options.said(says)
            if value is not None:
                found[name] = value
        return found


class Completions(Situation):
    """What is certain once all that is open gets some answer.

    Questions in `unknown` never get one; a number known by a range gets one inside it.
    """

    def __init__(
        self, program: Program, values: Answers, unknown: frozenset[str] = frozenset()
    ) -> None:
        atoms, ranges = program.atoms, program.atoms.ranges(values)
        never = unknown - values.keys()
        self.open = [
            name
            for name in program.rules.questions
            if name in atoms.masks and name not in never
            if name not in values or name in ranges
        ]
        clauses = Clauses()
        yes, (true, false) = clauses.yes, atoms.state(values)
        settled = dict.fromkeys(bits_of(true), (yes, -yes))
        settled |= dict.fromkeys(bits_of(false), (-yes, yes))
        for name in never & atoms.masks.keys():
            settled |= dict.fromkeys(bits_of(atoms.masks[name]), (-yes, -yes))
            # Beside nought a comparison is no even where this number is unknown.
            for bit in bits_of(atoms.reach[name] & ~(atoms.masks[name] | true | false)):
                settled[bit] = -yes, clauses.new()
        base = Options(program, clauses, ranges, self.open, settled)
        only = {name: cells.EXACT if name in values else cells.OTHER for name in atoms.lines}
        only |= dict.fromkeys(never, cells.UNKNOWN) | dict.fromkeys(ranges, cells.WITHIN)
        super().__init__(program, values, base, only)
        self.unknown = never

    def possible(self, seen: Iterable[str] = ()) -> set[str]:
        """The outcomes that can still be first; those `seen` to be are not proved again."""
        found = set(seen)
        first = self.base.first
        while left := [
            signal
            for name, signal in first.items()
            if name not in found and not self.clauses.never(signal)
        ]:
            if not self.search.holds([self.clauses.some(left)]):
                break
            found.update(name for name, signal in first.items() if self.search.says(signal))
        return found

    @cached_property
    def may_matter(self) -> list[str]:
        """The open questions that some test that can still be met looks at."""
        encoding, never, mask = self.base.encoding, self.clauses.never, 0
        for index, here in encoding.reached.items():
            node = self.program.chart.nodes[index]
            if node.mask and not never(here) and not encoding.plain(encoding.test(index)):
                mask |= node.mask
        return [name for name in self.open if self.program.atoms.reach[name] & mask]

    def relevant(self, shown: Iterable[str] = ()) -> list[str]:
        """The open questions that matter; those `shown` to are not proved again."""
        found = set(shown)
        left = [name for name in self.may_matter if name not in found]
        while left:
            name = left.pop(0)
            if self.matters(name):
                # Where one question decides, others mostly do.
                near = {**self.values, **self.answers()}
                here = Evaluation(self.program, self.program.atoms.state(near))
                found |= {name, *(other for other in left if self._decides(other, near, here))}
                left = [other for other in left if other not in found]
        return [name for name in self.open if name in found]

    def _decides(self, name: str, near: Answers, here: Evaluation) -> bool:
        """Whether first place hangs on one question in a completion that comes to `here`."""
        program = self.program
        question = program.rules.questions[name]
        if question.kind is Kind.SEVERAL:
            value = near[name]
            chosen = value if isinstance(value, tuple) else ()
            items = program.atoms.choices[name]
            others: list[Value] = [toggled(question.values, chosen, item) for item in items]
        else:
            known = self.ranges.get(name)
            others = program.atoms.representatives(name, near, ends_of(known) if known else ())
            if known is not None:
                others = [other for other in others if known.includes(other)]
        true, false = (bits & ~program.atoms.reach[name] for bits in here.state)
        for other in others:
            more, less = program.atoms.settled_by(name, {**near, name: other})
            if Evaluation(program, (true | more, false | less)).first != here.first:
                return True
        return False

    def matters(self, name: str) -> bool:
        """Whether two answers to an open question give different first places, all else equal."""
        if name in self.base.alone:
            pairs = self.base.of(name).pairs
        else:
            instance = self._instance_with(name)
            if instance.root == name:
                # A twin has a member above it: the group is told from another one on.
                instance = self._instance(instance.members[1])
            pairs = instance.twin(name)
        changed = self.program.atoms.reach[name]
        over = self.base.encoding
        atoms = {**over.atoms, **pairs}
        there = Encoding(self.program, self.clauses, atoms, over=over, changed=changed).first
        differ = self.clauses.some(
            [
                self.clauses.every((signal, -there.get(outcome, -self.clauses.yes)))
                for outcome, signal in self.base.first.items()
            ]
        )
        return not self.clauses.never(differ) and self.search.holds([differ])

    def extremes(self, topics: tuple[int, ...]) -> tuple[int, int]:
        """The least and most that topics can come to."""
        terms = [self.base.encoding.topic(index) for index in topics]
        mirrored = [{-value: signal for value, signal in term.items()} for term in terms]
        return -self._most(mirrored), self._most(terms)

    def _most(self, terms: list[dict[int, Signal]]) -> int:
        """The most that terms can add up to.

        Each term is taken to reach each of its values; where some cannot all do so, one gives way
        and what that costs is taken off, until all that is left can hold (core-guided MaxSAT: OLL,
        Morgado, Dodaro and Marques-Silva 2014).
        """
        clauses = self.clauses
        most, wished = 0, dict[Signal, int]()
        for term in terms:
            open_values = sorted(v for v, signal in term.items() if not clauses.never(signal))
            most += open_values[-1]
            for below, value in pairwise(open_values):
                step = clauses.some([term[v] for v in open_values if v >= value])
                wished[step] = wished.get(step, 0) + value - below
        while not self.search.holds(wished):
            core = sorted(self.search.core() & wished.keys())
            cost = min(wished[literal] for literal in core)
            most -= cost
            for literal in core:
                wished[literal] -= cost
                if not wished[literal]:
                    del wished[literal]
            counted = [{1: literal, 0: -literal} for literal in core]
            for kept in range(1, len(core)):
                fewer = clauses.at_least(counted, kept)
                if fewer != clauses.yes:
                    wished[fewer] = wished.get(fewer, 0) + cost
        return most


class Flips(Situation):
    """The fewest answers that must change to put another strategy first.

    What is not changed stays as it is, unknown answers too; a change gives an answer, and never
    takes one back.
    """

    def __init__(self, program: Program, values: Answers) -> None:
        super().__init__(program, values)
        self.changed = {
            name: -self.exactly(name) if name in self.values else -self.unanswered(name)
            for name in program.atoms.masks
        }
        self.kept = [-self.unanswered(name) for name in self.values]

    def find(self, most: int = MOST_CHANGES) -> tuple[dict[str, Changes], bool]:
        """Strategy to its smallest changes; absent where more than `most` are needed.

        Returns:
            The changes, and whether all of it was settled.
        """
        now = self.program.first(self.values)
        wanted = [name for name in self.base.first if name not in {now, NONE}]
        counted = [{1: lit, 0: -lit} for lit in self.changed.values()]
        self.search.prefer([-literal for literal in self.changed.values()])
        found: dict[str, Changes] = {}
        try:
            for count in range(1, most + 1):
                few = -self.clauses.at_least(counted, count + 1)
                while strategy := self._next(wanted, few):
                    found[strategy] = self._changes(strategy)
                    wanted.remove(strategy)
        except NotSettledError:
            return found, False
        return found, True

    def _next(self, wanted: list[str], few: Signal) -> str | None:
        """One of the wanted strategies that so few changes put first."""
        goal = self.clauses.some([self.base.first[name] for name in wanted])
        if not self.search.holds([few, goal, *self.kept]):
            return None
        return next(n for n in wanted if self.search.says(self.base.first[n]))

    def _changes(self, strategy: str) -> Changes:
        """The changes found last, each brought as near to the known answer as it may be.

        The solver takes any list and any number that will do.
        """
        answers = self.answers()
        changed = [name for name, literal in self.changed.items() if self.search.says(literal)]
        changes = {name: answers[name] for name in changed}
        for name in changed:
            again = True
            while again:
                given = {**self.values, **changes}
                tried = ({**given, name: value} for value in self._nearer(name, given))
                found = (v[name] for v in tried if self.program.first(v) == strategy)
                nearer = next(found, None)
                if nearer is not None:
                    changes[name] = nearer
                # Lists come nearer item by item; the first number that will do is the nearest.
                again = isinstance(nearer, tuple)
        return changes

    def _nearer(self, name: str, given: Answers) -> list[Value]:
        """Answers nearer to the known one: lists by an item, numbers from the nearest on."""
        value, was = given[name], self.values.get(name)
        if isinstance(value, tuple):
            before = was if isinstance(was, tuple) else ()
            question = self.program.rules.questions[name]
            differ = [item for item in question.values if (item in value) != (item in before)]
            return [toggled(question.values, value, item) for item in differ]
        others = self.program.atoms.representatives(name, given)[:-1]
        if not isinstance(was, float | int):
            return others if value == NOT_APPLICABLE else []
        numbers = [other for other in others if isinstance(other, float | int)]
        numbers.sort(key=lambda number: abs(number - was))
        return [*takewhile(lambda number: number != value, numbers)]


def roots(program: Program) -> list[str]:
    """The member of each group of compared numbers that the others are told from.

    Whole numbers first: others can still be picked to suit them, not the reverse.
    """
    atoms = program.atoms
    joined: dict[str, set[str]] = {}
    for relation in atoms.relations:
        both = {relation.top, relation.bottom}.union(
            *(joined.get(name, ()) for name in (relation.top, relation.bottom))
        )
        for name in both:
            joined[name] = both
    near = [name for relation in atoms.relations for name in (relation.top, relation.bottom)]
    found = {
        min(
            group,
            key=lambda n: (atoms.questions[n].kind is not Kind.INTEGER, -near.count(n), n),
        )
        for group in map(frozenset, joined.values())
    }
    return sorted(found)
