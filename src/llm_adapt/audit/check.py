"""What every check is: a state that rows go into, that merges, and that tells what it found.

States are small and picklable: shards of a file are checked in other processes or on other
machines and merged in the order of the file, so that any number of workers gives the same bytes.
"""

import re
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, fields
from typing import Any, Generic, TypeVar

from llm_adapt.audit.row import FILE, Row
from llm_adapt.audit.spill import Numbers, Spill
from llm_adapt.rules.audit import DataFinding, Fact, share_name
from llm_adapt.rules.record import record

State = TypeVar("State")
Result = TypeVar("Result")


@record(frozen=True)
class Context:
    """What a check may know besides its own state, when it is asked for the result.

    `pool` are so many processes of this machine, where there are several.
    """

    rows: int
    sampled: bool
    pool: Executor | None = None
    jobs: int = 1

    def share(self, name: str, count: int, of: int) -> Fact:
        """The fact that so many of some rows are something."""
        return Fact(name, count / of if of else 0.0, of, self.sampled)


# So many pieces of work are handed out before the result of the first is taken.
AHEAD = 64


def worked_off(
    pool: Executor | None, work: Callable[..., Result], items: Iterable[object], *same: object
) -> Iterator[Result]:
    """What comes of each item, in order; the arguments after it are the same for all.

    Of many items few are at work at a time, so that no results pile up.
    """
    ahead = 2 * getattr(pool, "_max_workers", AHEAD // 2)
    waiting: deque[Future[Result]] = deque()
    for item in items:
        if pool is None:
            yield work(item, *same)
            continue
        waiting.append(pool.submit(work, item, *same))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


class Check(Generic[State]):
    """One check, whose state is mostly a data class of counts and numbers of rows.

    `rules` are the ids (in `rules/audit/`) that its findings may carry.
    """

    rules: tuple[str, ...] = ()
    state: type[State]

    def start(self) -> State:
        """Give the state before the first row."""
        return self.state()

    def row(self, state: State, row: Row) -> None:
        """Take in a row; rows of a shard come in order and know their number in the whole file."""

    def merge(self, earlier: State, later: State) -> State:
        """Make one state of two, the earlier shard first. May change and return `earlier`.

        Counts are added, rows stand behind each other, of texts the first stays.
        """
        if isinstance(earlier, Spill):
            return earlier.with_all_of(later)  # type: ignore[return-value, arg-type]
        for name in (each.name for each in fields(earlier)):  # type: ignore[arg-type]
            mine, more = getattr(earlier, name), getattr(later, name)
            if isinstance(mine, Counter):
                mine.update(more)
            elif isinstance(mine, dict):
                _merge_keys(mine, more)
            elif isinstance(mine, array | Numbers):
                mine.extend(more)
            else:
                setattr(earlier, name, mine + more if isinstance(mine, int) else mine or more)
        return earlier

    def finish(self, state: State, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell what was found in the whole file; nothing, where a check serves another."""
        del state, context
        return [], []


def _merge_keys(mine: dict[Any, Any], more: dict[Any, Any]) -> None:
    for key, held in more.items():
        if key not in mine:
            mine[key] = held
        elif isinstance(held, array):
            mine[key].extend(held)


Words = Mapping[str, Sequence[str]]
"""What a check looks for, by what it is: phrases and patterns of `rules/audit/`."""
# What need not be known of all rows is looked at in the first of a file, and in each so many after.
FIRST, EACH = 2_000, 17
# What is shown of a row is no longer than this (characters).
MOST_SHOWN = 160
# So much stands beside a place that is shown (characters).
BESIDE = 40


@dataclass(slots=True)
class Flagged:
    """The rows that a rule found, and a piece of the first."""

    rows: Numbers = field(default_factory=Numbers)
    example: str = ""
    seen: int = 0


class RowRule(Check[Flagged]):
    """A check that looks at each row by itself.

    `test` gives the piece of a row that is wrong, or nothing; rows that `concerns` says no to do
    not count in the denominator of the share.
    """

    state = Flagged

    def __init__(
        self,
        rule: str,
        test: Callable[[Row], str | None],
        concerns: Callable[[Row], bool] | None = None,
    ) -> None:
        self.rules = (rule,)
        self.test = test
        self.concerns = concerns

    def row(self, state: Flagged, row: Row) -> None:
        """Take in a row."""
        if self.concerns is not None and not self.concerns(row):
            return
        state.seen += 1
        found = self.test(row)
        if found is not None:
            state.rows.append(row.number)
            state.example = state.example or shown(found)

    def finish(self, state: Flagged, context: Context) -> tuple[list[DataFinding], list[Fact]]:
        """Tell the rows, and their share."""
        rule = self.rules[0]
        findings = found(rule, state.rows, state.example)
        fact = context.share(share_name(rule), len(state.rows), state.seen)
        return findings, [fact] if state.seen else []


def spot(row: Row) -> bool:
    """Whether a row is one of those that stand for all."""
    place = row.number % FILE
    return place < FIRST or not place % EACH


def has_output(row: Row) -> bool:
    """Whether a row has an answer that is not empty: what many rules concern."""
    return bool(row.output)


def found(
    rule: str, rows: Sequence[int], example: str, file: str = "", **details: object
) -> list[DataFinding]:
    """The finding of a rule, if it has any rows; they are of the audited files, or of one other.

    They are sorted; details of each row (`Numbers`) stand in the same order.
    """
    return [DataFinding(rule, file, rows, example, details)] if rows else []


def answer_rule(rule: str, pattern: str, *signs: str) -> RowRule:
    """A check for a pattern in answers, which cannot be where none of the signs is."""
    compiled = re.compile(pattern)

    def test(row: Row) -> str | None:
        said = row.output or ""
        for sign in signs:
            if sign in said:
                hit = compiled.search(said)
                return around(said, *hit.span()) if hit else None
        return None

    return RowRule(rule, test, has_output)


def any_of(words: Words, name: str) -> str:
    """A pattern of what a check looks for under a name; of nothing, one that never matches."""
    return "|".join(words.get(name, ())) or "(?!)"


def around(text: str, start: int, end: int) -> str:
    """A place of a text with what stands beside it."""
    return text[max(0, start - BESIDE) : end + BESIDE]


def shown(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text[: 2 * MOST_SHOWN].split())
    return line if len(line) <= MOST_SHOWN else f"{line[: MOST_SHOWN - 3]}..."
