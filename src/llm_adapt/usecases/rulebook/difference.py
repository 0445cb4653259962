"""What two rule sets decide differently: proof or example, shares, projects, and by what."""

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

from llm_adapt.decide.atoms import Bits
from llm_adapt.decide.program import Evaluation, Program
from llm_adapt.decide.rank import rank
from llm_adapt.files.answers import read_answers
from llm_adapt.proof.rule_sets import MOST_CONFLICTS, NotSettledError, Parting
from llm_adapt.proof.sampling import SHARES, Sample
from llm_adapt.rules.model import Question, RuleSet
from llm_adapt.rules.rule_diff import Cause, Decided, Example, Move, RuleDiff, Sameness
from llm_adapt.rules.value import Unreadable, Value, shown
from llm_adapt.usecases.rulebook.causes import causes
from llm_adapt.usecases.rulebook.paired import Pair, pair
from llm_adapt.usecases.rulebook.rewritten import rewritten

SAMPLES = 10_000
# The whole order takes longer to tell than first place; so many situations give its share.
ORDERED = 1_000
Values = dict[str, Value]


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
    both = pair(old, new)
    sample = Sample(both.old, {}, both.left_out, count=samples, shares=SHARES)
    moves, moved = _moves(both, sample)
    sameness, example = _example(both, steps, moved)
    ordered = min(ORDERED, samples)
    return RuleDiff(
        old=f"{old.name} {old.version} ({old.digest})",
        new=f"{new.name} {new.version} ({new.digest})",
        sameness=sameness,
        situations=samples,
        moves=moves,
        ordered=ordered,
        reordered=sum(_reordered(both, state) for state in islice(sample.states(), ordered)),
        example=example,
        projects=tuple(_project(old, new, path) for path in projects),
        rewritten=rewritten(old, new),
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
    evaluations = both.old.evaluate(moved), both.new.evaluate(moved)
    return Sameness.DIFFERENT, Example(told, before, after, smallest, causes(*evaluations))


def _project(old: RuleSet, new: RuleSet, path: Path) -> Decided:
    situation = read_answers(path, {**old.questions, **new.questions}).values()
    kept = [_readable(situation, rules.questions) for rules in (old, new)]
    before, after = (
        Program(rules).evaluate(values) for rules, values in zip((old, new), kept, strict=True)
    )
    if before.first == after.first:
        return Decided(str(path), before.first, after.first, ())
    text = "only one of the rule sets takes this answer"
    untold = [Cause("question", name, text) for name in sorted(kept[0].keys() ^ kept[1].keys())]
    return Decided(str(path), before.first, after.first, (*causes(before, after), *untold))


def _readable(values: Mapping[str, Value], questions: Mapping[str, Question]) -> Values:
    """The answers that a rule set takes."""
    kept: Values = {}
    for name, value in values.items():
        question = questions.get(name)
        read = question.read(shown(value)) if question else None
        if read is not None and not isinstance(read, Unreadable):
            kept[name] = read
    return kept
