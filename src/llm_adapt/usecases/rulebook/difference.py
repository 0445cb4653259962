"""What two rule sets decide differently: proof or examples, shares, projects, and by what."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from llm_adapt.decide.program import Program
from llm_adapt.decide.rank import rank
from llm_adapt.files.answers import read_answers
from llm_adapt.rules.model import Question, RuleSet
from llm_adapt.rules.rule_diff import (
    Cause,
    Decided,
    Example,
    Move,
    RuleDiff,
    Sameness,
)
from llm_adapt.rules.situation import Situation
from llm_adapt.rules.value import Unreadable, Value, shown
from llm_adapt.usecases.rulebook.causes import causes
from llm_adapt.usecases.rulebook.paired import Pair, pair
from llm_adapt.usecases.rulebook.proof import STEPS, apart, compare_charts
from llm_adapt.usecases.rulebook.rewritten import rewritten
from llm_adapt.usecases.rulebook.situations import Values, sampled, shrunk, size, small

SAMPLES = 10_000
# The whole order takes longer to tell than first place; so many situations give its share.
ORDERED = 2_000
# Situations that are taken apart to find a small one among them.
SHRUNK = 40
SMALL = 2
# Small situations that are tried although they settle nothing in which the rule sets differ.
TRIES = 6_000


def difference(
    old: RuleSet,
    new: RuleSet,
    projects: Iterable[Path] = (),
    *,
    samples: int = SAMPLES,
    steps: int = STEPS,
) -> RuleDiff:
    """Compare what two rule sets decide.

    Args:
        old: The rule set as it was.
        new: The rule set as it is.
        projects: Answers files; told is what each rule set puts first for them.
        samples: How many situations are compared for the shares.
        steps: How long the search for a proof may go on.

    Raises:
        LlmAdaptError: A project cannot be read.
    """
    both = pair(old, new)
    situations = list(sampled(both, samples))
    moves, differing = _moves(both, situations)
    sameness, found = Sameness.DIFFERENT, differing[:SHRUNK]
    if not differing:
        finding = compare_charts(both, steps)
        found = [dict(finding.values)] if finding.values is not None else []
        if not found:
            sameness = Sameness.EQUIVALENT if finding.proved else Sameness.NOT_FOUND
    return RuleDiff(
        old=f"{old.name} {old.version} ({old.digest})",
        new=f"{new.name} {new.version} ({new.digest})",
        sameness=sameness,
        situations=len(situations),
        moves=moves,
        ordered=min(ORDERED, len(situations)),
        reordered=_reordered(both, situations[:ORDERED]),
        example=_example(both, found) if found else None,
        projects=tuple(_project(old, new, path) for path in projects),
        rewritten=rewritten(old, new),
        notes=both.notes,
    )


def _moves(both: Pair, situations: list[Values]) -> tuple[tuple[Move, ...], list[Values]]:
    counts: Counter[tuple[str, str]] = Counter()
    differing: list[Values] = []
    for values in situations:
        before, after = both.firsts(values)
        if before != after:
            counts[before, after] += 1
            differing.append(values)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Move(before, after, count) for (before, after), count in ordered), differing


def _reordered(both: Pair, situations: list[Values]) -> int:
    count = 0
    for values in situations:
        state = both.atoms.state(values)
        before, after = rank(both.old, *state), rank(both.new, *state)
        count += before != after and before[:1] == after[:1]
    return count


def _example(both: Pair, found: list[Values]) -> Example:
    smallest, proved = _smallest(both, min((shrunk(both, v) for v in found), key=size))
    before, after = both.firsts(smallest)
    state = both.atoms.state(smallest)
    answers = {name: shown(smallest[name]) for name in both.atoms.questions if name in smallest}
    why = causes(both.old, state, both.new, state)
    return Example(answers, before, after, proved, why)


def _smallest(both: Pair, found: Values) -> tuple[Values, bool]:
    """A situation with as few answers, and whether none has fewer: the small ones are all tried.

    Those that settle what only one of the rule sets tests come first among their size.
    """
    wanted = apart(both)
    tries = TRIES
    for answers in range(min(size(found), SMALL + 1)):
        later: list[Values] = []
        for values in small(both, answers):
            state = both.atoms.state(values)
            if not (state[0] | state[1]) & wanted:
                later.append(values)
            elif _differ(both, state):
                return values, True
        for values in later[: max(tries, 0)]:
            if _differ(both, both.atoms.state(values)):
                return values, True
        tries -= len(later)
        if tries < 0:
            return found, False
    return found, size(found) <= SMALL + 1


def _differ(both: Pair, state: tuple[int, int]) -> bool:
    return both.old.chart.first(*state) != both.new.chart.first(*state)


def _project(old: RuleSet, new: RuleSet, path: Path) -> Decided:
    situation = read_answers(path, {**old.questions, **new.questions})
    programs = Program(old), Program(new)
    kept = [_readable(situation, program.rules.questions) for program in programs]
    states = [program.state(values) for program, values in zip(programs, kept, strict=True)]
    firsts = [program.chart.first(*state) for program, state in zip(programs, states, strict=True)]
    found: tuple[Cause, ...] = ()
    if firsts[0] != firsts[1]:
        found = causes(programs[0], states[0], programs[1], states[1])
        found += _untold(kept[0], kept[1])
    return Decided(str(path), firsts[0], firsts[1], found)


def _readable(situation: Situation, questions: Mapping[str, Question]) -> Values:
    """The answers that a rule set takes."""
    kept: Values = {}
    for name, value in situation.values().items():
        question = questions.get(name)
        read: Value | Unreadable | None = question.read(shown(value)) if question else None
        if read is not None and not isinstance(read, Unreadable):
            kept[name] = read
    return kept


def _untold(before: Values, after: Values) -> tuple[Cause, ...]:
    text = "only one of the rule sets takes this answer"
    return tuple(Cause("question", name, text) for name in sorted(before.keys() ^ after.keys()))
