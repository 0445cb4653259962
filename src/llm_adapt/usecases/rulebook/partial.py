"""What a test can still come to while some answers are settled and some are left open for good."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from llm_adapt.decide.atoms import Atoms, Variable
from llm_adapt.decide.chart import Spot
from llm_adapt.decide.logic import NO, UNKNOWN, YES, Logic
from llm_adapt.decide.tally import SECOND_ARGUMENT, Side
from llm_adapt.rules.model import Kind


@dataclass(frozen=True, slots=True)
class Known:
    """Atoms that hold, that do not, that stay unknown because nobody answers, and the rest.

    `told` are atoms of lists that are answered: those of them that are not settled yet will be.
    """

    true: int = 0
    false: int = 0
    blank: int = 0
    told: int = 0

    @property
    def settled(self) -> int:
        """The atoms that are no longer open."""
        return self.true | self.false | self.blank

    def within(self, mask: int) -> tuple[int, int, int, int]:
        """What is known about some atoms."""
        return self.true & mask, self.false & mask, self.blank & mask, self.told & mask


# A test that is not settled yet, with the atom to settle next; or its value and no atom.
Outcome = tuple[int, int]


def outcome(spot: Spot, known: Known) -> Outcome:
    """How the test of a spot comes out, or an atom that it still hangs on."""
    true = known.true | spot.context
    false = known.false | spot.context_mask & ~spot.context
    if spot.logic is None:
        return _tally(spot, true, false, known.blank)
    value = spot.logic.test(true, false)
    if value != UNKNOWN:
        return value, 0
    return UNKNOWN, open_bit(spot.logic, true, false, known.blank)


def open_bit(logic: Logic, true: int, false: int, blank: int) -> int:
    """An atom that an unknown condition hangs on and that may be settled; 0 without one."""
    loose = (logic.hold | logic.fail) & ~(true | false | blank)
    if loose:
        return loose & -loose
    for part in logic.parts:
        if part.test(true, false) == UNKNOWN:
            bit = open_bit(part, true, false, blank)
            if bit:
                return bit
    return 0


@dataclass(slots=True)
class _Bounds:
    """A tally as the walk hears it, and the most it leaves possible, each between two numbers."""

    least: int = 0
    most: int = 0
    least_later: int = 0
    most_later: int = 0

    def add(self, side: Side, sure: list[int], never: list[int], loose: list[int]) -> None:
        """One side: arguments that hold, that stay unknown, and that are still open."""
        now, at_most = _worth(sure), _worth(sure + loose)
        if side.sign > 0:
            self.least += now
            self.most += at_most
            self.least_later += _worth(sure + never)
            self.most_later += _worth(sure + never + loose)
            return
        self.least -= at_most
        self.most -= now
        self.least_later -= at_most
        self.most_later -= now


def _tally(spot: Spot, true: int, false: int, blank: int) -> Outcome:
    bounds = _Bounds()
    weightiest = bit = 0
    for side in spot.sides:
        sure: list[int] = []
        never: list[int] = []
        loose: list[int] = []
        for points, logic in side.arguments:
            value = logic.test(true, false)
            if value == YES:
                sure.append(points)
            elif value == UNKNOWN:
                found = open_bit(logic, true, false, blank)
                (loose if found else never).append(points)
                if points > weightiest and found:
                    weightiest, bit = points, found
        bounds.add(side, sure, never, loose)
    if bounds.least >= spot.level:
        return YES, 0
    if bounds.most_later < spot.level:
        return NO, 0
    certain = bounds.most < spot.level <= bounds.least_later
    return UNKNOWN, 0 if certain else bit


def _worth(points: list[int]) -> int:
    return max(points, default=0) + (SECOND_ARGUMENT if len(points) > 1 else 0)


class Settling:
    """The ways of settling an atom: the answers that tell it, and no answer at all.

    Ratios of two answers are taken as free: more than there is, so a proof over it holds.
    """

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self.masks = {name: sum(v.mask for v in self._own(name)) for name in atoms.by_question}
        self.ratios = [variable for variable in atoms.variables if variable.ratio]

    def _own(self, name: str) -> list[Variable]:
        found = (self.atoms.variables[index] for index in self.atoms.by_question[name])
        return [variable for variable in found if not variable.ratio]

    def ways(self, bit: int, known: Known) -> Iterator[Known]:
        """Everything that can be known next about the answer behind an atom; nothing first."""
        variable = self.atoms.variables[self.atoms.of_bit[bit]]
        mask, told = variable.mask, 0
        name = variable.questions[0]
        if not variable.ratio and self.atoms.questions[name].kind is Kind.SEVERAL:
            mask = told = self.masks[name]
        if not bit & known.told:
            yield replace(known, blank=known.blank | mask)
        for cell in variable.cells:
            true, false = known.true | cell.true, known.false | cell.false
            following = Known(true, false, known.blank, known.told | told)
            if self._possible(following):
                yield following

    def _possible(self, known: Known) -> bool:
        """A ratio can only be told when both of its answers are."""
        for ratio in self.ratios:
            assert ratio.ratio is not None  # noqa: S101 (they were picked for it)
            if known.true & ratio.mask:
                parts = (self.atoms.variables[index].mask for index in ratio.ratio)
                if any(known.blank & mask for mask in parts):
                    return False
        return True
