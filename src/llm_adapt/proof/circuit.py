"""Formulas in two readings: literals of a SAT solver, or columns of many situations at once.

Both know *and*, *or* and *not*, so that what a rule set means is written once (`encode.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

# A literal of the solver (negative: its opposite), or one bit for each situation.
Signal = int
# A number that has one of some values: where it has each.
Term = Mapping[int, Signal]


class Algebra(Protocol):
    """What formulas are made of."""

    @property
    def yes(self) -> Signal:
        """What always holds."""
        ...

    def every(self, parts: Iterable[Signal]) -> Signal:
        """All of them."""
        ...

    def some(self, parts: Iterable[Signal]) -> Signal:
        """One of them at least."""
        ...

    def opposite(self, part: Signal) -> Signal:
        """The contrary."""
        ...

    def at_least(self, terms: Sequence[Term], level: int) -> Signal:
        """The terms, each of which has one of its values, add up to a level."""
        ...

    def never(self, part: Signal) -> bool:
        """Whether it is plain that a part holds nowhere."""
        ...


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


class Clauses:
    """Clauses for a solver; the same formula is the same literal (Tseitin, hash-consed).

    One that `extends` another has all of its formulas and leaves it as it is. Literals in
    `certain` hold in whatever is asked of it, and are left out of its formulas.
    """

    def __init__(self, extends: "Clauses | None" = None) -> None:
        self.inherited = extends
        self._known: dict[tuple[Signal, ...], Signal] = {}
        self.added: list[list[Signal]] = []
        self.last: Signal = extends.last if extends else 0
        self.yes: Signal = extends.yes if extends else self.new()
        self.certain: frozenset[Signal] = frozenset({self.yes})
        if extends is None:
            self.add(self.yes)

    def new(self) -> Signal:
        """A literal that nothing is said about yet."""
        self.last += 1
        return self.last

    def add(self, *literals: Signal) -> None:
        """Say that one of the literals holds."""
        self.added.append(list(literals))

    def all(self) -> list[list[Signal]]:
        """Every clause, inherited ones first."""
        return [*(self.inherited.all() if self.inherited else ()), *self.added]

    def opposite(self, part: Signal) -> Signal:
        """The contrary."""
        return -part

    def never(self, part: Signal) -> bool:
        """Whether it is plain that a part holds nowhere."""
        return -part in self.certain

    def some(self, parts: Iterable[Signal]) -> Signal:
        """One of them at least."""
        return -self.every([-part for part in parts])

    def every(self, parts: Iterable[Signal]) -> Signal:
        """All of them."""
        unique = {part for part in parts if part not in self.certain}
        if len(unique) == 1:
            part = unique.pop()
            return -self.yes if -part in self.certain else part
        for part in unique:
            if -part in unique or -part in self.certain:
                return -self.yes
        if not unique:
            return self.yes
        key = tuple(sorted(unique))
        found = self.known(key)
        if found is None:
            found = self._known[key] = self.new()
            added = self.added
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
        return self.sums(terms)(level)

    def sums(self, terms: Sequence[Term]) -> Callable[[int], Signal]:
        """For each level, where the terms add up to it: term by term, alike sums only once."""
        left = [{v: term[v] for v in sorted(term) if not self.never(term[v])} for term in terms]
        lows, highs = [0], [0]
        for term in left:
            lows.append(lows[-1] + min(term))
            highs.append(highs[-1] + max(term))
        known: list[dict[int, Signal]] = [{} for _ in lows]

        def go(count: int, missing: int) -> Signal:
            if missing <= lows[count]:
                return self.yes
            if missing > highs[count]:
                return -self.yes
            levels = known[count]
            if missing not in levels:
                # What holds with the least a term comes to holds with all of it.
                (least, _), *more = left[count - 1].items()
                ways = [self.every((signal, go(count - 1, missing - v))) for v, signal in more]
                found = self.some([go(count - 1, missing - least), *ways])
                # Implied, and hard to find: more is reached only where less is.
                below = max((level for level in levels if level < missing), default=None)
                above = min((level for level in levels if level > missing), default=None)
                if below is not None:
                    self.add(-found, levels[below])
                if above is not None:
                    self.add(-levels[above], found)
                levels[missing] = found
            return levels[missing]

        return lambda level: go(len(left), level)

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
