"""Conditions compiled to tests on a state of knowledge: strong Kleene logic on two integers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from llm_adapt.decide.atoms import Atoms
from llm_adapt.rules.model import (
    AllOf,
    AnyOf,
    Condition,
    EndedAt,
    IsOneOf,
    Named,
    NotOf,
    Scale,
    Tally,
    Threshold,
)


class Truth(IntEnum):
    """The three values."""

    NO = 0
    YES = 1
    UNKNOWN = 2


NO, YES, UNKNOWN = int(Truth.NO), int(Truth.YES), int(Truth.UNKNOWN)
Test = Callable[[int, int], int]


@dataclass(frozen=True, slots=True)
class Logic:
    """A condition as literals and parts: `every` for all of them, else one is enough.

    `hold` are the atoms that must be true, `fail` those that must be false. `mask` has every
    atom of the condition and its parts.
    """

    every: bool
    hold: int
    fail: int
    parts: tuple["Logic", ...]
    mask: int
    test: Test

    def open_bit(self, true: int, false: int) -> int:
        """An atom that is unknown and leaves the condition unknown; 0 when there is none."""
        known = true | false
        loose = (self.hold | self.fail) & ~known
        if loose:
            return loose & -loose
        for part in self.parts:
            if part.test(true, false) == UNKNOWN:
                return part.open_bit(true, false)
        return 0


def compile_condition(
    condition: Condition, atoms: Atoms, predicates: Mapping[str, Condition]
) -> Logic:
    """The test of a condition without tallies; the atoms must have been numbered before."""
    return _compile(condition, atoms, predicates, negated=False)


def _compile(
    condition: Condition, atoms: Atoms, predicates: Mapping[str, Condition], *, negated: bool
) -> Logic:
    match condition:
        case NotOf():
            return _compile(condition.part, atoms, predicates, negated=not negated)
        case Named():
            named = predicates[condition.predicate]
            return _compile(named, atoms, predicates, negated=negated)
        case AllOf() | AnyOf():
            parts = [_compile(p, atoms, predicates, negated=negated) for p in condition.parts]
            return _joined(parts, every=isinstance(condition, AllOf) != negated)
        case IsOneOf() | Threshold() | EndedAt():
            return _literal(condition, atoms, negated=negated)
        case Tally():
            raise TypeError("a tally is no part of a condition")


def _literal(atom: IsOneOf | Threshold | EndedAt, atoms: Atoms, *, negated: bool) -> Logic:
    bits = [atoms.bit[key] for key in keys_of(atom, atoms)]
    mask = sum(bits)
    # One of several items of a list, or one atom: any of them, turned round when negated.
    return _logic(every=negated, hold=0 if negated else mask, fail=mask if negated else 0, parts=())


def keys_of(atom: IsOneOf | Threshold | EndedAt, atoms: Atoms) -> list[tuple[object, ...]]:
    """The atoms that a comparison stands for: one, or one for each item of a list."""
    if isinstance(atom, EndedAt):
        return [(atom.walk, atom.results)]
    if isinstance(atom, IsOneOf):
        if atoms.questions[atom.field].kind == "several":
            return [(atom.field, item) for item in atom.values]
        return [(atom.field, atom.values)]
    if isinstance(atom.bound, Scale):
        return [(atom.field, atom.op, atom.bound.of, atom.bound.factor)]
    return [(atom.field, atom.op, atom.bound)]


def _joined(parts: list[Logic], *, every: bool) -> Logic:
    hold = fail = 0
    rest: list[Logic] = []
    for part in parts:
        single = not part.parts and (part.hold | part.fail).bit_count() == 1
        if single or (not part.parts and part.every == every):
            hold |= part.hold
            fail |= part.fail
        elif part.every == every:
            hold |= part.hold
            fail |= part.fail
            rest += part.parts
        else:
            rest.append(part)
    return _logic(every=every, hold=hold, fail=fail, parts=tuple(rest))


def _logic(*, every: bool, hold: int, fail: int, parts: tuple[Logic, ...]) -> Logic:
    mask = hold | fail
    for part in parts:
        mask |= part.mask
    tests = tuple(part.test for part in parts)
    make = _all if every else _any
    return Logic(every, hold, fail, parts, mask, make(hold, fail, tests))


def _all(hold: int, fail: int, parts: tuple[Test, ...]) -> Test:
    if not parts:

        def flat(true: int, false: int) -> int:
            if false & hold or true & fail:
                return NO
            return YES if true & hold == hold and false & fail == fail else UNKNOWN

        return flat

    def every(true: int, false: int) -> int:
        if false & hold or true & fail:
            return NO
        found = YES if true & hold == hold and false & fail == fail else UNKNOWN
        for part in parts:
            value = part(true, false)
            if value == NO:
                return NO
            if value == UNKNOWN:
                found = UNKNOWN
        return found

    return every


def _any(hold: int, fail: int, parts: tuple[Test, ...]) -> Test:
    if not parts:

        def flat(true: int, false: int) -> int:
            if true & hold or false & fail:
                return YES
            return NO if false & hold == hold and true & fail == fail else UNKNOWN

        return flat

    def some(true: int, false: int) -> int:
        if true & hold or false & fail:
            return YES
        found = NO if false & hold == hold and true & fail == fail else UNKNOWN
        for part in parts:
            value = part(true, false)
            if value == YES:
                return YES
            if value == UNKNOWN:
                found = UNKNOWN
        return found

    return some


def fields_of(condition: Condition, predicates: Mapping[str, Condition]) -> Iterator[str]:
    """The questions a condition looks at, in the order it names them."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from fields_of(part, predicates)
        case NotOf():
            yield from fields_of(condition.part, predicates)
        case Named():
            yield from fields_of(predicates[condition.predicate], predicates)
        case IsOneOf():
            yield condition.field
        case Threshold():
            yield condition.field
            if isinstance(condition.bound, Scale):
                yield condition.bound.of
        case Tally() | EndedAt():
            return
