"""What two rule sets decide differently: proof or example, shares, projects, and by what."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.chart import ChartNode
from llm_adapt.decide.conditions import WORDS, YES
from llm_adapt.decide.program import Evaluation, Program
from llm_adapt.decide.rank import rank
from llm_adapt.errors import NotSettledError
from llm_adapt.files.answers import read_answers
from llm_adapt.proof.rule_sets import MOST_CONFLICTS, Parting, together
from llm_adapt.proof.sampling import SHARES, Sample
from llm_adapt.rules.difference import (
    Cause,
    Decided,
    Example,
    Move,
    Order,
    Rewritten,
    RuleDiff,
    Sameness,
)
from llm_adapt.rules.model import (
    Condition,
    IsOneOf,
    Node,
    Question,
    RuleSet,
    Scale,
    Tally,
    Threshold,
)
from llm_adapt.rules.record import record
from llm_adapt.rules.rewriting import with_all_comparisons
from llm_adapt.rules.value import Value, shown
from llm_adapt.verify.subject import shrunk

SAMPLES = 10_000
# The whole order takes longer to tell than first place; so many situations give its share.
ORDERED = 1_000
# Where an entry stands, and what shows that it works, is no part of what it says.
_BESIDE = ("where", "examples")
Values = Mapping[str, Value]
Passed = tuple[ChartNode, int]


@record(frozen=True)
class Pair:
    """Both rule sets over the same comparisons; `notes` say where even their questions differ.

    Questions `left_out` are of another kind now, so that no answer speaks to both.
    """

    old: Program
    new: Program
    notes: tuple[str, ...]
    left_out: frozenset[str]

    def firsts(self, values: Values) -> tuple[str, str]:
        """What each puts first."""
        return self.old.first(values), self.new.first(values)

    def shrunk(self, values: Values) -> Values:
        """A situation without the answers and items that its two first places do without."""
        return shrunk(values, lambda fewer: len({*self.firsts(fewer)}) > 1)


def difference(
    old: RuleSet,
    new: RuleSet,
    projects: Iterable[Path] = (),
    *,
    samples: int = SAMPLES,
    steps: int = MOST_CONFLICTS,
) -> RuleDiff:
    """Compare what two rule sets decide.

    Args:
        old: The rule set as it was.
        new: The rule set as it is.
        projects: Answers files; told is what each rule set puts first for them.
        samples: How many situations are compared for the shares.
        steps: Conflicts that the solver may meet in each search.

    Raises:
        LlmAdaptError: A project cannot be read.
    """
    both = _pair(old, new)
    sample = Sample(both.old, {}, both.left_out, count=samples, shares=SHARES)
    moves, moved = _moves(both, sample)
    verdict, example = _example(both, steps, moved)
    ordered = min(ORDERED, samples)
    reordered = sum(_reordered(both, state) for state in islice(sample.states(), ordered))
    return RuleDiff(
        old=f"{old.name} {old.version} ({old.digest})",
        new=f"{new.name} {new.version} ({new.digest})",
        verdict=verdict,
        situations=samples,
        first_place_changes=sum(move.count for move in moves),
        moves=moves,
        order=Order(ordered, reordered),
        example=example,
        projects=tuple(_project(old, new, path) for path in projects),
        rewritten=dict(_rewritten(old, new)),
        notes=both.notes,
    )


def _moves(both: Pair, sample: Sample) -> tuple[tuple[Move, ...], Values | None]:
    """From which first place to which, and a situation in which it is another."""
    after = sample.decided_by(both.new)
    counts: list[Move] = []
    moved: Values | None = None
    for one, here in sample.encoding.first.items():
        for two, there in after.items():
            column = here & there if one != two else 0
            if column:
                counts.append(Move(one, two, column.bit_count()))
                moved = moved or sample.situation((column & -column).bit_length() - 1)
    return tuple(sorted(counts, key=lambda m: (-m.count, m.before, m.after))), moved


def _reordered(both: Pair, state: Bits) -> bool:
    before, after = (rank(Evaluation(program, state)) for program in (both.old, both.new))
    return before != after and before[:1] == after[:1]


def _example(both: Pair, steps: int, moved: Values | None) -> tuple[Sameness, Example | None]:
    """A situation with as few answers as there are; or that there is none."""
    smallest = False
    try:
        parting = Parting(both.old, both.new, steps, both.left_out)
        if moved is None:
            moved = parting.find()
            if moved is None:
                return Sameness.EQUIVALENT, None
        moved = both.shrunk(moved)
        while moved and (fewer := parting.find(len(moved) - 1)) is not None:
            moved = both.shrunk(fewer)
        smallest = True
    except NotSettledError:
        if moved is None:
            return Sameness.NOT_FOUND, None
    before, after = both.firsts(moved)
    told = {name: shown(moved[name]) for name in both.old.rules.questions if name in moved}
    why = dict.fromkeys(_causes(both.old.evaluate(moved), both.new.evaluate(moved)))
    return Sameness.DIFFERENT, Example(told, before, after, smallest, tuple(why))


def _project(old: RuleSet, new: RuleSet, path: Path) -> Decided:
    situation = read_answers(path, {**old.questions, **new.questions}).values()
    written = {name: shown(value) for name, value in situation.items()}
    mine, theirs = (rules.read(written) for rules in (old, new))
    before, after = Program(old).evaluate(mine), Program(new).evaluate(theirs)
    changed, told = before.first != after.first, tuple[Cause, ...]()
    if changed:
        text = "only one of the rule sets takes this answer"
        untold = (Cause("question", name, text) for name in sorted(mine.keys() ^ theirs.keys()))
        told = (*dict.fromkeys(_causes(before, after)), *untold)
    return Decided(str(path), before.first, after.first, changed, told)


def _pair(old: RuleSet, new: RuleSet) -> Pair:
    """Two rule sets made ready to be compared."""
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


def _rewritten(old: RuleSet, new: RuleSet) -> Iterator[tuple[str, Rewritten]]:
    """The sections in which entries are written differently, whether or not that means anything."""
    after = dict(_sections(new))
    for section, was in _sections(old):
        now = after[section]
        changed = sorted(n for n in was.keys() & now if _said(was[n]) != _said(now[n]))
        added, removed = sorted(now.keys() - was), sorted(was.keys() - now)
        if added or removed or changed:
            yield section, Rewritten(tuple(added), tuple(removed), tuple(changed))


def _sections(rules: RuleSet) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "rules", rules.rules
    yield "nodes", {f"{w.id}/{n.id}": n for w in rules.walks for n in w.nodes.values()}
    yield "join", {" + ".join(ends): strategy for ends, strategy in rules.join.items()}
    yield "predicates", rules.predicates
    yield "constants", rules.constants
    yield "derived numbers", rules.derived
    yield "questions", rules.questions
    yield "needs", rules.needs
    yield "strategies", rules.strategies
    yield "advice", rules.items
    yield "sources", rules.sources


def _said(entry: Any) -> object:  # noqa: ANN401 (any dataclass of a rule set)
    names = getattr(entry, "__dataclass_fields__", None)
    if names is None:
        return entry
    return {name: getattr(entry, name) for name in names if name not in _BESIDE}


def _causes(old: Evaluation, new: Evaluation) -> Iterator[Cause]:
    """What makes two rule sets put different things first in one situation: where walks part."""
    last = None
    for mine, theirs in zip(_steps(old), _steps(new), strict=False):
        if _called(mine[0]) != _called(theirs[0]):
            yield from _parted(old, new, last, (mine[0], theirs[0]))
            return
        if mine[1] != theirs[1]:
            yield from _decided(old, new, mine, theirs)
            return
        last = theirs[0].node or last


def _steps(found: Evaluation) -> Iterator[Passed]:
    """The nodes passed; those that ask for vetoes only where one is met."""
    for node, value in found.walk():
        if node.vetoed is None or value == YES:
            yield node, value


def _parted(
    old: Evaluation, new: Evaluation, last: Node | None, spots: tuple[ChartNode, ChartNode]
) -> Iterator[Cause]:
    mine, theirs = spots
    vetoes = list(_vetoes(old, new, mine, theirs))
    yield from vetoes
    if vetoes:
        return
    if mine.node is None and theirs.node is None:
        yield Cause("join", "join", "the same ends of the walks now make another strategy")
        return
    onward = f"it goes on to {_name(theirs)} now, not to {_name(mine)}"
    if last is not None:
        yield Cause("node", last.id, onward)
    else:
        yield Cause("walk", next(s.node.walk for s in spots if s.node is not None), onward)


def _decided(old: Evaluation, new: Evaluation, mine: Passed, theirs: Passed) -> Iterator[Cause]:
    node, before = theirs[0].node, mine[0].node
    if node is None or before is None:
        yield from _vetoes(old, new, mine[0], theirs[0])
        return
    if isinstance(node.when, Tally) and isinstance(before.when, Tally):
        for name in sorted({*old.program.rules.rules, *new.program.rules.rules}):
            heard, hears = (_argued(each, name, node.when.need) for each in (old, new))
            if heard != hears:
                yield Cause("rule", name, f"{heard} before, {hears} now")
    was, now = (WORDS[value] for value in (mine[1], theirs[1]))
    yield Cause("node", node.id, f"{node.text} {was} before, {now} now")


def _vetoes(
    old: Evaluation, new: Evaluation, mine: ChartNode, theirs: ChartNode
) -> Iterator[Cause]:
    for strategy in dict.fromkeys((mine.vetoed, theirs.vetoed, mine.outcome, theirs.outcome)):
        before, after = ({*each.ruled_out.get(str(strategy), ())} for each in (old, new))
        for rule in sorted(before ^ after):
            how = "rules out" if rule in after else "no longer rules out"
            yield Cause("rule", rule, f"{how} {strategy}")


def _called(spot: ChartNode) -> tuple[str | None, ...]:
    node = spot.node
    # An end is where the walks arrive; that they differ there is told by what led to it.
    return (node.walk, node.id) if node is not None else (spot.vetoed, spot.outcome)


def _name(spot: ChartNode) -> str:
    return spot.node.id if spot.node is not None else (spot.outcome or spot.vetoed or "")


def _argued(found: Evaluation, name: str, need: str) -> str:
    """What a rule says about a need in a situation."""
    rule = found.program.rules.rules.get(name)
    if rule is None or found.holds(name) != YES:
        return "silent"
    words = [
        f"{argument.side} ({argument.strength.value})"
        for argument in rule.arguments
        if argument.target == need
    ]
    return "; ".join(words) or "silent"
