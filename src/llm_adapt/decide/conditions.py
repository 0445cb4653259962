"""Conditions compiled to tests on a state of knowledge: strong Kleene logic on two integers."""

from collections.abc import Callable, Iterator, Mapping

from llm_adapt.decide.atoms import Atoms, plain
from llm_adapt.rules.advice import Known
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
    singles,
)
from llm_adapt.rules.record import record

# The three values, and the words for them.
NO, YES, UNKNOWN = 0, 1, 2
WORDS: tuple[Known, ...] = ("no", "yes", "unknown")
Test = Callable[[int, int], int]
# What each earlier walk ended at, by its id.
Ended = Mapping[str, str]


@record(frozen=True)
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


class Compiler:
    """Compiles the conditions of a rule set; its atoms must have been numbered before."""

    def __init__(self, atoms: Atoms, predicates: Mapping[str, Condition]) -> None:
        self.atoms = atoms
        self.predicates = predicates

    def compile(self, condition: Condition, ended: Ended, *, negated: bool = False) -> Logic:
        """The test of a condition without tallies; what earlier walks ended at is settled."""
        match condition:
            case NotOf():
                return self.compile(condition.part, ended, negated=not negated)
            case Named():
                named = self.predicates[condition.predicate]
                return self.compile(named, ended, negated=negated)
            case AllOf() | AnyOf():
                parts = [self.compile(p, ended, negated=negated) for p in condition.parts]
                return _joined(parts, every=isinstance(condition, AllOf) != negated)
            case IsOneOf() | Threshold():
                keys = plain(condition, self.atoms.questions[condition.field])
                mask = sum(self.atoms.bit[key] for key in keys)
                # One of several items of a list, or one atom: any of them, turned when negated.
                hold, fail = (0, mask) if negated else (mask, 0)
                return _logic(every=negated, hold=hold, fail=fail, parts=())
            case EndedAt():
                holds = ended.get(condition.walk) in condition.results
                return _logic(every=holds != negated, hold=0, fail=0, parts=())
            case Tally():
                raise TypeError("a tally is no part of a condition")


def _joined(parts: list[Logic], *, every: bool) -> Logic:
    hold = fail = 0
    rest: list[Logic] = []
    for part in parts:
        single = not part.parts and (part.hold | part.fail).bit_count() == 1
        if single or part.every == every:
            hold |= part.hold
            fail |= part.fail
            rest += part.parts
        else:
            rest.append(part)
    if len(rest) == 1 and not hold | fail:
        return rest[0]
    return _logic(every=every, hold=hold, fail=fail, parts=tuple(rest))


def _logic(*, every: bool, hold: int, fail: int, parts: tuple[Logic, ...]) -> Logic:
    mask = hold | fail
    for part in parts:
        mask |= part.mask
    tests = tuple(part.test for part in parts)
    make = _all if every else _any
    return Logic(every, hold, fail, parts, mask, make(hold, fail, tests))


def _all(hold: int, fail: int, parts: tuple[Test, ...]) -> Test:
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


def names_in(condition: Condition) -> Iterator[tuple[str, str]]:
    """What a condition names, in its order: the section of a rule set, and the id there."""
    for single in singles(condition):
        match single:
            case Named():
                yield "predicates", single.predicate
            case Tally():
                yield "needs", single.need
            case EndedAt():
                yield "walks", single.walk
            case _:
                yield "questions", single.field
        if isinstance(single, Threshold):
            if isinstance(single.bound, Scale):
                yield from (("questions", single.bound.of), ("derived", single.bound.name))
            elif single.constant:
                yield "constants", single.constant


def fields_of(condition: Condition, predicates: Mapping[str, Condition]) -> Iterator[str]:
    """The questions a condition looks at, in the order it names them."""
    for section, name in names_in(condition):
        if section == "questions":
            yield name
        elif section == "predicates":
            yield from fields_of(predicates[name], predicates)
