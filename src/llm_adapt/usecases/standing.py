"""How the things of a rule set stand in one situation."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from llm_adapt.decide.conditions import UNKNOWN, WORDS, YES, fields_of
from llm_adapt.decide.program import Program
from llm_adapt.decide.tally import bounds
from llm_adapt.decide.words import fill
from llm_adapt.report.phrases import listed, spaced, strategy_words
from llm_adapt.rules.advice import Advice, Known
from llm_adapt.rules.explanation import Notes, Standing
from llm_adapt.rules.model import AllOf, Argument, Condition, Kind, Question, Rule, Tally
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import Value, as_told, toggled
from llm_adapt.rules.words import answer_words
from llm_adapt.usecases.advise import advise

# What a condition that is yes, no or unknown means for the thing it belongs to.
_SAID = {
    "rule": (
        "It fires.",
        "It does not fire.",
        "It is silent: what is known does not decide it.",
    ),
    "predicate": ("It holds.", "It does not hold.", "It is not known to hold."),
    "item": ("It applies.", "It does not apply.", "It is silent until more is known."),
}


def as_notes(labelled: Mapping[str, Iterable[str]]) -> Notes:
    """Labelled lines; labels without any are left out."""
    found = ((label, tuple(line for line in lines if line)) for label, lines in labelled.items())
    return {label: lines for label, lines in found if lines}


class Standings:
    """One situation, asked about one thing after another."""

    def __init__(self, program: Program, situation: Situation) -> None:
        self.program = program
        self.rules = program.rules
        self.situation = situation
        self.values = situation.values()
        self.decided = program.evaluate(self.values)

    @cached_property
    def advice(self) -> Advice:
        """The whole advice, made only for what needs it."""
        return advise(self.program, self.situation)

    def of(self, kind: str, name: str, when: Condition | None) -> Standing | None:
        """How one thing stands; `name` tells it from all others."""
        match kind:
            case "node":
                return self._node(name, when)
            case "strategy":
                return self._strategy(name)
            case "question":
                return self._question(self.rules.questions[name])
            case "need":
                return self._need(name)
            case "walk" | "tool" | "constant" | "derived" | "source":
                return None
            case _:
                return self._by_truth(kind, name, when)

    def _by_truth(self, kind: str, name: str, when: Condition | None) -> Standing:
        yes, no, unknown = _SAID.get(kind, _SAID["item"])
        if kind not in _SAID:
            item = self.rules.items[name]
            if item.past is not None and self.truth(item.past) == "yes":
                looked = self._looked(AllOf((when, item.past)) if when else item.past)
                return Standing("You are past it.", as_notes(looked))
            if item.unknown == "applies":
                unknown = "It applies until disproved."
        truth = "yes" if when is None else self.truth(when)
        said = {"yes": yes, "no": no, "unknown": unknown}[truth]
        return Standing(said, as_notes(self._looked(when)))

    def truth(self, condition: Condition) -> Known:
        """Yes, no or unknown."""
        if isinstance(condition, Tally):
            low, high = self._bounds(condition.need)
            sure_no = high < condition.at_least
            return "yes" if low >= condition.at_least else "no" if sure_no else "unknown"
        logic = self.program.compiler.compile(condition, self.decided.ended)
        return WORDS[logic.test(*self.decided.state)]

    def _bounds(self, need: str) -> tuple[int, int]:
        heard = [topic for topic in self.program.topics if topic.target == need]
        return bounds(heard, self.program.logic, *self.decided.state)

    def _about(self, need: str) -> Iterator[tuple[Rule, list[Argument]]]:
        """The rules that argue about a need, with what they argue."""
        for rule in self.rules.rules.values():
            about = [argument for argument in rule.arguments if argument.target == need]
            if about:
                yield rule, about

    def _looked(self, condition: Condition | None) -> dict[str, list[str]]:
        """The questions a condition hangs on, those behind a tally included."""
        behind = [] if condition is None else [condition]
        if isinstance(condition, Tally):
            behind = [rule.when for rule, _ in self._about(condition.need)]
        fields = dict.fromkeys(
            name for when in behind for name in fields_of(when, self.rules.predicates)
        )
        return {
            "you answered": [self._answer(name) for name in fields if name in self.values],
            "not answered": [name for name in fields if name not in self.values],
        }

    def _answer(self, name: str) -> str:
        words = answer_words(self.rules.questions[name], as_told(self.values[name]))
        origin = self.situation.answers[name].origin.value
        return f"{name}: {words}" + ("" if origin == "file" else f" ({origin})")

    def _node(self, name: str, when: Condition | None) -> Standing:
        looked = self._looked(when)
        for node, value in self.decided.passed():
            if f"{node.walk}/{node.id}" == name:
                edge = node.edges[value]
                said = f"The way passes here: {WORDS[value]}, and on to {edge.to}."
                because = fill(edge.because, self.rules, self.values)
                return Standing(said, as_notes({"because": [because], **looked}))
        return Standing("The way does not pass here.", as_notes(looked))

    def _strategy(self, name: str) -> Standing:
        place = next(place for place in self.advice.ranking if place.strategy == name)
        said = f"Rank {place.rank} of {len(self.advice.ranking)}: {spaced(place.status)}."
        if place.status == "recommended":
            flips = self.advice.flips
        else:
            flips = tuple(flip for flip in self.advice.flips if flip.to == name)
            could = "can" if place.can_win else "cannot"
            said += f" Open questions {could} put it first."
        why = as_notes({"why not first": [place.why_not_first]})
        return Standing(said, why, place, flips)

    def _need(self, name: str) -> Standing:
        low, high = self._bounds(name)
        tally = self.decided.total(self.program.about({name}))
        said = f"The tally is {tally}; open answers can make it {low} to {high}."
        heard = {s: list[str]() for s in ("now for it", "now against it", "not decided yet")}
        for rule, about in self._about(name):
            truth = self.decided.holds(rule.id)
            if truth == UNKNOWN:
                heard["not decided yet"].append(rule.id)
            for argument in about if truth == YES else ():
                side = "now for it" if argument.favours else "now against it"
                heard[side].append(f"{rule.id} ({argument.strength.value})")
        return Standing(said, as_notes(heard))

    def _question(self, question: Question) -> Standing:
        name = question.id
        now = [self._answer(name)] if name in self.values else ["not answered"]
        if name in self.values:
            said = "It is answered."
        elif any(ask.field == name for ask in self.advice.ask_next):
            said = "It is open, and its answer can change first place."
        else:
            said = "It is open, but no answer to it can change first place."
        what_if = {"now": now, "first place, if you answered": self._what_if(question)}
        return Standing(said, as_notes(what_if))

    def _what_if(self, question: Question) -> Iterable[str]:
        if question.id not in self.program.atoms.masks:
            yield "no rule looks at this question"
            return
        first = self.decided.first
        leads: dict[str, list[str]] = {}
        for words, value in self._candidates(question):
            then = self.program.first({**self.values, question.id: value})
            leads.setdefault(then, []).append(words)
        if list(leads) == [first]:
            yield f"{strategy_words(self.rules, first)}, whatever the answer"
            return
        for name, answers in leads.items():
            yield f"{strategy_words(self.rules, name)}: {listed(answers, 'or')}"

    def _candidates(self, question: Question) -> Iterator[tuple[str, Value]]:
        """Answers to try, with words for them; of a list one item more, or less, than now."""
        if question.kind is not Kind.SEVERAL:
            yield from ((name, name) for name in question.choices)
            if question.numeric:
                found = self.program.atoms.representatives(question.id, self.values)[:-1]
                yield from ((answer_words(question, as_told(value)), value) for value in found)
            return
        now = self.values.get(question.id)
        chosen = now if isinstance(now, tuple) else ()
        for item in question.values:
            told = f"{'without' if item in chosen else 'also'} {item}"
            yield told, toggled(question.values, chosen, item)
