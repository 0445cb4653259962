"""Which answers are plausible beside what was said: projects of several kinds, counted.

Answers hang together: who has much raw text in a rare language seldom sorts mails. `kinds:` of a
rule set counts documented projects by kind; how likely a situation is of each follows from its
answers and from what is not known (naive Bayes). A rule set without kinds has a single one, of
which all is as likely as `plausible:` and `known` say.
"""

from collections.abc import Collection, Mapping
from math import exp, log

from llm_adapt.decide.atoms import Answers, Atoms
from llm_adapt.decide.conditions import Compiler, Logic
from llm_adapt.rules.case import ProjectKind
from llm_adapt.rules.model import Kind, RuleSet
from llm_adapt.rules.record import record
from llm_adapt.rules.value import Between, Unreadable, Value

# Beside those counted, so many projects of each kind answer as all projects do, and as many know
# as of all projects: few counts say little.
ALIKE = 4
AS_ABLE = 6
# What was never seen happens all the same.
LEAST = 0.001


@record(frozen=True)
class Likely:
    """What projects of one kind say: the chance (0 to 1) of each value; of lists, of each item.

    `share` is how many of all projects are of this kind, `known` how many of them can answer.
    """

    share: float
    answers: Mapping[str, Mapping[Value, float]]
    known: Mapping[str, float]


class Plausible:
    """What a rule set calls plausible.

    `implied` is what mostly follows from answers: conditions, each with the answers that follow.
    """

    def __init__(self, rules: RuleSet, atoms: Atoms, compiler: Compiler) -> None:
        self.rules = rules
        self.atoms = atoms
        self.implied: list[tuple[Logic, Mapping[str, Value]]] = [
            (compiler.compile(each.when, {}), rules.read(each.then)) for each in rules.implies
        ]
        read = {name: self._read(name, weights) for name, weights in rules.plausible.items()}
        usual = {
            name: weights
            if rules.questions[name].kind is Kind.SEVERAL
            else {value: weight / sum(weights.values()) for value, weight in weights.items()}
            for name, weights in read.items()
        }
        known = {name: question.known for name, question in rules.questions.items()}
        alike = Likely(1.0, usual, known)
        every = sum(kind.projects for kind in rules.kinds.values())
        self.kinds = [self._kind(kind, alike, every) for kind in rules.kinds.values()] or [alike]

    def _read(self, name: str, weights: Mapping[str, float]) -> dict[Value, float]:
        """Weights by what is written as weights by value."""
        question = self.rules.questions[name]
        if question.kind is Kind.SEVERAL:
            return dict[Value, float](weights.items())
        values = {written: question.read(written) for written in weights}
        return {
            value: weights[written]
            for written, value in values.items()
            if value is not None and not isinstance(value, Unreadable) and weights[written] > 0
        }

    def _kind(self, kind: ProjectKind, alike: Likely, every: int) -> Likely:
        answers = {**alike.answers}
        for name, written in kind.answers.items():
            counts, usual = self._read(name, written), alike.answers.get(name, {})
            told = kind.known.get(name, 0) + ALIKE
            answers[name] = {
                value: (counts.get(value, 0.0) + ALIKE * usual.get(value, 0.0)) / told
                for value in {**usual, **counts}
            }
        known = {
            name: (kind.known.get(name, 0) + AS_ABLE * share) / (kind.projects + AS_ABLE)
            for name, share in alike.known.items()
        }
        return Likely(kind.projects / every, answers, known)

    def shares(self, values: Answers, unknown: Collection[str]) -> list[float]:
        """How likely (0 to 1, adding up to 1) a situation is of each kind."""
        logs = [
            log(kind.share)
            + sum(
                log(max(LEAST, kind.known[n])) + self._told(kind, n, v) for n, v in values.items()
            )
            + sum(log(max(LEAST, 1 - kind.known[name])) for name in unknown)
            for kind in self.kinds
        ]
        weights = [exp(each - max(logs)) for each in logs]
        return [weight / sum(weights) for weight in weights]

    def _told(self, kind: Likely, name: str, value: Value) -> float:
        """How likely an answer is of a kind, as a logarithm; nothing where it tells nothing.

        A number is as likely as those that conditions do not tell from it.
        """
        chances = kind.answers.get(name, {})
        if isinstance(value, tuple):
            found = [chance if item in value else 1 - chance for item, chance in chances.items()]
            return sum(log(max(LEAST, each)) for each in found)
        answer = self.atoms.answer
        chance = sum(
            chance
            for other, chance in chances.items()
            if (
                value.includes(other)
                if isinstance(value, Between)
                else value == other or answer(name, value) == answer(name, other)
            )
        )
        return log(max(LEAST, chance)) if chance else 0.0
