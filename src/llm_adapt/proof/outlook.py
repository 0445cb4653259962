"""One door for advice and interview: what is open about a situation, and what it could change."""

from collections.abc import Iterator

from llm_adapt.decide.atoms import Answers
from llm_adapt.decide.conditions import NO, UNKNOWN, YES
from llm_adapt.decide.program import Program
from llm_adapt.decide.tally import bounds
from llm_adapt.errors import NotSettledError
from llm_adapt.proof.questions import Completions, Flips
from llm_adapt.proof.sampling import COMPLETIONS, Sample
from llm_adapt.rules.outlook import LEANING, ROBUST, Bounds, Open, Outlook, Stability


class Inquiry:
    """One situation, asked about what is still open.

    Attributes:
        program: The rule set.
        values: The answers that are known or assumed.
        unknown: Questions that will never be answered.
        assumed: Questions whose answer is an assumption: first place rests on it, and it is open.
        not_known: Questions that are open, and left so where it is counted how often first place
            stays.
    """

    def __init__(
        self,
        program: Program,
        values: Answers,
        unknown: frozenset[str] = frozenset(),
        assumed: frozenset[str] = frozenset(),
        not_known: frozenset[str] = frozenset(),
    ) -> None:
        self.program = program
        self.values = values
        self.unknown = unknown
        self.first = program.first(values)
        self.given = {name: value for name, value in values.items() if name not in assumed}
        self.sample = Sample(program, self.given, unknown)
        self.not_known = not_known
        self.asked = Completions(program, self.given, unknown)

    def outlook(self, *, whole: bool = True) -> Outlook:
        """What can still be first, and which open questions decide it.

        With `whole`, all questions that matter; else those that move most may suffice.
        """
        possible, settled = self._possible()
        found: list[Open] = []
        if possible != {self.first} or not settled:
            found = list(self._open(possible, whole=whole))
        if not found and possible != {self.first}:
            # An unknown edge leads where no answer can: only answers bring the walk back.
            ahead = may_be_asked(self.program, self.given, self.unknown)
            found = [Open(name, 0.0, tuple(possible)) for name in ahead]
        order = {name: index for index, name in enumerate(self.program.rules.questions)}
        found.sort(key=lambda entry: (-entry.could_move, order[entry.question]))
        sample = self.sample
        if self.not_known or self.values != self.given:
            # What is assumed is the most plausible answer there is.
            sample = Sample(self.program, self.values, self.unknown | self.not_known)
        share = sample.share(self.first)
        word = "robust" if share >= ROBUST else "leaning" if share >= LEANING else "open"
        return Outlook(
            tuple(name for name in self.program.outcomes if name in possible),
            tuple(found),
            Stability(share, COMPLETIONS, word if found else "proved"),
        )

    def _possible(self) -> tuple[set[str], bool]:
        try:
            return self.asked.possible(self.sample.outcomes), True
        except NotSettledError:
            return set(self.sample.outcomes), False

    def _open(self, possible: set[str], *, whole: bool) -> Iterator[Open]:
        moved = self.sample.moved(self.asked.may_matter)
        shown = [name for name, (share, _) in moved.items() if share]
        undecided: set[str] = set()
        try:
            relevant = shown if shown and not whole else self.asked.relevant(shown)
        except NotSettledError:
            relevant = self.asked.may_matter
            undecided = {*relevant} - {*shown}
        others = tuple(n for n in self.program.outcomes if n in possible and n != self.first)
        for name in relevant:
            share, firsts = moved[name]
            could_change = tuple(n for n in others if n in firsts)
            yield Open(name, share, could_change or others, name in undecided)

    def bounds(self) -> Bounds:
        """Score ranges over all ways of answering the rest, and the smallest changes of answers."""
        program, ranges = self.program, dict[str, tuple[int, int]]()
        for name, topics in program.judged_by.items():
            try:
                low, high = self.asked.extremes(topics)
            except NotSettledError:
                heard = [program.topics[index] for index in topics]
                low, high = bounds(heard, program.logic, *program.atoms.state(self.given))
            ranges[name] = low - program.costs[name], high - program.costs[name]
        found, settled = Flips(program, self.values).find()
        left = [name for name in program.rules.strategies if name not in {*found, self.first}]
        return Bounds(ranges, found, () if settled else tuple(left))


def may_be_asked(program: Program, values: Answers, unknown: frozenset[str]) -> list[str]:
    """The open questions that a test still ahead looks at, whatever is or is not answered."""
    true, false = program.atoms.state(values)
    chart, mask, seen = program.chart, 0, set[int]()
    waiting = [chart.start]
    while waiting:
        index = waiting.pop()
        node = chart.nodes[index]
        if index in seen or node.outcome is not None:
            continue
        seen.add(index)
        if node.logic is not None:
            value = node.logic.test(true, false)
        else:
            heard = [chart.topics[topic] for topic in node.topics]
            least, most = bounds(heard, program.logic, true, false)
            value = YES if least >= node.level else NO if most < node.level else UNKNOWN
        if value == UNKNOWN:
            mask |= node.mask
            waiting += [node.yes, node.no, node.unknown]
        else:
            waiting.append(node.follow(value))
    mask &= ~(true | false)
    return [
        name
        for name in program.rules.questions
        if name not in values and name not in unknown and program.atoms.reach.get(name, 0) & mask
    ]
