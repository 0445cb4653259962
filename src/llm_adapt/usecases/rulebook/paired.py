"""Two rule sets over one numbering of comparisons, so that one state of answers speaks to both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from llm_adapt.decide.atoms import Atoms
from llm_adapt.decide.program import Program
from llm_adapt.rules.model import Condition, Question, RuleSet
from llm_adapt.rules.value import Value


@dataclass(frozen=True, slots=True)
class Pair:
    """Both rule sets, ready to decide; `notes` say where even their questions differ."""

    old: Program
    new: Program
    notes: tuple[str, ...]

    @property
    def atoms(self) -> Atoms:
        """The comparisons of both."""
        return self.old.atoms

    @property
    def fields(self) -> tuple[str, ...]:
        """The questions that either of them looks at."""
        return tuple(name for name in self.atoms.questions if name in self.atoms.by_question)

    def firsts(self, values: Mapping[str, Value]) -> tuple[str, str]:
        """What each puts first."""
        state = self.atoms.state(values)
        return self.old.chart.first(*state), self.new.chart.first(*state)


def pair(old: RuleSet, new: RuleSet) -> Pair:
    """Make two rule sets ready to be compared."""
    questions, notes = _common(old, new)
    # Comparisons are numbered in an order of their own: the same ones get the same numbers.
    programs = [
        Program(replace(mine, questions=questions, predicates={**mine.predicates, **_of(other)}))
        for mine, other in ((old, new), (new, old))
    ]
    assert programs[0].atoms.bit == programs[1].atoms.bit, "numbered differently"  # noqa: S101
    return Pair(programs[0], programs[1], notes)


def _of(rules: RuleSet) -> dict[str, Condition]:
    return {f"other:{index}": condition for index, condition in enumerate(_conditions(rules))}


def _conditions(rules: RuleSet) -> Iterator[Condition]:
    yield from rules.predicates.values()
    for rule in rules.rules.values():
        yield rule.when
    for walk in rules.walks:
        for node in walk.nodes.values():
            yield node.when
    for item in rules.items.values():
        if item.when is not None:
            yield item.when


def _common(old: RuleSet, new: RuleSet) -> tuple[dict[str, Question], tuple[str, ...]]:
    """The questions with the answers that both rule sets take, and what only one of them takes."""
    questions: dict[str, Question] = {}
    notes: list[str] = []
    for name in {**old.questions, **new.questions}:
        before, after = old.questions.get(name), new.questions.get(name)
        if before is None or after is None:
            notes.append(f"only the {'new' if before is None else 'old'} one asks {name}")
            questions[name] = _either(before, after)
            continue
        if before.kind is not after.kind:
            notes.append(f"{name} takes {before.allowed()}, now {after.allowed()}: left out")
            continue
        questions[name] = _both(before, after)
        if before.allowed() != after.allowed():
            notes.append(f"{name} took {before.allowed()}; it now takes {after.allowed()}")
    return questions, tuple(notes)


def _either(before: Question | None, after: Question | None) -> Question:
    found = before or after
    assert found is not None  # noqa: S101 (it is in one of them)
    return found


def _both(before: Question, after: Question) -> Question:
    tops = [top for top in (before.maximum, after.maximum) if top is not None]
    return replace(
        after,
        values={name: said for name, said in after.values.items() if name in before.values},
        minimum=max(before.minimum, after.minimum),
        maximum=min(tops) if tops else None,
        positive=before.positive or after.positive,
    )
