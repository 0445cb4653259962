"""Formulas in two readings: literals of a SAT solver, or columns of many situations at once.

Both know *and*, *or* and *not*, so that what a rule set means is written once (`encode.py`).
"""

from collections.abc import Iterable, Mapping, Sequence

# A literal of the solver (negative: its opposite), or one bit for each situation.
Signal = int
# A number that has one of some values: where it has each.
Term = Mapping[int, Signal]


class Columns:
    """Situations side by side: bit `n` of a column says what holds in the n-th."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.yes: Signal = (1 << count) - 1

    def every(self, parts: Iterable[Signal]) -> Signal:
        """All of them."""
        found = self.yes
        for part in parts:
            found &= part
            if not found:
                break
        return found

    def some(self, parts: Iterable[Signal]) -> Signal:
        """One of them at least."""
        found = 0
        for part in parts:
            found |= part
        return found

    def opposite(self, part: Signal) -> Signal:
        """The contrary."""
        return self.yes ^ part

    def never(self, part: Signal) -> bool:
        """Whether a part holds nowhere."""
        return not part

    def at_least(self, terms: Sequence[Term], level: int) -> Signal:
        """The terms add up to a level: all situations are added at once, binary digit by digit."""
        bound = abs(level) + sum(max(map(abs, term)) for term in terms)
        width = bound.bit_length() + 1
        total = [self.yes if -level >> digit & 1 else 0 for digit in range(width)]
        for term in terms:
            carry = 0
            for digit in range(width):
                mine, other = total[digit], 0
                for value, column in term.items():
                    if value >> digit & 1:
                        other |= column
                either = mine ^ other
                total[digit] = either ^ carry
                carry = mine & other | carry & either
        # The highest digit is the sign.
        return self.opposite(total[-1])


class _Sum:
    """Terms added up one after another: what each level of the sum needs, made when asked for.

    `left` are the values that the last term can have, rising, each with where it has it.
    """

    def __init__(
        self, before: "_Sum | None", term: Term, left: Sequence[tuple[int, Signal]]
    ) -> None:
        self.before = before
        self.term = term  # kept, so that no other is at its place in memory
        self.left = left
        self.low: int = left[0][0] + (before.low if before else 0)
        self.high: int = left[-1][0] + (before.high if before else 0)
        self.levels: dict[int, Signal] = {}


_EMPTY = _Sum(None, {}, [(0, 0)])


class Clauses:
    """Clauses for a solver; the same formula is the same literal (Tseitin, hash-consed).

    One that `extends` another has all of its formulas and leaves it as it is.
    """

    def __init__(self, extends: "Clauses | None" = None) -> None:
        self.inherited = extends
        self._known: dict[tuple[Signal, ...], Signal] = {}
        self._sums: dict[tuple[int, int], _Sum] = {}
        self.added: list[list[Signal]] = []
        self.last: Signal = extends.last if extends else 0
        self.yes: Signal = extends.yes if extends else self.new()
        if extends is None:
            self.added.append([self.yes])

    def new(self) -> Signal:
        """A literal that nothing is said about yet."""
        self.last += 1
        return self.last

    def add(self, *literals: Signal) -> None:
        """Say that one of the literals holds."""
        if self.yes not in literals:
            self.added.append(list(literals))

    def all(self) -> list[list[Signal]]:
        """Every clause, inherited ones first."""
        return [*(self.inherited.all() if self.inherited else ()), *self.added]

    def opposite(self, part: Signal) -> Signal:
        """The contrary."""
        return -part

    def never(self, part: Signal) -> bool:
        """Whether it is plain that a part holds nowhere."""
        return part == -self.yes

    def some(self, parts: Iterable[Signal]) -> Signal:
        """One of them at least."""
        return -self.every([-part for part in parts])

    def every(self, parts: Iterable[Signal]) -> Signal:
        """All of them."""
        unique = set(parts)
        unique.discard(self.yes)
        if len(unique) < 2:  # noqa: PLR2004 (nothing to join)
            return unique.pop() if unique else self.yes
        key = tuple(sorted(unique))
        found = self.known(key)
        if found is None:
            found = self._known[key] = self._joined(unique, key)
        return found

    def _joined(self, unique: set[Signal], key: tuple[Signal, ...]) -> Signal:
        if -self.yes in unique or not unique.isdisjoint([-part for part in key]):
            return -self.yes
        found, added = self.new(), self.added
        for part in key:
            added.append([-found, part])
        added.append([found, *[-part for part in key]])
        return found

    def known(self, key: tuple[Signal, ...]) -> Signal | None:
        """The literal for a formula that was made before."""
        found = self._known.get(key)
        if found is None and self.inherited is not None:
            return self.inherited.known(key)
        return found

    def at_least(self, terms: Sequence[Term], level: int) -> Signal:
        """The terms add up to a level."""
        sum_ = _EMPTY
        for term in terms:
            left = [(value, term[value]) for value in sorted(term) if not self.never(term[value])]
            if len(left) == 1:
                level -= left[0][0]
                continue
            key = id(sum_), id(term)
            found = self._sums.get(key)
            if found is None:
                found = self._sums[key] = _Sum(sum_, term, left)
            sum_ = found
        return self._reached(sum_, level)

    def _reached(self, total: "_Sum", level: int) -> Signal:
        """Where a sum comes to a level."""
        if level <= total.low:
            return self.yes
        if level > total.high:
            return -self.yes
        levels, before = total.levels, total.before
        if level not in levels:
            assert before is not None  # noqa: S101 (a sum of nothing is nought)
            # What holds with the least a term comes to holds with all of it.
            (least, _), *more = total.left
            ways = [self.every((s, self._reached(before, level - value))) for value, s in more]
            found = self.some([self._reached(before, level - least), *ways])
            # Implied, and hard to find: more is reached only where less is.
            below = max((other for other in levels if other < level), default=None)
            above = min((other for other in levels if other > level), default=None)
            if below is not None:
                self.add(-found, levels[below])
            if above is not None:
                self.add(-levels[above], found)
            levels[level] = found
        return levels[level]

    def one_of(self, literals: list[Signal]) -> None:
        """Say that exactly one of the literals holds."""
        self.add(*literals)
        if len(literals) <= 6:  # noqa: PLR2004 (few pairs are smaller than a ladder)
            for index, literal in enumerate(literals):
                for other in literals[:index]:
                    self.add(-literal, -other)
            return
        # A ladder: `before` says that one of the literals so far holds.
        before = literals[0]
        for literal in literals[1:]:
            self.add(-before, -literal)
            following = self.new()
            self.add(-before, following)
            self.add(-literal, following)
            before = following


# What formulas are made of.
Algebra = Columns | Clauses
