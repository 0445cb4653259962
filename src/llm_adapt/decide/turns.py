"""Which questions must change their answers so that a test of the chart goes another way.

The sets found are necessary, not always enough: freeing the answers to a set leaves a way open
in three-valued logic, while no answer may really take it. No set that is enough is missing, so
the least number of changes can be bounded from below without trying answers.
"""

from collections.abc import Iterator, Mapping, Sequence

from llm_adapt.decide.logic import YES
from llm_adapt.decide.outlook import JUST, Outlook
from llm_adapt.decide.program import Program
from llm_adapt.decide.tally import SECOND_ARGUMENT


class Turns:
    """The sets of questions that can turn the spots of a chart, seen from one situation.

    A set is an integer with one bit for each question, in the order of the rule set.
    """

    def __init__(self, program: Program, outlook: Outlook) -> None:
        atoms = program.atoms
        self.outlook = outlook
        self.spots = program.chart.spots
        self.state = outlook.state
        self.names = tuple(name for name in program.rules.questions if name in atoms.by_question)
        self.masks = tuple(
            sum(atoms.variables[index].mask for index in atoms.by_question[name])
            for name in self.names
        )
        self._asked: dict[int, int] = {}
        self._freed: dict[int, int] = {0: 0}
        self._sets: dict[tuple[int, int], dict[int, list[int]]] = {}

    def asked(self, mask: int) -> int:
        """The questions whose answers some atoms hang on."""
        if mask not in self._asked:
            self._asked[mask] = sum(
                1 << place for place, own in enumerate(self.masks) if own & mask
            )
        return self._asked[mask]

    def freed(self, questions: int) -> tuple[int, int, int]:
        """The state of knowledge once the answers to some questions are open, and those atoms."""
        opened = self._opened(questions)
        return self.state[0] & ~opened, self.state[1] & ~opened, opened

    def _opened(self, questions: int) -> int:
        if questions not in self._freed:
            low = questions & -questions
            rest = self._opened(questions ^ low)
            self._freed[questions] = rest | self.masks[low.bit_length() - 1]
        return self._freed[questions]

    def truths_to(self, index: int, way: int) -> int:
        """The truths of a spot's test that send a walk some way."""
        spot = self.spots[index]
        truths = 0
        for value, to in enumerate((spot.no, spot.yes, spot.unknown)):
            truths |= JUST[value] if to == way else 0
        return truths

    def sets(self, index: int, way: int, room: int) -> Iterator[int]:
        """The smallest sets of at most `room` questions that can send a spot a way, by size."""
        truths = self.truths_to(index, way)
        known = self._sets.setdefault((self.outlook.test_of[index], truths), {})
        for size in range(room + 1):
            if size not in known:
                known[size] = list(self._of_size(index, truths, size, known))
            yield from known[size]
            if size == 0 and known[0]:
                return

    def _of_size(
        self, index: int, truths: int, size: int, known: Mapping[int, Sequence[int]]
    ) -> Iterator[int]:
        asked = self.asked(self.spots[index].mask)
        # A question that is enough by itself is in no larger set.
        for alone in known[1] if size > 1 else ():
            asked &= ~alone
        places = [place for place in range(len(self.names)) if asked >> place & 1]
        growth = _Growth(self, index, truths, places)
        for less in range(2, size):
            growth.avoid(known[less])
        yield from growth.sets(size, 0, 0)


class _Growth:
    """Sets of a size that can give a spot's test some truth, grown question by question.

    The questions that can move a tally most come first: once the next ones together cannot
    close the gap to the level, no later ones can.
    """

    def __init__(self, turns: Turns, index: int, truths: int, places: list[int]) -> None:
        self.turns = turns
        self.index = index
        self.truths = truths
        self.spot = turns.spots[index]
        self.up = bool(truths & JUST[YES])
        self.gap = 0
        # Where more than one side of the level will do there is no gap to speak of.
        if self.spot.logic is None and (truths == JUST[YES] or not self.up):
            low, high, _, _ = turns.outlook.span(self.spot, *turns.state, 0)
            self.gap = self.spot.level - high if self.up else low - self.spot.level + 1
        self.sides = {
            place: [s for s in self.spot.sides if s.mask & turns.masks[place]] for place in places
        }
        pulls = {place: self._pull(place) for place in places}
        self.places = sorted(places, key=lambda place: (-pulls[place], place))
        self.pulls = [pulls[place] for place in self.places]
        self.smaller: dict[int, list[int]] = {place: [] for place in places}

    def avoid(self, sets: Sequence[int]) -> None:
        """Sets that must be part of none found."""
        for found in sets:
            for place in self.places:
                if found >> place & 1:
                    self.smaller[place].append(found)

    def sets(self, size: int, start: int, chosen: int, moved: int = 0) -> Iterator[int]:
        """All sets with `size` more questions, those from a place in the order on."""
        if size == 0:
            outlook, freed = self.turns.outlook, self.turns.freed(chosen)
            if moved >= self.gap and outlook.truths(self.index, *freed) & self.truths:
                yield chosen
            return
        for position in range(start, len(self.places) - size + 1):
            if sum(self.pulls[position : position + size]) < self.gap - moved:
                return
            place = self.places[position]
            larger = chosen | 1 << place
            if not any(less & larger == less for less in self.smaller[place]):
                more = moved + self._moves(place, chosen, larger) if self.spot.sides else moved
                yield from self.sets(size - 1, position + 1, larger, more)

    def _moves(self, place: int, chosen: int, larger: int) -> int:
        """How far one question more can move the tally."""
        span, extreme = self.turns.outlook.side_span, int(self.up)
        before, after = self.turns.freed(chosen), self.turns.freed(larger)
        moved = sum(
            span(side, *after)[extreme] - span(side, *before)[extreme] for side in self.sides[place]
        )
        return moved if self.up else -moved

    def _pull(self, place: int) -> int:
        """The most that a question can move the tally, whatever else is answered anew."""
        pull = 0
        for side in self.sides[place]:
            # Arguments already heard can only be taken back, others only be added.
            heard = self.up == (side.sign < 0)
            points = max(
                (
                    points
                    for points, logic in side.arguments
                    if logic.mask & self.turns.masks[place]
                    and (logic.test(*self.turns.state) == YES) == heard
                ),
                default=0,
            )
            pull += points + SECOND_ARGUMENT if points else 0
        return pull
