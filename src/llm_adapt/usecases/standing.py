"""How the things of a rule set stand in one situation."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from llm_adapt.decide.advise import Adviser
from llm_adapt.decide.logic import UNKNOWN, YES, Truth, compile_condition, fields_of
from llm_adapt.decide.program import Program
from llm_adapt.decide.tally import total, total_bounds
from llm_adapt.decide.words import fill
from llm_adapt.report.phrases import STATUS, listed, strategy_words
from llm_adapt.rules.advice import Advice
from llm_adapt.rules.explanation import Explanation, Standing, Weighed
from llm_adapt.rules.model import Condition, Kind, NotOf, Question, Tally, singles
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import Value, shown
from llm_adapt.rules.words import answer_words
from llm_adapt.usecases.described import notes
from llm_adapt.usecases.mentions import weighed

YES_WORD, NO_WORD, UNKNOWN_WORD = "yes", "no", "unknown"
_ITEMS = ("variant", "warning", "preparation", "plan", "data")


class Standings:
    """One situation, asked about one thing after another."""

    def __init__(self, program: Program, situation: Situation) -> None:
        self.program = program
        self.rules = program.rules
        self.situation = situation
        self.values = situation.values()
        self.state = program.state(self.values)

    @cached_property
    def advice(self) -> Advice:
        """The whole advice, made only for what needs it."""
        return Adviser(self.program, self.situation).advice()

    @cached_property
    def known(self) -> tuple[int, int]:
        """The state together with where the walks ended."""
        ended: dict[str, str] = {}
        for spot, value in self.program.chart.walk(*self.state):
            if spot.node is not None:
                node = spot.node
                ended[node.walk] = (node.no, node.yes, node.unknown)[value].to
        true, false = self.state
        for (walk, results), bit in self.program.atoms.ended.items():
            if ended.get(walk) in results:
                true |= bit
            else:
                false |= bit
        return true, false

    def of(self, told: Explanation) -> Explanation:
        """The explanation with how it stands."""
        condition = told.condition
        if condition is not None:
            condition = weighed(condition.condition, self.rules.predicates, self.truth)
        told = replace(told, text=fill(told.text, self.rules, self.values), condition=condition)
        tell: dict[str, Callable[[Explanation], Standing]] = {
            "rule": self._rule,
            "predicate": self._predicate,
            "node": self._node,
            "strategy": self._strategy,
            "question": self._question,
            "need": self._need,
            **dict.fromkeys(_ITEMS, self._item),
        }
        found = tell.get(told.kind)
        return told if found is None else replace(told, standing=found(told))

    def truth(self, condition: Condition) -> str:
        """Yes, no or unknown."""
        if isinstance(condition, Tally):
            low, high = total_bounds(self.program.needs[condition.need], *self.state)
            sure_no = high < condition.at_least
            return YES_WORD if low >= condition.at_least else NO_WORD if sure_no else UNKNOWN_WORD
        logic = compile_condition(condition, self.program.atoms, self.rules.predicates)
        return Truth(logic.test(*self.known)).name.lower()

    def _fields(self, condition: Weighed | None) -> Iterator[str]:
        """The questions a condition hangs on, those behind a tally included."""
        if condition is None:
            return
        inner = condition.condition
        yield from fields_of(inner, self.rules.predicates)
        for atom in () if isinstance(inner, NotOf) else singles(inner):
            if isinstance(atom, Tally):
                for rule in self.rules.rules.values():
                    if any(argument.target == atom.need for argument in rule.arguments):
                        yield from fields_of(rule.when, self.rules.predicates)

    def _looked(self, told: Explanation) -> list[tuple[str, list[str]]]:
        fields = list(dict.fromkeys(self._fields(told.condition)))
        return [
            ("you answered", [self._answer(name) for name in fields if name in self.values]),
            ("not answered", [name for name in fields if name not in self.values]),
        ]

    def _answer(self, name: str) -> str:
        words = answer_words(self.rules.questions[name], shown(self.values[name]))
        origin = self.situation.answers[name].origin.value
        return f"{name}: {words}" + ("" if origin == "file" else f" ({origin})")

    def _told(self, told: Explanation, yes: str, no: str, unknown: str) -> Standing:
        truth = YES_WORD if told.condition is None else told.condition.truth
        said = {YES_WORD: yes, NO_WORD: no, UNKNOWN_WORD: unknown}[truth]
        return Standing(said, notes(*self._looked(told)))

    def _rule(self, told: Explanation) -> Standing:
        return self._told(
            told,
            "It fires.",
            "It does not fire.",
            "It is silent: what is known does not decide it.",
        )

    def _predicate(self, told: Explanation) -> Standing:
        return self._told(told, "It holds.", "It does not hold.", "It is not known to hold.")

    def _item(self, told: Explanation) -> Standing:
        waits = self.rules.items[told.id].unknown != "applies"
        open_still = "It is silent until more is known." if waits else "It applies until disproved."
        return self._told(told, "It applies.", "It does not apply.", open_still)

    def _node(self, told: Explanation) -> Standing:
        looked = self._looked(told)
        for spot, value in self.program.chart.walk(*self.state):
            if spot.node is not None and spot.node.id == told.id:
                edge = (spot.node.no, spot.node.yes, spot.node.unknown)[value]
                answer = Truth(value).name.lower()
                said = f"The way passes here: {answer}, and on to {edge.to}."
                because = fill(edge.because, self.rules, self.values)
                return Standing(said, notes(("because", [because]), *looked))
        return Standing("The way does not pass here.", notes(*looked))

    def _strategy(self, told: Explanation) -> Standing:
        place = next(place for place in self.advice.ranking if place.strategy == told.id)
        said = f"Rank {place.rank} of {len(self.advice.ranking)}: {STATUS[place.status]}."
        if place.status == "recommended":
            flips = self.advice.flips
        else:
            flips = tuple(flip for flip in self.advice.flips if flip.to == told.id)
            could = "can" if place.can_win else "cannot"
            said += f" Open questions {could} put it first."
        return Standing(said, (), place, flips)

    def _need(self, told: Explanation) -> Standing:
        sides = self.program.needs[told.id]
        low, high = total_bounds(sides, *self.state)
        said = (
            f"The tally is {total(sides, *self.state)}; open answers can make it {low} to {high}."
        )
        spoke: dict[bool, list[str]] = {True: [], False: []}
        for rule in self.rules.rules.values():
            if self.program.logic[rule.id].test(*self.state) == YES:
                for argument in rule.arguments:
                    if argument.target == told.id:
                        spoke[argument.favours].append(f"{rule.id} ({argument.strength.value})")
        open_still = [
            rule.id
            for rule in self.rules.rules.values()
            if any(argument.target == told.id for argument in rule.arguments)
            and self.program.logic[rule.id].test(*self.state) == UNKNOWN
        ]
        return Standing(
            said,
            notes(
                ("now for it", spoke[True]),
                ("now against it", spoke[False]),
                ("not decided yet", open_still),
            ),
        )

    def _question(self, told: Explanation) -> Standing:
        question = self.rules.questions[told.id]
        now = [self._answer(told.id)] if told.id in self.values else ["not answered"]
        asked = {ask.field for ask in self.advice.ask_next}
        if told.id in self.values:
            said = "It is answered."
        elif told.id in asked:
            said = "It is open, and its answer can change first place."
        else:
            said = "It is open, but no answer to it can change first place."
        return Standing(
            said, notes(("now", now), ("first place, if you answered", self._what_if(question)))
        )

    def _what_if(self, question: Question) -> Iterable[str]:
        if question.id not in self.program.atoms.by_question:
            yield "no rule looks at this question"
            return
        first = self.program.chart.first(*self.state)
        leads: dict[str, list[str]] = {}
        for words, value in self._candidates(question):
            state = self.program.state({**self.values, question.id: value})
            leads.setdefault(self.program.chart.first(*state), []).append(words)
        if list(leads) == [first]:
            yield f"{strategy_words(self.rules, first)}, whatever the answer"
            return
        for name, answers in leads.items():
            yield f"{strategy_words(self.rules, name)}: {listed(answers, 'or')}"

    def _candidates(self, question: Question) -> Iterator[tuple[str, Value]]:
        if question.kind is Kind.SEVERAL:
            now = self.values.get(question.id)
            chosen = now if isinstance(now, tuple) else ()
            for item in question.values:
                toggled = set(chosen) ^ {item}
                yield (
                    f"{'without' if item in chosen else 'also'} {item}",
                    tuple(name for name in question.values if name in toggled),
                )
            return
        if question.numeric:
            for value in self.program.atoms.representatives(question.id, self.values):
                if isinstance(value, int | float):
                    yield answer_words(question, shown(value)), value
            return
        for name in ("yes", "no") if question.kind is Kind.YES_NO else question.values:
            yield name, name
