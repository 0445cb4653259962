"""Which questions must change their answers so that a test of the chart goes another way.

The sets found are necessary, not always enough: freeing the answers to a set leaves a way open
in three-valued logic, while no answer may really take it. No set that is enough is missing, so
the least number of changes can be bounded from below without trying answers.
"""

from collections.abc import Iterator, Mapping, Sequence

from llm_adapt.engine.logic import YES
from llm_adapt.engine.outlook import JUST, Outlook
from llm_adapt.engine.program import Program
from llm_adapt.engine.tally import SECOND_ARGUMENT


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
        smaller = [found for less in range(2, size) for found in known[less]]
        asked = self.asked(self.spots[index].mask)
        # A question that is enough by itself is in no larger set.
        for alone in known[1] if size > 1 else ():
            asked &= ~alone
        places = [place for place in range(len(self.names)) if asked >> place & 1]

        order = self._pull(index, truths, places)
        pulls = [pull for pull, _ in order]

        def grow(size: int, start: int, chosen: int) -> Iterator[int]:
            gap = self._gap(index, truths, chosen)
            if size == 0:
                if gap <= 0 and self.outlook.truths(index, *self.freed(chosen)) & truths:
                    yield chosen
                return
            for position in range(start, len(places) - size + 1):
                if sum(pulls[position : position + size]) < gap:
                    return
                larger = chosen | 1 << order[position][1]
                if not any(less & larger == less for less in smaller):
                    yield from grow(size - 1, position + 1, larger)

        yield from grow(size, 0, 0)

    def _gap(self, index: int, truths: int, questions: int) -> int:
        """How many points a tally is short of a truth, at best."""
        spot = self.spots[index]
        if spot.logic is not None:
            return 0
        low, high, _, _ = self.outlook.span(spot, *self.freed(questions))
        if truths & JUST[YES]:
            return spot.level - high if truths == JUST[YES] else 0
        return low - spot.level + 1

    def _pull(self, index: int, truths: int, places: list[int]) -> list[tuple[int, int]]:
        """The most that each question can move a tally the wanted way; most first."""
        spot = self.spots[index]
        up = bool(truths & JUST[YES])
        pulls = dict.fromkeys(places, 0)
        for side in spot.sides:
            heard = up == (side.sign < 0)
            moving = [(p, x.mask) for p, x in side.arguments if (x.test(*self.state) == YES) == heard]
            for place in places:
                points = max((p for p, mask in moving if mask & self.masks[place]), default=0)
                pulls[place] += points + SECOND_ARGUMENT if points else 0
        return sorted(((pull, place) for place, pull in pulls.items()), key=lambda p: (-p[0], p[1]))
