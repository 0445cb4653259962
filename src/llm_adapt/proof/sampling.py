"""Ways of answering what is open, drawn at random and decided side by side.

Draws follow `kinds:` and `plausible:` of the rule set where they have weights, and `implies:` where
one answer follows from others; else every answer that conditions tell apart is as likely as
another. Each completion is of one kind, so that its answers hang together. The seed is the name of
the rule set and the answers: the same input gives the same draws, and a text that is mended changes
none. What draws show did happen; that something cannot happen is for the solver to prove.

"I do not know" answers a question too, and leaves it open: how often first place stays is counted
with each question known as often as people know it (`known`).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from random import Random

from llm_adapt.decide.atoms import Answers, Bits, Relation, ends_of
from llm_adapt.decide.plausible import Likely
from llm_adapt.decide.program import Program
from llm_adapt.proof.circuit import Columns, Signal
from llm_adapt.proof.encode import Encoding, Pair, bits_of
from llm_adapt.rules.model import Kind
from llm_adapt.rules.value import Value, shown

COMPLETIONS = 400
# How much of the questions situations answer that are drawn from all there are; sparse ones are
# what people bring.
SHARES = (0.25, 0.5, 0.75, 1.0)
# How often an item of a list is taken where the rule set has no weight for it.
ITEM_SHARE = 0.3
# Further answers to one question that each completion is tried with.
TURNS = 2
# Chances are rounded to so many binary digits.
DIGITS = 8
# Which completions have each value; items of lists have columns of their own.
Drawn = Mapping[Value, Signal]


class Sample:
    """Completions of one situation; questions in `unknown` stay unknown in all of them.

    `count` is how many there are. With `shares` (0 to 1) the n-th answers no more than the n-th
    share of the questions, and again from the first.
    """

    def __init__(
        self,
        program: Program,
        values: Answers,
        unknown: frozenset[str] = frozenset(),
        *,
        count: int = COMPLETIONS,
        shares: Sequence[float] = (),
    ) -> None:
        self.program = program
        self.values = values
        self.count = count
        self.shares = shares
        self.columns = Columns(count)
        seed = sorted((name, str(shown(value))) for name, value in values.items())
        self._random = Random(f"{program.rules.name} {seed} {sorted(unknown)}")  # noqa: S311
        self.ranges = program.atoms.ranges(values)
        yes, (true, false) = self.columns.yes, program.atoms.state(values)
        self._kinds = self._of_kinds(unknown)
        self.pairs: dict[int, Pair] = {
            bit: (yes if true & bit else 0, yes if false & bit else 0)
            for bit in program.atoms.bit.values()
        }
        self.open = [
            name
            for name in program.rules.questions
            if name in program.atoms.masks and name not in unknown
            if name not in values or name in self.ranges
        ]
        self._drawn: dict[str, Drawn] = {
            name: {value: yes} for name, value in values.items() if name in program.atoms.lines
        }
        for name in self.open:
            if program.rules.questions[name].kind is Kind.SEVERAL:
                self._draw_items(name)
            else:
                self._drawn[name] = self._draw(name)
                self.pairs.update(self._own(name, self._drawn[name]))
        for relation in program.atoms.relations:
            self.pairs.update(self._related(relation, self._drawn))
        for when, then in program.plausible.implied:
            column, _ = Encoding(program, self.columns, self.pairs).condition(when)
            for name in self.open:
                if column and name in then and name not in values:
                    self._set(name, then[name], column)
        self._known = {
            name: self.columns.yes
            if name in self.ranges
            else self._chance([kind.known[name] for _, kind in self._kinds])
            for name in self.open
        }

    def _of_kinds(self, unknown: frozenset[str]) -> list[tuple[Signal, Likely]]:
        """The kinds of projects that completions are of, each with those of it."""
        plausible, order = self.program.plausible, list(range(self.count))
        self._random.shuffle(order)
        found, reached = list[tuple[Signal, Likely]](), 0.0
        shares = plausible.shares(self.values, unknown)
        for kind, share in zip(plausible.kinds, shares, strict=True):
            first, reached = round(reached * self.count), reached + share
            # Each index is there once: their sum is all of them.
            if column := sum([1 << index for index in order[first : round(reached * self.count)]]):
                found.append((column, kind))
        return found

    def _set(self, name: str, value: Value, column: Signal) -> None:
        """Give a question an answer in some of the completions."""
        atoms = self.program.atoms
        if isinstance(value, tuple):
            for item, (bit, _) in atoms.choices[name].items():
                yes, no = self.pairs[bit]
                chosen = column if item in value else 0
                self.pairs[bit] = yes & ~column | chosen, no & ~column | column & ~chosen
            return
        drawn = {other: there & ~column for other, there in self._drawn[name].items()}
        drawn[value] = drawn.get(value, 0) | column
        self._drawn[name] = drawn
        self.pairs.update(self._own(name, drawn))
        for relation in atoms.relations:
            if name in (relation.top, relation.bottom):
                self.pairs.update(self._related(relation, self._drawn))

    def _digits(self) -> list[Signal]:
        """A random number (0 to 1) of each completion, by its binary digits, the last one first."""
        return [self._random.getrandbits(self.count) for _ in range(DIGITS)]

    def _below(self, digits: Sequence[Signal], share: float) -> Signal:
        """Where random numbers are below a share."""
        column, wanted = 0, round(share * (1 << DIGITS))
        if wanted >> DIGITS:
            return self.columns.yes
        for place, drawn in enumerate(digits):
            column = column | drawn if wanted >> place & 1 else column & drawn
        return column

    def _chance(self, shares: Sequence[float]) -> Signal:
        """A column that holds in about these shares (0 to 1) of the completions of each kind."""
        digits, column = self._digits(), 0
        for (here, _), share in zip(self._kinds, shares, strict=True):
            column |= here & self._below(digits, share)
        return column

    def _answered(self) -> Signal:
        """Where a question is answered, by the share that each completion answers."""
        if not self.shares:
            return self.columns.yes
        column, every = 0, len(self.shares)
        for first, share in enumerate(self.shares):
            stripe = sum(1 << index for index in range(first, self.count, every))
            column |= stripe & self._below(self._digits(), share)
        return column

    def _draw_items(self, name: str) -> None:
        answered, chances = self._answered(), [kind.answers.get(name) for _, kind in self._kinds]
        for item, (bit, _) in self.program.atoms.choices[name].items():
            shares = [each.get(item, 0.0) if each else ITEM_SHARE for each in chances]
            column = self._chance(shares)
            self.pairs[bit] = answered & column, answered & self.columns.opposite(column)

    def _draw(self, name: str) -> Drawn:
        answered, digits = self._answered(), self._digits()
        found = dict[Value, Signal]()
        for here, kind in self._kinds:
            weights = self._weights(name, kind)
            whole, reached, before = sum(weights.values()), 0.0, 0
            for value, weight in weights.items():
                reached += weight / whole
                below = self._below(digits, reached)
                found[value] = found.get(value, 0) | answered & here & below & ~before
                before = below
        return found

    def _weights(self, name: str, kind: Likely) -> Mapping[Value, float]:
        """How often which answer is drawn, of one kind; one known by a range stays in it."""
        weights, known = kind.answers.get(name, {}), self.ranges.get(name)
        if known is not None:
            weights = {value: weight for value, weight in weights.items() if known.includes(value)}
        if sum(weights.values()):
            return weights
        cuts = () if known is None else ends_of(known)
        values = self.program.atoms.representatives(name, {}, cuts)[:-1]
        return dict.fromkeys([v for v in values if known is None or known.includes(v)], 1.0)

    def _own(self, name: str, drawn: Drawn) -> dict[int, Pair]:
        """Where drawn answers to a question make its atoms true and false."""
        yes = dict.fromkeys(bits_of(self.program.atoms.masks[name]), 0)
        no = dict(yes)
        for value, column in drawn.items():
            true, false = self.program.atoms.answer(name, value)
            for bit in yes:
                if true & bit:
                    yes[bit] |= column
                elif false & bit:
                    no[bit] |= column
        return {bit: (yes[bit], no[bit]) for bit in yes}

    def _related(self, relation: Relation, drawn: Mapping[str, Drawn]) -> dict[int, Pair]:
        """Where drawn numbers make the comparisons between them true and false."""
        yes = dict.fromkeys(bits_of(relation.mask), 0)
        no = dict(yes)
        top, bottom = relation.top, relation.bottom
        for over, there in drawn.get(top, {}).items():
            for under, here in drawn.get(bottom, {}).items():
                if both := there & here:
                    true, _ = relation.bits({top: over, bottom: under})
                    for bit in yes:
                        if true & bit:
                            yes[bit] |= both
                        else:
                            no[bit] |= both
        return {bit: (yes[bit], no[bit]) for bit in yes}

    def states(self) -> Iterator[Bits]:
        """What each completion makes true and false."""
        width = self.count
        written = [
            (bit, f"{yes:0{width}b}", f"{no:0{width}b}") for bit, (yes, no) in self.pairs.items()
        ]
        for index in range(width - 1, -1, -1):
            true = sum([bit for bit, yes, _ in written if yes[index] == "1"])
            yield true, sum([bit for bit, _, no in written if no[index] == "1"])

    def situation(self, index: int) -> dict[str, Value]:
        """The answers of one completion."""
        here, found = 1 << index, dict(self.values)
        for name in self.open:
            if name in self._drawn:
                for value, column in self._drawn[name].items():
                    if column & here:
                        found[name] = value
                continue
            items = {i: self.pairs[bit] for i, (bit, _) in self.program.atoms.choices[name].items()}
            if any((yes | no) & here for yes, no in items.values()):
                found[name] = tuple(item for item, (yes, _) in items.items() if yes & here)
        return found

    def decided_by(self, program: Program) -> Mapping[str, Signal]:
        """Where a program over the same atoms puts each outcome first."""
        return Encoding(program, self.columns, self.pairs).first

    @cached_property
    def encoding(self) -> Encoding:
        """What the rule set says of all completions."""
        return Encoding(self.program, self.columns, self.pairs)

    @cached_property
    def outcomes(self) -> dict[str, int]:
        """How many completions put each outcome first."""
        counts = {name: column.bit_count() for name, column in self.encoding.first.items()}
        return {name: count for name, count in counts.items() if count}

    def share(self, outcome: str) -> float:
        """The share (0 to 1) of completions that put an outcome first, by what is known in them."""
        return self.replied.first.get(outcome, 0).bit_count() / self.count

    @cached_property
    def replied(self) -> Encoding:
        """What the rule set says of all completions, by what is known in them."""
        return Encoding(self.program, self.columns, self._where(self.known))

    @cached_property
    def known(self) -> Mapping[str, Signal]:
        """Where each open question is known; what follows from known answers is known."""
        known = dict(self._known)
        for when, then in self.program.plausible.implied:
            here, _ = Encoding(self.program, self.columns, self._where(known)).condition(when)
            known |= {name: known[name] | here for name in then if name in known}
        return known

    @cached_property
    def _enough_alone(self) -> list[list[tuple[str, Signal]]]:
        """Where one of each two compared numbers settles it, as zero does, whatever the other."""
        return [
            [
                (name, column)
                for name in (relation.top, relation.bottom)
                for value, column in self._drawn.get(name, {}).items()
                if any(relation.bits({name: value}))
            ]
            for relation in self.program.atoms.relations
        ]

    def _where(self, known: Mapping[str, Signal]) -> dict[int, Pair]:
        atoms, yes = self.program.atoms, self.columns.yes
        there = {bit: known[name] for name in known for bit in bits_of(atoms.masks[name])}
        for relation, alone in zip(atoms.relations, self._enough_alone, strict=True):
            here = known.get(relation.top, yes) & known.get(relation.bottom, yes)
            for name, column in alone:
                here |= column & known.get(name, yes)
            there |= dict.fromkeys(bits_of(relation.mask), here)
        return {
            bit: (true & there.get(bit, yes), false & there.get(bit, yes))
            for bit, (true, false) in self.pairs.items()
        }

    def moved(self, asked: Sequence[str]) -> dict[str, tuple[float, frozenset[str]]]:
        """How each of some open questions alone changes first place where all else is answered.

        Returns:
            Of each question the share (0 to 1) of completions in which another answer to it
            changes first place, and what is first then.
        """
        if not asked:
            return {}
        # All questions side by side: in each block of columns one has other answers.
        program, count, one = self.program, self.count, self.columns.yes
        blocks = [(name, turn) for name in asked for turn in range(1, TURNS + 1)]
        wide = Columns(count * len(blocks))
        copies = wide.yes // one
        was = {bit: self.pairs[bit] for bit in bits_of(program.tested)}
        atoms = {bit: (yes * copies, no * copies) for bit, (yes, no) in was.items()}
        for block, (name, turn) in enumerate(blocks):
            for bit, (yes, no) in self._turned_atoms(name, turn).items():
                if bit in was:
                    (was_yes, was_no), (all_yes, all_no) = was[bit], atoms[bit]
                    atoms[bit] = (
                        all_yes ^ (was_yes ^ yes) << count * block,
                        all_no ^ (was_no ^ no) << count * block,
                    )
        there = Encoding(program, wide, atoms).first
        first = self.encoding.first
        changed = {name: column * copies ^ there[name] for name, column in first.items()}
        found: dict[str, tuple[float, frozenset[str]]] = {}
        for index, name in enumerate(asked):
            moved, firsts = 0, set[str]()
            for block in range(index * TURNS, index * TURNS + TURNS):
                for outcome, column in changed.items():
                    if part := column >> count * block & one:
                        moved |= part
                        firsts.add(outcome)
            found[name] = moved.bit_count() / count, frozenset(firsts)
        return found

    def settling(self, name: str) -> float:
        """By how much surer first place is expected to be after the reply to an open question.

        How sure: the share of pairs of completions with the same first place, of those that have
        the same reply. "I do not know" is a reply, to this question and to all others.
        """
        firsts = [column for column in self.replied.first.values() if column]

        def alike(group: Signal) -> float:
            size = group.bit_count()
            counts = [(group & first).bit_count() for first in firsts]
            return sum([n * (n - 1) for n in counts]) / (size - 1) if size > 1 else 0.0

        after = sum(map(alike, self._by_reply(name)))
        return max(0.0, after - alike(self.columns.yes)) / self.count

    def _by_reply(self, name: str) -> list[Signal]:
        """The completions with each reply to an open question."""
        known = self.known[name]
        if name in self._drawn:
            told = [known & column for column in self._drawn[name].values()]
        else:
            told = [known]
            for bit, _ in self.program.atoms.choices[name].values():
                yes, _ = self.pairs[bit]
                told = [part for old in told for part in (old & yes, old & ~yes) if part]
        return [*told, self.columns.opposite(known)]

    def _turned_atoms(self, name: str, turn: int) -> dict[int, Pair]:
        """The atoms of a question as if each completion had the answer of a later one."""
        found: dict[int, Pair] = {}
        for bit in bits_of(self.program.atoms.masks[name]):
            yes, no = self.pairs[bit]
            found[bit] = self._turned(yes, turn), self._turned(no, turn)
        for relation in self.program.atoms.relations:
            if name in (relation.top, relation.bottom):
                turned = {value: self._turned(c, turn) for value, c in self._drawn[name].items()}
                found.update(self._related(relation, {**self._drawn, name: turned}))
        return found

    def _turned(self, column: Signal, turn: int) -> Signal:
        return column >> turn | (column << self.count - turn) & self.columns.yes


def situations(program: Program, count: int) -> Iterator[dict[str, Value]]:
    """Situations drawn from all there are, the same each time."""
    sample = Sample(program, {}, count=count, shares=SHARES)
    return (sample.situation(index) for index in range(count))
