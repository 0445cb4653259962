"""Every way of answering that conditions can tell apart, as options that a solver chooses from.

A choice or number has one option for each set of answers that no condition tells apart, and one
for *unknown*. Each item of a list is an option of its own. Numbers that conditions compare with
each other form a group: options for one of them say which options are left to the next, so that
whatever the solver chooses can be shown with numbers. A known number is an option of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial

from llm_adapt.decide.atoms import NOTHING, Answers, Atoms, Bits, Relation, ends_of
from llm_adapt.decide.program import Program
from llm_adapt.proof.circuit import Clauses, Signal
from llm_adapt.proof.encode import Encoding, Pair, bits_of
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import Between, Value

# An answer may be the known one, lie in the range that is known, or be another.
UNKNOWN, EXACT, WITHIN, OTHER = "unknown", "exact", "within", "other"
Ranges = Mapping[str, Between]
# A way of answering a number of a group: its name, whether it is the known answer, the bits it
# settles, and the ways that are left to the numbers compared with it. Many are made and compared.
Way = tuple[str, str, Bits, tuple[frozenset["Way"], ...]]


class Choice:
    """A choice or a number by itself: an option for each set of bits that an answer settles."""

    def __init__(self, options: "Options", name: str) -> None:
        atoms, clauses, known = options.atoms, options.clauses, options.ranges.get(name)
        self._answer = partial(atoms.answer, name)
        self._values: dict[Bits, Value] = {}
        for value in atoms.representatives(name, {}, () if known is None else ends_of(known)):
            bits = self._answer(value)
            inside = known is not None and known.includes(value)
            if inside or (bits not in self._values and (known is None or not options.answered)):
                self._values[bits] = value
        if known is not None and not options.answered:
            self._values.setdefault(self._answer(known), known)
        self._literals = {bits: clauses.new() for bits in self._values}
        self.unanswered = -clauses.yes if options.answered else clauses.new()
        open_ = () if options.answered else (self.unanswered,)
        clauses.one_of([*self._literals.values(), *open_])
        # Where the atoms of the question hold and do not.
        self.pairs: dict[int, Pair] = {}
        for bit in bits_of(atoms.masks[name]):
            yes = clauses.some([lit for bits, lit in self._literals.items() if bits[0] & bit])
            no = [lit for bits, lit in self._literals.items() if bits[1] & bit]
            self.pairs[bit] = yes, -yes if options.answered else clauses.some(no)

    def exactly(self, value: Value) -> list[Signal]:
        """What holds together where the question has an answer."""
        return [self._literals[self._answer(value)]]

    def said(self, says: Callable[[Signal], bool]) -> Value | None:
        """The answer as the literals say."""
        given = (self._values[bits] for bits, literal in self._literals.items() if says(literal))
        return next(given, None)


class Listed:
    """A list: whether it is answered, and its items."""

    def __init__(self, options: "Options", name: str) -> None:
        clauses = options.clauses
        self._answered = clauses.yes if options.answered else clauses.new()
        bits = options.atoms.choices[name]
        self._items = {item: clauses.new() for item in bits}
        self.unanswered = -self._answered
        self.pairs: dict[int, Pair] = {
            bits[item][0]: (
                clauses.every((self._answered, literal)),
                clauses.every((self._answered, -literal)),
            )
            for item, literal in self._items.items()
        }

    def exactly(self, value: Value) -> list[Signal]:
        """What holds together where the question has an answer."""
        chosen = value if isinstance(value, tuple) else ()
        items = [lit if item in chosen else -lit for item, lit in self._items.items()]
        return [self._answered, *items]

    def said(self, says: Callable[[Signal], bool]) -> Value | None:
        """The answer as the literals say."""
        items = tuple(item for item, literal in self._items.items() if says(literal))
        return items if says(self._answered) else None


class Options:
    """The options of questions by themselves, and what a program says of them.

    Numbers of groups are left to `Group`. Situations with the same options share these formulas.
    Each number known by a range has that range as one option more. Where the atoms of all others
    are `settled`, each gets an answer: none has *unknown* as an option, and of a range only what
    lies inside is one.
    """

    def __init__(
        self,
        program: Program,
        clauses: Clauses,
        ranges: Ranges,
        names: Iterable[str],
        settled: Mapping[int, Pair] | None = None,
    ) -> None:
        self.atoms = atoms = program.atoms
        self.ranges = ranges
        self.clauses = clauses
        self.answered = settled is not None
        grouped = {name for relation in atoms.relations for name in (relation.top, relation.bottom)}
        self.alone = {name: self.of(name) for name in names if name not in grouped}
        self.pairs: dict[int, Pair] = {}
        for question in self.alone.values():
            self.pairs |= question.pairs
        self.pairs |= settled or {}
        for name in sorted(grouped):
            for bit in bits_of(atoms.reach[name]):
                if bit not in self.pairs:
                    yes = clauses.new()
                    no = -yes if self.answered else clauses.new()
                    self.pairs[bit] = yes, no
                    clauses.add(-yes, -no)
        self.encoding = Encoding(program, clauses, self.pairs)
        self.first = self.encoding.first

    def of(self, name: str) -> Choice | Listed:
        """Options of one question, to be chosen by themselves."""
        several = self.atoms.questions[name].kind is Kind.SEVERAL
        return Listed(self, name) if several else Choice(self, name)


class Group:
    """Numbers compared with each other, as a tree of ways of answering from `root` on.

    `known` are the answers there are; each is a way of its own. `only` says of which kind alone
    the answer to a number may be. `ways` of answering a number, its parent being answered so, come
    each with an answer.
    """

    def __init__(
        self, atoms: Atoms, root: str, known: Answers, only: Mapping[str, str] | None = None
    ) -> None:
        self.atoms = atoms
        self.root = root
        self.known = known
        self.only = only or {}
        self.ways = cache(self._ways)
        self.children: dict[str, list[str]] = {}
        self.parent: dict[str, str] = {}
        waiting = [root]
        for name in waiting:
            both = [(relation.top, relation.bottom) for relation in self.between(name)]
            near = {other for pair in both for other in pair}
            self.children[name] = sorted(near - {name, self.parent.get(name)})
            self.parent |= dict.fromkeys(self.children[name], name)
            waiting += self.children[name]

    def between(self, name: str, other: str | None = None) -> Iterator[Relation]:
        """The comparisons of a number with another, or with any."""
        for relation in self.atoms.relations:
            pair = {relation.top, relation.bottom}
            if name in pair and (other is None or other in pair):
                yield relation

    def mask(self, name: str) -> int:
        """The bits that a way of answering a number settles: its own, those beside its parent."""
        parent = self.parent.get(name)
        return self.atoms.masks[name] | (self.shared(name, parent) if parent else 0)

    def shared(self, name: str, other: str) -> int:
        """The bits of all comparisons of two numbers."""
        return sum(relation.mask for relation in self.between(name, other))

    @property
    def members(self) -> list[str]:
        """The numbers of the group, the root first."""
        return list(self.children)

    def _ways(self, name: str, beside: Value | None) -> dict[Way, Value | None]:
        parent = self.parent.get(name)
        values: dict[str, Value] = {}
        if parent is not None and beside is not None:
            values[parent] = beside
        found: dict[Way, Value | None] = {}
        known, only = self.known.get(name), self.only.get(name)
        within = ends_of(known) if isinstance(known, Between) else ()
        answers: list[Value | None] = [None]
        if only not in {EXACT, UNKNOWN}:
            answers += self.atoms.representatives(name, values, {*self.cuts(name), *within})
        if known is not None:
            answers = [known, *(answer for answer in answers if answer != known)]
        for answer in answers:
            given = values if answer is None else {**values, name: answer}
            bits = NOTHING if answer is None else self.atoms.answer(name, answer)
            for relation in self.between(name, parent) if parent else ():
                more = relation.bits(given)
                bits = bits[0] | more[0], bits[1] | more[1]
            status = UNKNOWN if answer is None else EXACT if answer == known else OTHER
            if status == OTHER and isinstance(known, Between) and known.includes(answer):
                status = WITHIN
            if only not in {None, status}:
                continue
            left = tuple(frozenset(self.ways(child, answer)) for child in self.children[name])
            found.setdefault((name, status, bits, left), answer)
        return found

    def cuts(self, name: str) -> set[float]:
        """Where a number changes what is left to those below it."""
        found: set[float] = set()
        for child in self.children[name]:
            question = self.atoms.questions[child]
            ends = {question.minimum, *self.atoms.lines[child].cuts, *self.cuts(child)}
            for end in (question.maximum, self.known.get(child)):
                if isinstance(end, float | int):
                    ends.update(ends_of(end))
            for relation in self.between(name, child):
                found.update(cut for end in ends for cut in relation.cuts(name, end))
        return found


class Instance(Group):
    """A group as literals: exactly one way for each number, and each leaves its own to the next."""

    def __init__(
        self,
        options: Options,
        clauses: Clauses,
        root: str,
        known: Answers,
        only: Mapping[str, str],
    ) -> None:
        super().__init__(options.atoms, root, known, only)
        self.literals: dict[Way, Signal] = {}
        self._clauses = clauses
        waiting = [self.ways(root, None)]
        seen: dict[str, dict[Way, None]] = {name: {} for name in self.members}
        for ways in waiting:
            for way, answer in ways.items():
                if way not in seen[way[0]]:
                    seen[way[0]][way] = None
                    waiting += [self.ways(child, answer) for child in self.children[way[0]]]
        for name, told in seen.items():
            for way in told:
                self.literals[way] = clauses.new() if len(told) > 1 else clauses.yes
            clauses.one_of([self.literals[way] for way in told])
            settled = [(bit, *options.pairs[bit]) for bit in bits_of(self.mask(name))]
            for way in told:
                for bit, yes, no in settled:
                    clauses.add(-self.literals[way], yes if way[2][0] & bit else -yes)
                    clauses.add(-self.literals[way], no if way[2][1] & bit else -no)
        for way, literal in self.literals.items():
            for left in way[3]:
                clauses.add(-literal, *[self.literals[following] for following in left])

    def having(self, name: str, status: str) -> Signal:
        """Where a number is unknown, has its known answer, or lies in its known range."""
        found = [lit for way, lit in self.literals.items() if (way[0], way[1]) == (name, status)]
        return self._clauses.some(found)

    def agree(self, other: "Instance") -> None:
        """Say that another telling of the group is about the same answers."""
        for name in self.members:
            for status in (UNKNOWN, EXACT, WITHIN):
                mine, theirs = self.having(name, status), other.having(name, status)
                self._clauses.add(-mine, theirs)
                self._clauses.add(mine, -theirs)

    def answers(self, says: Callable[[Signal], bool]) -> dict[str, Value]:
        """Numbers that are answered as the literals say."""
        found: dict[str, Value] = {}
        for name in self.members:
            ways = self.ways(name, found.get(self.parent.get(name, ""))).items()
            answer = next((a for way, a in ways if says(self.literals[way])), None)
            if answer is not None:
                found[name] = answer
        return found

    def twin(self, name: str) -> dict[int, Pair]:
        """Atoms for a second answer to one number, all other numbers keeping theirs.

        A comparison with a member below that is still open is left free.
        """
        clauses = self._clauses
        twins = {way: clauses.new() for way in self.literals if way[0] == name}
        clauses.one_of(list(twins.values()))
        for above, literal in self.literals.items():
            for left in above[3]:
                if any(way[0] == name for way in left):
                    clauses.add(-literal, *[twins[way] for way in left])
        settled = [(way[2], literal) for way, literal in twins.items()]
        pairs = self._read(self.mask(name), settled)
        for index, child in enumerate(self.children[name]):
            mask = self.shared(name, child)
            if self.only[child] in {EXACT, UNKNOWN}:
                # The one way that is left to it.
                settled = [(next(iter(way[3][index]))[2], lit) for way, lit in twins.items()]
                pairs |= self._read(mask, settled)
            else:
                for bit in bits_of(mask):
                    yes = clauses.new()
                    pairs[bit] = yes, -yes
        return pairs

    def _read(self, mask: int, ways: list[tuple[Bits, Signal]]) -> dict[int, Pair]:
        some = self._clauses.some
        return {
            bit: (
                some([literal for bits, literal in ways if bits[0] & bit]),
                some([literal for bits, literal in ways if bits[1] & bit]),
            )
            for bit in bits_of(mask)
        }
