"""Two rule sets over the same comparisons, so that one situation speaks to both."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from llm_adapt.decide.program import Program
from llm_adapt.proof.rule_sets import together
from llm_adapt.rules.model import Condition, IsOneOf, Question, RuleSet, Scale, Threshold
from llm_adapt.rules.record import record
from llm_adapt.rules.rewriting import with_all_comparisons
from llm_adapt.rules.value import Value
from llm_adapt.verify.subject import shrunk


@record(frozen=True)
class Pair:
    """Both rule sets, ready to decide; `notes` say where even their questions differ.

    Questions `left_out` are of another kind now, so that no answer speaks to both.
    """

    old: Program
    new: Program
    notes: tuple[str, ...]
    left_out: frozenset[str]

    def firsts(self, values: Mapping[str, Value]) -> tuple[str, str]:
        """What each puts first."""
        return self.old.first(values), self.new.first(values)

    def shrunk(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """A situation without the answers and items that its two first places do without."""

        def parted(fewer: Mapping[str, Value]) -> bool:
            before, after = self.firsts(fewer)
            return before != after

        return shrunk(values, parted)


def pair(old: RuleSet, new: RuleSet) -> Pair:
    """Make two rule sets ready to be compared."""
    questions, notes = _common(old, new)
    clashing = {
        n
        for n, q in old.questions.items()
        if n in new.questions and q.kind is not new.questions[n].kind
    }
    old = with_all_comparisons(old, partial(_as_it_was, clashing))
    for name in clashing:
        questions[_was(name)] = replace(old.questions[name], id=_was(name))
    mine, theirs = together(*(replace(each, questions=questions) for each in (old, new)))
    return Pair(mine, theirs, notes, frozenset({*clashing, *map(_was, clashing)}))


def _was(name: str) -> str:
    return f"{name} (before)"


def _as_it_was(clashing: Collection[str], atom: Condition) -> Condition:
    """A comparison with the questions meant that were of another kind."""
    if isinstance(atom, IsOneOf | Threshold) and atom.field in clashing:
        atom = replace(atom, field=_was(atom.field))
    if isinstance(atom, Threshold) and isinstance(atom.bound, Scale) and atom.bound.of in clashing:
        atom = replace(atom, bound=replace(atom.bound, of=_was(atom.bound.of)))
    return atom


def _common(old: RuleSet, new: RuleSet) -> tuple[dict[str, Question], tuple[str, ...]]:
    """The questions with the answers that both rule sets take, and what only one of them takes."""
    questions: dict[str, Question] = {}
    notes: list[str] = []
    for name in {**old.questions, **new.questions}:
        before, after = old.questions.get(name), new.questions.get(name)
        if before is None or after is None:
            notes.append(f"only the {'new' if before is None else 'old'} one asks {name}")
            found = before or after
            assert found is not None  # noqa: S101 (it is in one of them)
            questions[name] = found
        elif before.kind is not after.kind:
            notes.append(f"{name} takes {before.allowed()}, now {after.allowed()}: left out")
            questions[name] = after
        else:
            questions[name] = _both(before, after)
            if before.allowed() != after.allowed():
                notes.append(f"{name} took {before.allowed()}; it now takes {after.allowed()}")
    return questions, tuple(notes)


def _both(before: Question, after: Question) -> Question:
    tops = [top for top in (before.maximum, after.maximum) if top is not None]
    return replace(
        after,
        values={name: said for name, said in after.values.items() if name in before.values},
        minimum=max(before.minimum, after.minimum),
        maximum=min(tops, default=None),
        positive=before.positive or after.positive,
    )
